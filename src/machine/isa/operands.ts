/** Reading and writing operands, and effective addresses: the words that all families share. */
import { type Insn, NONE, RIP } from "./insn.js";
import { Kind, type Operand } from "./operand.js";
import type { Ops } from "./ops.js";
import { RSP, type Size, SS } from "./registers.js";

/** 0..64 as values of the machine, made once. */
export const COUNTS: readonly bigint[] = Array.from({ length: 65 }, (_, n) => BigInt(n));

/** base + index × 2^scale + displacement, modulo the address size. Source: SDM Vol. 1 §3.7.5. */
export function effectiveAddress<V, B>(o: Ops<V, B>, i: Insn): V {
  let address: V;
  if (i.base === NONE) address = o.constant(BigInt.asUintN(64, i.displacement));
  else {
    address = i.base === RIP ? o.next(i) : o.get(i.base, 64);
    if (i.displacementLength > 0)
      address = o.add(64, address, o.constant(BigInt.asUintN(64, i.displacement)));
  }
  if (i.index !== NONE) {
    const index = o.get(i.index, 64);
    const scaled = i.scale === 0 ? index : o.shiftLeft(64, index, o.constant(COUNTS[i.scale]!));
    address = o.add(64, address, scaled);
  }
  return i.addressSize === 64 ? address : o.truncate(i.addressSize, address);
}

/** The value of operand `n`: a register, memory or the immediate, at the operand's own width. */
export function read<V, B>(o: Ops<V, B>, i: Insn, n: number): V {
  return readOperand(o, i, i.operands[n]!);
}

export function readOperand<V, B>(o: Ops<V, B>, i: Insn, from: Operand): V {
  switch (from.kind) {
    case Kind.General:
      return o.get(from.register, from.size as Size);
    case Kind.Memory:
      return o.load(from.size as Size, o.address(i), i.segment);
    case Kind.Segment:
      return o.getSegment(from.register);
    default:
      return o.immediate(i);
  }
}

/** Writes operand `n`, a register or memory. */
export function write<V, B>(o: Ops<V, B>, i: Insn, n: number, v: V): void {
  const to = i.operands[n]!;
  if (to.kind === Kind.General) o.set(to.register, to.size as Size, v);
  else o.store(to.size as Size, o.address(i), v, i.segment);
}

/**
 * The first step of read, compute, write on operand 0: the address of memory, checked for writing before anything else
 * is read, or undefined for a register. `valueAt` and `putAt` take it; flags come after `putAt`. Straight calls
 * instead of callbacks, because these run for most instructions and an engine then compiles each semantics as one piece.
 */
export function target<V, B>(o: Ops<V, B>, i: Insn): V | undefined {
  const to = i.operands[0]!;
  if (to.kind === Kind.General) return undefined;
  const address = o.address(i);
  o.probeWrite(to.size as Size, address, i.segment);
  return address;
}

export function valueAt<V, B>(o: Ops<V, B>, i: Insn, at: V | undefined): V {
  const { register, size } = i.operands[0]!;
  return at === undefined ? o.get(register, size as Size) : o.load(size as Size, at, i.segment);
}

export function putAt<V, B>(o: Ops<V, B>, i: Insn, at: V | undefined, v: V): void {
  const { register, size } = i.operands[0]!;
  if (at === undefined) o.set(register, size as Size, v);
  else o.store(size as Size, at, v, i.segment);
}

/** Stores `v` below the stack pointer and moves it. */
export function push<V, B>(o: Ops<V, B>, size: Size, v: V): void {
  const top = o.sub(64, o.get(RSP, 64), o.constant(COUNTS[size >> 3]!));
  o.store(size, top, v, SS);
  o.set(RSP, 64, top);
}

/** The value at the stack pointer, which the caller then moves with `drop`. */
export function peek<V, B>(o: Ops<V, B>, size: Size): V {
  return o.load(size, o.get(RSP, 64), SS);
}

export function drop<V, B>(o: Ops<V, B>, size: Size): void {
  o.set(RSP, 64, o.add(64, o.get(RSP, 64), o.constant(COUNTS[size >> 3]!)));
}
