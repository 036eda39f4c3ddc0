/**
 * The evaluator's operations on values of the integer instructions: V = bigint, zero-extended, B = boolean. They
 * know neither registers nor memory. A width that is written out (`BigInt.asUintN(64, a + b)`) lets a JavaScript engine
 * compute in a machine word; and up to 32 bits its own numbers are quicker than objects.
 * Source: the contracts in `isa/ops.ts`.
 */
import type { Size } from "../isa/registers.js";
import { VectorEvaluator } from "./vector-evaluator.js";

const MASKS: Readonly<Record<number, bigint>> = {
  8: 0xffn,
  16: 0xffffn,
  32: 0xffffffffn,
  64: 0xffffffffffffffffn,
};

export abstract class IntegerEvaluator extends VectorEvaluator {
  /** Takes a value apart without making objects: `word[0]` is two int32 in `halves`. */
  protected readonly word = new BigUint64Array(1);
  protected readonly halves = new Int32Array(this.word.buffer);

  add(size: Size, a: bigint, b: bigint): bigint {
    if (size === 64) return BigInt.asUintN(64, a + b);
    if (size === 32) return BigInt.asUintN(32, a + b);
    return size === 8 ? BigInt.asUintN(8, a + b) : BigInt.asUintN(16, a + b);
  }

  sub(size: Size, a: bigint, b: bigint): bigint {
    if (size === 64) return BigInt.asUintN(64, a - b);
    if (size === 32) return BigInt.asUintN(32, a - b);
    return size === 8 ? BigInt.asUintN(8, a - b) : BigInt.asUintN(16, a - b);
  }

  mul(size: Size, a: bigint, b: bigint): bigint {
    if (size === 64) return BigInt.asUintN(64, a * b);
    if (size === 32) return BigInt.asUintN(32, a * b);
    return size === 8 ? BigInt.asUintN(8, a * b) : BigInt.asUintN(16, a * b);
  }

  mulHigh(size: Size, a: bigint, b: bigint): bigint {
    return (a * b) >> BigInt(size);
  }

  mulHighSigned(size: Size, a: bigint, b: bigint): bigint {
    return BigInt.asUintN(size, (BigInt.asIntN(size, a) * BigInt.asIntN(size, b)) >> BigInt(size));
  }

  divide(
    size: Size,
    hi: bigint,
    lo: bigint,
    d: bigint,
  ): { quotient: bigint; remainder: bigint; overflow: boolean } {
    const dividend = (hi << BigInt(size)) | lo;
    const quotient = dividend / d;
    return { quotient, remainder: dividend % d, overflow: quotient > MASKS[size]! };
  }

  divideSigned(
    size: Size,
    hi: bigint,
    lo: bigint,
    d: bigint,
  ): { quotient: bigint; remainder: bigint; overflow: boolean } {
    const dividend = BigInt.asIntN(2 * size, (hi << BigInt(size)) | lo);
    const divisor = BigInt.asIntN(size, d);
    const quotient = dividend / divisor;
    return {
      quotient: BigInt.asUintN(size, quotient),
      remainder: BigInt.asUintN(size, dividend % divisor),
      overflow: BigInt.asIntN(size, quotient) !== quotient,
    };
  }

  and(a: bigint, b: bigint): bigint {
    return a & b;
  }

  or(a: bigint, b: bigint): bigint {
    return a | b;
  }

  xor(a: bigint, b: bigint): bigint {
    return a ^ b;
  }

  complement(size: Size, a: bigint): bigint {
    return BigInt.asUintN(size, ~a);
  }

  negate(size: Size, a: bigint): bigint {
    return BigInt.asUintN(size, -a);
  }

  shiftLeft(size: Size, a: bigint, n: bigint): bigint {
    if (size === 64) return BigInt.asUintN(64, a << n);
    const count = Number(n);
    if (count > 31) return 0n;
    const shifted = (Number(a) << count) >>> 0;
    return BigInt(size === 32 ? shifted : shifted & (size === 16 ? 0xffff : 0xff));
  }

  shiftRight(size: Size, a: bigint, n: bigint): bigint {
    if (size === 64) return a >> n;
    const count = Number(n);
    return count > 31 ? 0n : BigInt(Number(a) >>> count);
  }

  shiftRightSigned(size: Size, a: bigint, n: bigint): bigint {
    return BigInt.asUintN(size, BigInt.asIntN(size, a) >> n);
  }

  rotateLeft(size: Size, a: bigint, n: bigint): bigint {
    if (size === 32) return rotated32(Number(a), Number(n));
    return BigInt.asUintN(size, (a << n) | (a >> (BigInt(size) - n)));
  }

  rotateRight(size: Size, a: bigint, n: bigint): bigint {
    if (size === 32) return rotated32(Number(a), 32 - Number(n));
    return BigInt.asUintN(size, (a >> n) | (a << (BigInt(size) - n)));
  }

  modulo(n: bigint, divisor: bigint): bigint {
    return n % divisor;
  }

  signExtend(from: Size, to: Size, v: bigint): bigint {
    return BigInt.asUintN(to, BigInt.asIntN(from, v));
  }

  truncate(size: Size, v: bigint): bigint {
    return BigInt.asUintN(size, v);
  }

  swapBytes(size: Size, v: bigint): bigint {
    let result = 0n;
    for (let n = 0; n < size; n += 8) result = (result << 8n) | ((v >> BigInt(n)) & 0xffn);
    return result;
  }

  lowestBit(_size: Size, v: bigint): bigint {
    const low = Number(v & 0xffffffffn);
    return BigInt(
      low !== 0 ? 31 - Math.clz32(low & -low) : 63 - Math.clz32(Number(v >> 32n) & -Number(v >> 32n)),
    );
  }

  highestBit(_size: Size, v: bigint): bigint {
    const high = Number(v >> 32n);
    return BigInt(high !== 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(Number(v)));
  }

  countBits(v: bigint): bigint {
    let count = 0n;
    for (let rest = v; rest !== 0n; rest &= rest - 1n) count++;
    return count;
  }

  isZero(v: bigint): boolean {
    return v === 0n;
  }

  equal(a: bigint, b: bigint): boolean {
    return a === b;
  }

  below(a: bigint, b: bigint): boolean {
    return a < b;
  }

  bit(v: bigint, n: bigint): boolean {
    this.word[0] = v;
    const place = Number(n);
    return place < 64 && ((this.halves[place >> 5]! >>> place) & 1) !== 0;
  }

  sign(size: Size, v: bigint): boolean {
    this.word[0] = v;
    return size === 64 ? this.halves[1]! < 0 : this.halves[0]! >>> (size - 1) !== 0;
  }

  not(b: boolean): boolean {
    return !b;
  }

  both(a: boolean, b: boolean): boolean {
    return a && b;
  }

  either(a: boolean, b: boolean): boolean {
    return a || b;
  }

  differ(a: boolean, b: boolean): boolean {
    return a !== b;
  }

  truth(b: boolean): boolean {
    return b;
  }

  number(b: boolean): bigint {
    return b ? 1n : 0n;
  }

  select(c: boolean, yes: bigint, no: bigint): bigint {
    return c ? yes : no;
  }

  choose(c: boolean, yes: boolean, no: boolean): boolean {
    return c ? yes : no;
  }

  if(c: boolean, yes: () => void, no?: () => void): void {
    if (c) yes();
    else no?.();
  }
}

/** The low 32 bits of `a`, rotated left by 0..32. */
function rotated32(a: number, n: number): bigint {
  return BigInt(((a << n) | (a >>> (32 - n))) >>> 0);
}
