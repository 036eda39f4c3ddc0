/**
 * What else a thing is called at one moment: a line of the source is its instruction, which is some bytes of memory; a gate
 * and a descriptor are bytes of their tables. Registers and what their values point to are two things, not one.
 */
import type { Reference } from "../../trace/reference.js";
import type { ListingRow, MachineState } from "../../views/machine-state.js";

type Range = { readonly address: bigint; readonly length: number };

const GATE_LENGTH = 16;
const DESCRIPTOR_LENGTH = 8;

/** The reference and all others that mean the same in `state`. */
export function aliases(state: MachineState | undefined, reference: Reference): readonly Reference[] {
  if (!state) return [reference];
  const ranges = rangesOf(state, reference);
  const rows = state.listing.filter((row) => ranges.some((range) => overlaps(range, rangeOfRow(row))));
  const code = reference.kind === "line" || reference.kind === "instruction" ? rows : rows.slice(0, 1);
  return [
    reference,
    ...ranges.map(asMemory),
    ...code.flatMap(namesOfRow),
    ...gatesIn(state, reference, ranges),
  ];
}

/** The bytes that a thing consists of. */
function rangesOf(state: MachineState, reference: Reference): Range[] {
  switch (reference.kind) {
    case "memory":
      return reference.process === undefined ? [reference] : [];
    case "line":
      return state.listing.filter((row) => row.line === reference.line).map(rangeOfRow);
    case "instruction":
      return state.listing.filter((row) => row.address === reference.address).map(rangeOfRow);
    case "gate": {
      const { tables } = state;
      return tables
        ? [{ address: tables.idt.base + BigInt(reference.vector * GATE_LENGTH), length: GATE_LENGTH }]
        : [];
    }
    case "segment": {
      const { tables } = state;
      const offset = BigInt(reference.selector & ~7);
      return tables ? [{ address: tables.gdt.base + offset, length: DESCRIPTOR_LENGTH }] : [];
    }
    default:
      return [];
  }
}

function gatesIn({ tables }: MachineState, { kind }: Reference, ranges: readonly Range[]): Reference[] {
  if (!tables || kind !== "memory") return [];
  return tables.gates
    .filter(({ address }) => ranges.some((range) => overlaps(range, { address, length: GATE_LENGTH })))
    .map(({ vector }) => ({ kind: "gate", vector }));
}

const rangeOfRow = ({ address, bytes }: ListingRow): Range => ({
  address,
  length: Math.max(1, bytes.length),
});

const asMemory = ({ address, length }: Range): Reference => ({ kind: "memory", address, length });

function namesOfRow(row: ListingRow): Reference[] {
  const { address, line } = row;
  return [
    { kind: "instruction", address },
    asMemory(rangeOfRow(row)),
    ...(line === undefined ? [] : [{ kind: "line", line } as const]),
  ];
}

function overlaps(one: Range, other: Range): boolean {
  return (
    one.address < other.address + BigInt(other.length) && other.address < one.address + BigInt(one.length)
  );
}
