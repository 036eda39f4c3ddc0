/**
 * Gates, descriptors and the kernel's stack pointer, decoded from the bytes that the processor's own registers point
 * to. Nothing is remembered: what is shown is what the processor would read now.
 * Source: Intel SDM Vol. 3A §3.4.5, §6.14.1, §7.7.
 */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { EFER } from "../../machine/cpu/state.js";
import type { DescriptorState, GateState, Ring, TablesState } from "../../views/machine-state.js";
import { hex } from "../../views/numbers.js";
import { peek64, peekMapped } from "./peek.js";

/** Gives the name of an address, when it has one. */
export type NameOf = (address: bigint) => string | undefined;

const number = (bytes: readonly number[], from: number, length: number): bigint =>
  bytes.slice(from, from + length).reduceRight((n, byte) => (n << 8n) | BigInt(byte), 0n);

/** The gate of `vector`; undefined beyond the table's limit or where memory is not mapped. */
export function gateState(cpu: Cpu, vector: number, nameOf: NameOf): GateState | undefined {
  const { base, limit } = cpu.system.idtr;
  if (vector * 16 + 15 > limit) return undefined;
  const address = base + BigInt(vector * 16);
  const bytes = peekMapped(cpu, address, 16);
  if (bytes.length < 16) return undefined;
  const access = bytes[5]!;
  const offset = number(bytes, 0, 2) | (number(bytes, 6, 6) << 16n);
  const handler = nameOf(offset);
  return {
    vector,
    address,
    bytes,
    offset,
    selector: Number(number(bytes, 2, 2)),
    type: access & 15,
    dpl: ((access >> 5) & 3) as Ring,
    present: (access & 0x80) !== 0,
    ist: bytes[4]! & 7,
    ...(handler === undefined ? {} : { handler }),
  };
}

/** The tables, with the gates of `vectors`. */
export function tablesState(cpu: Cpu, vectors: readonly number[], nameOf: NameOf): TablesState {
  const { idtr, gdtr, tr, efer, lstar } = cpu.system;
  const rsp0 = tr.limit >= 11 ? peek64(cpu, tr.base + 4n) : undefined;
  const name = nameOf(lstar);
  return {
    idt: { ...idtr },
    gdt: { ...gdtr },
    gates: [...vectors].sort((a, b) => a - b).flatMap((vector) => gateState(cpu, vector, nameOf) ?? []),
    descriptors: descriptors(cpu),
    ...(rsp0 === undefined ? {} : { kernelStack: { value: rsp0, address: tr.base + 4n } }),
    ...((efer & EFER.SCE) === 0n
      ? {}
      : { syscallEntry: { value: lstar, ...(name === undefined ? {} : { name }) } }),
  };
}

/** At most this many entries of the GDT are read. */
const MOST_DESCRIPTORS = 16;

function descriptors(cpu: Cpu): DescriptorState[] {
  const { base, limit } = cpu.system.gdtr;
  const entries: DescriptorState[] = [];
  const last = Math.min((limit + 1) >> 3, MOST_DESCRIPTORS);
  for (let n = 1; n < last; n++) {
    const raw = peek64(cpu, base + BigInt(n * 8));
    if (raw === undefined) break;
    const says = descriptorWords(raw);
    if (raw !== 0n) entries.push({ selector: n * 8, raw, says });
    // A system descriptor has 16 bytes: its upper half is no entry of its own.
    if (((raw >> 44n) & 1n) === 0n && raw !== 0n) n++;
  }
  return entries;
}

function descriptorWords(raw: bigint): string {
  const access = Number((raw >> 40n) & 0xffn);
  const dpl = (access >> 5) & 3;
  const present = (access & 0x80) !== 0 ? "" : ", not present";
  if ((access & 0x10) === 0)
    return `${(access & 15) === 9 || (access & 15) === 11 ? "TSS" : `system type ${hex(access & 15)}`}${present}`;
  if ((access & 8) === 0) return `data, DPL ${dpl}${present}`;
  return `code, DPL ${dpl}${(raw >> 53n) & 1n ? ", 64-bit" : ""}${present}`;
}
