/** Reading and writing operands, and effective addresses: the words that all families share. */
import { type Insn, NONE, RIP } from "./insn.js";
import { Kind, type Operand } from "./operand.js";
import type { Ops } from "./ops.js";
import { RSP, type Size, SS } from "./registers.js";

/** base + index × 2^scale + displacement, modulo the address size. Source: SDM Vol. 1 §3.7.5. */
export function effectiveAddress<V, B>(o: Ops<V, B>, i: Insn): V {
  let address = o.constant(BigInt.asUintN(64, i.displacement));
  if (i.base === RIP) address = o.add(64, o.next(i), address);
  else if (i.base !== NONE) address = o.add(64, o.get(i.base, 64), address);
  if (i.index !== NONE) {
    address = o.add(64, address, o.shiftLeft(64, o.get(i.index, 64), o.constant(BigInt(i.scale))));
  }
  return i.addressSize === 32 ? o.truncate(32, address) : address;
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
 * Read, compute, write for operand 0. Memory is checked for writing before anything else is read, and the
 * store comes before `after`, which writes flags and registers.
 */
export function modify<V, B>(
  o: Ops<V, B>,
  i: Insn,
  compute: (old: V) => V,
  after: (old: V, result: V) => void,
): void {
  const to = i.operands[0]!;
  const size = to.size as Size;
  if (to.kind === Kind.General) {
    const old = o.get(to.register, size);
    const result = compute(old);
    o.set(to.register, size, result);
    after(old, result);
  } else {
    const address = o.address(i);
    o.probeWrite(size, address, i.segment);
    const old = o.load(size, address, i.segment);
    const result = compute(old);
    o.store(size, address, result, i.segment);
    after(old, result);
  }
}

/** Stores `v` below the stack pointer and moves it. */
export function push<V, B>(o: Ops<V, B>, size: Size, v: V): void {
  const top = o.sub(64, o.get(RSP, 64), o.constant(BigInt(size >> 3)));
  o.store(size, top, v, SS);
  o.set(RSP, 64, top);
}

/** The value at the stack pointer, which the caller then moves with `drop`. */
export function peek<V, B>(o: Ops<V, B>, size: Size): V {
  return o.load(size, o.get(RSP, 64), SS);
}

export function drop<V, B>(o: Ops<V, B>, size: Size): void {
  o.set(RSP, 64, o.add(64, o.get(RSP, 64), o.constant(BigInt(size >> 3))));
}
