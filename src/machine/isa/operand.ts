/**
 * Operands: as a form describes them (`OperandSpec`) and as one decoded instruction holds them
 * (`Operand`). An instruction has at most one memory operand in ModRM, so its addressing mode is
 * stored in `Insn`, and operands are shared constant objects.
 */

/** What an operand is at run time. */
export const enum Kind {
  /** A general register; `register` 0..15, or 16..19 for ah, ch, dh, bh. */
  General,
  /** Memory at the address that `Insn` describes. */
  Memory,
  /** `Insn.immediate`, already extended to the operand's width. */
  Immediate,
  /** A branch target relative to the next instruction (`Insn.relative`). */
  Relative,
  Xmm,
  Mmx,
  Segment,
  Control,
  Debug,
  /** ST(i). */
  X87,
}

/** One operand of a decoded instruction. `size` is in bits (0 where it has none, as in LEA's memory). */
export interface Operand {
  readonly kind: Kind;
  readonly size: number;
  readonly register: number;
  /** Its place among all operands that were ever made. */
  readonly serial: number;
}

/** Where in the encoding an operand lives. */
export type Place = "reg" | "rm" | "opcode" | "immediate" | "relative" | "offset" | "fixed";

/**
 * The width of an operand in a form:
 * a number of bits, or `v` (16/32/64 by prefixes), `y` (32/64), `q` (64, or 16 with 66: stack and near
 * branches), `z` (16 or 32: the immediate of a `v` form, sign-extended).
 */
export type Width = number | "v" | "y" | "q" | "z";

/** One operand of a form. */
export interface OperandSpec {
  /** The text in the form, for example `r/mv`. */
  readonly text: string;
  readonly kind: Kind;
  readonly place: Place;
  readonly width: Width;
  /** For `place: "rm"`: whether a register, memory, or both may stand there. */
  readonly rm: "register" | "memory" | "both";
  /** For `place: "fixed"`: the register number, or for an immediate its value. */
  readonly fixed: number;
  /** An 8-bit immediate that is sign-extended to the operand size. */
  readonly signed: boolean;
}

/** Fewer operands exist than this. */
const MOST_OPERANDS = 4096;

const shared = new Map<number, Operand>();

/** The one object for (kind, size, register). */
export function operand(kind: Kind, size: number, register: number): Operand {
  const key = (kind << 16) | (size << 6) | register;
  let found = shared.get(key);
  if (found === undefined) {
    found = { kind, size, register, serial: shared.size };
    shared.set(key, found);
  }
  return found;
}

const lists = new Map<number, readonly Operand[]>();

/** The one list of these operands, of which there are at most four: lists are as few as operands, and stay near. */
export function operandList(operands: readonly Operand[]): readonly Operand[] {
  let key = 0;
  for (const { serial } of operands) key = key * MOST_OPERANDS + serial + 1;
  let found = lists.get(key);
  if (found === undefined) {
    found = [...operands];
    lists.set(key, found);
  }
  return found;
}
