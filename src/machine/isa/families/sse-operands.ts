/**
 * Reading and writing vector operands, and the frame of an SSE or MMX definition. An MMX register takes part as
 * the low half of a vector, so that one definition serves both widths.
 * Source: Intel SDM Vol. 1 §9.2, §10.4; Vol. 2A §2.4 (exception classes).
 */
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import type { Ops } from "../ops.js";
import type { Size } from "../registers.js";

/** A vector from two: the destination's old value and the source. */
export type Combine = <V, B, X>(o: Ops<V, B, X>, a: X, b: X, i: Insn) => X;

/** The immediate byte: a decoded field, so definitions may branch on it. */
export const immediateByte = (i: Insn): number => Number(i.immediate & 0xffn);

/** Operand `n` as a vector. Memory of 128 bits must be aligned; narrower memory and MMX fill the low lanes. */
export function readVector<V, B, X>(o: Ops<V, B, X>, i: Insn, n: number, aligned = true): X {
  const from = i.operands[n]!;
  if (from.kind === Kind.Xmm) return o.getVector(from.register);
  if (from.kind === Kind.Mmx) return o.vector(o.getMmx(from.register), o.constant(0n));
  if (from.size === 128) return o.loadVector(o.address(i), i.segment, aligned);
  return o.vector(o.load(from.size as Size, o.address(i), i.segment), o.constant(0n));
}

/** Writes a vector to operand `n`, an XMM or MMX register. */
export function writeVector<V, B, X>(o: Ops<V, B, X>, i: Insn, n: number, v: X): void {
  const to = i.operands[n]!;
  if (to.kind === Kind.Mmx) o.setMmx(to.register, o.lane(v, 64, 0));
  else o.setVector(to.register, v);
}

/** The lowest `size` bits of operand `n`: of a vector register, of memory, or a general register. */
export function readScalar<V, B, X>(o: Ops<V, B, X>, i: Insn, n: number, size: 32 | 64): V {
  const from = i.operands[n]!;
  switch (from.kind) {
    case Kind.Xmm:
      return o.lane(o.getVector(from.register), size, 0);
    case Kind.Mmx:
      return o.truncate(size, o.getMmx(from.register));
    case Kind.General:
      return o.get(from.register, from.size as Size);
    default:
      return o.load(size, o.address(i), i.segment);
  }
}

/** Destination ← compute(destination, source). */
export const combining =
  (compute: Combine): Semantics =>
  (o, i) =>
    writeVector(o, i, 0, compute(o, readVector(o, i, 0), readVector(o, i, 1), i));

/** Destination ← compute(source), the old value being of no account. */
export const deriving =
  (compute: <V, B, X>(o: Ops<V, B, X>, v: X, i: Insn) => X): Semantics =>
  (o, i) =>
    writeVector(o, i, 0, compute(o, readVector(o, i, 1), i));

/** The form of an operation on XMM registers, and the same on MMX registers. */
export const bothForms = (opcode: string, immediate = ""): string[] => [
  `66 0F ${opcode} /r | xmm, xmm/m128${immediate}`,
  `NP 0F ${opcode} /r | mm, mm/m64${immediate}`,
];

/** A definition whose semantics begins with the question whether its registers may be used. */
export function sse(
  mnemonic: string,
  says: string,
  forms: string[],
  semantics: Semantics,
  flags = "",
): Instruction {
  const withMmx: Semantics = (o, i) => {
    if (i.operands.some((one) => one.kind === Kind.Mmx)) o.requireMmx();
    if (i.operands.some((one) => one.kind === Kind.Xmm)) o.requireVectors();
    semantics(o, i);
  };
  const withoutMmx: Semantics = (o, i) => {
    o.requireVectors();
    semantics(o, i);
  };
  const mayUseMmx = forms.some((form) => /\bmm\b/.test(form));
  return {
    mnemonic,
    says,
    manual: `SDM Vol. 2, ${mnemonic.toUpperCase()}`,
    flags,
    forms,
    semantics: mayUseMmx ? withMmx : withoutMmx,
  };
}
