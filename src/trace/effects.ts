/**
 * Which registers and flags an instruction writes, found by letting its definition run on values that are nothing: one more
 * product of the one definition. What host routines do is not known here.
 */
import type { Insn } from "../machine/isa/insn.js";
import type { FlagRule, Ops } from "../machine/isa/ops.js";
import { FLAG, HIGH_BYTE, STATUS_FLAGS } from "../machine/isa/registers.js";

export interface Effects {
  /** Numbers of general registers that are written in any case, be it with what they hold already. */
  readonly registers: ReadonlySet<number>;
  /** Numbers of XMM registers likewise. */
  readonly vectors: ReadonlySet<number>;
  /** Masks of flags likewise. */
  readonly flags: number;
  /** There may be more: under a condition, or by a host routine. */
  readonly more: boolean;
}

const known = new WeakMap<Insn, Effects>();

export function effectsOf(insn: Insn): Effects {
  let effects = known.get(insn);
  if (!effects) {
    effects = find(insn);
    known.set(insn, effects);
  }
  return effects;
}

/** Flags that each rule writes. */
const BY_RULE: Readonly<Record<FlagRule, number>> = {
  ...{ add: STATUS_FLAGS, sub: STATUS_FLAGS, logic: STATUS_FLAGS },
  ...{ increment: STATUS_FLAGS & ~FLAG.CF, decrement: STATUS_FLAGS & ~FLAG.CF },
};

/** Stands for every value: what operations with several results give is there, too. */
const NOTHING: Record<string, unknown> = {};
for (const part of ["quotient", "remainder", "overflow", "unordered", "below", "equal"])
  NOTHING[part] = NOTHING;

function find(insn: Insn): Effects {
  const registers = new Set<number>();
  const vectors = new Set<number>();
  let flags = 0;
  let more = false;
  let depth = 0;
  const certain = (note: () => void) => {
    if (depth === 0) note();
    else more = true;
  };
  const branch = (work: (() => void) | undefined) => {
    depth++;
    work?.();
    depth--;
  };
  const special: Readonly<Record<string, (...args: never[]) => void>> = {
    set: (register: number) =>
      certain(() => registers.add(register < HIGH_BYTE ? register : register - HIGH_BYTE)),
    setVector: (register: number) => certain(() => vectors.add(register)),
    setFlag: (flag: number) => certain(() => (flags |= flag)),
    flags: (rule: FlagRule) => certain(() => (flags |= BY_RULE[rule])),
    resultFlags: () => certain(() => (flags |= FLAG.SF | FLAG.ZF | FLAG.PF)),
    if: (_: unknown, yes: () => void, no?: () => void) => {
      branch(yes);
      branch(no);
    },
    assist: () => (more = true),
  };
  const anything = () => NOTHING;
  const ops = new Proxy({}, { get: (_, name: string) => special[name] ?? anything });
  insn.semantics(ops as Ops<unknown, unknown>, insn);
  return { registers, vectors, flags, more };
}
