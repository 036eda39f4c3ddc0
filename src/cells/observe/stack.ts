/** The stack above RSP, with notes on what the processor put there. */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { RSP } from "../../machine/isa/registers.js";
import type { CrossingsState, StackState } from "../../views/machine-state.js";
import { peek64 } from "./peek.js";
import type { NameOf } from "./tables.js";

const SLOTS = 8;

/** `before` holds the values of the state before, by address. */
export function stackState(
  cpu: Cpu,
  crossings: CrossingsState,
  nameOf: NameOf,
  before: ReadonlyMap<bigint, bigint>,
): StackState {
  const pointer = cpu.state.general[RSP]!;
  const notes = frameNotes(crossings);
  const slots = Array.from({ length: SLOTS }, (_, n) => {
    const address = BigInt.asUintN(64, pointer + BigInt(n * 8));
    const value = peek64(cpu, address);
    const name = value === undefined || value < 0x1000n ? undefined : nameOf(value);
    const note = notes.get(address) ?? (name === undefined ? undefined : `= ${name}`);
    const changed = value !== undefined && before.has(address) && before.get(address) !== value;
    return { address, value, changed, ...(note === undefined ? {} : { note }) };
  });
  return { title: `stack of ring ${cpu.system.cpl}`, pointer, slots };
}

/** The values of `stack` by address, for comparing with the next. */
export function stackValues(stack: StackState | undefined): Map<bigint, bigint> {
  return new Map(
    stack?.slots.flatMap(({ address, value }) => (value === undefined ? [] : [[address, value] as const])),
  );
}

/** What the processor itself pushed when the last exception or interrupt was delivered. */
function frameNotes({ latest, last }: CrossingsState): Map<bigint, string> {
  const notes = new Map<bigint, string>();
  for (const crossing of [latest.exception, latest.interrupt]) {
    if (crossing === undefined || (crossing !== last && last?.door !== "return")) continue;
    for (const saved of crossing.saved) {
      if (typeof saved.place === "bigint") notes.set(saved.place, `${saved.what}, saved at ${crossing.name}`);
    }
  }
  return notes;
}
