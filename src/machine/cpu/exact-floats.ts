/**
 * SSE's floating-point arithmetic to the last bit, for every operand, rounding mode and exception: numbers are taken
 * apart into integers, computed exactly, and rounded once. Slow and complete; `quick-floats.ts` does the usual.
 * Source: IEEE 754-2008 §5, §6; Intel SDM Vol. 1 §4.8.3.5 (which NaN), §4.9.1 (priorities), §10.2.3, §11.5.
 */
import type { FloatOperation, FloatSize } from "../isa/vector-ops.js";
import { ExactUnit } from "./exact-unit.js";
import {
  EXCEPTION,
  type Finite,
  type FloatFormat,
  FORMATS,
  isInfinite,
  isNan,
  isNegative,
  isSignalling,
  isZero,
  shiftRounding,
  unpack,
} from "./float-format.js";

/** Guard bits of quotients and roots beyond the format's own, the last of which stands for all that follow. */
const GUARD = 3;

export class ExactFloats extends ExactUnit {
  operation(operation: FloatOperation, size: FloatSize, first: bigint, second: bigint): bigint {
    const f = FORMATS[size];
    const a = this.operand(f, first);
    const b = this.operand(f, second);
    if (operation === "minimum" || operation === "maximum") return this.extreme(f, operation, a, b);
    const nan = this.nanOf(f, a, b);
    if (nan !== undefined) return nan;
    switch (operation) {
      case "add":
        return this.sum(f, a, b);
      case "subtract":
        return this.sum(f, a, b ^ f.signBit);
      case "multiply":
        return this.product(f, a, b);
      default:
        return this.quotient(f, a, b);
    }
  }

  squareRoot(size: FloatSize, x: bigint): bigint {
    const f = FORMATS[size];
    const a = this.operand(f, x);
    const nan = this.nanOf(f, a, a);
    if (nan !== undefined) return nan;
    if (isZero(f, a)) return a;
    if (isNegative(f, a)) return this.invalid(f);
    if (isInfinite(f, a)) return a;
    this.noteDenormals(f, a);
    const { significand, exponent } = unpack(f, a);
    const widen = 2 * (f.fractionBits + GUARD) + ((exponent & 1) === 0 ? 0 : 1);
    const radicand = significand << BigInt(widen);
    const root = integerRoot(radicand);
    const sticky = root * root === radicand ? 0n : 1n;
    return this.round(f, {
      negative: false,
      significand: (root << 1n) | sticky,
      exponent: (exponent - widen) / 2 - 1,
    });
  }

  /** Predicate 0..7 of `FLOAT_PREDICATES`: 1, 2, 5 and 6 also refuse quiet NaNs. */
  compare(predicate: number, size: FloatSize, a: bigint, b: bigint): boolean {
    const order = this.order(size, (predicate & 3) === 1 || (predicate & 3) === 2, a, b);
    const positive = [order.equal, order.below, order.below || order.equal, order.unordered][predicate & 3]!;
    return predicate < 4 ? positive : !positive;
  }

  order(
    size: FloatSize,
    signalling: boolean,
    first: bigint,
    second: bigint,
  ): { unordered: boolean; below: boolean; equal: boolean } {
    const f = FORMATS[size];
    const a = this.operand(f, first);
    const b = this.operand(f, second);
    if (isNan(f, a) || isNan(f, b)) {
      if (signalling || isSignalling(f, a) || isSignalling(f, b)) this.before |= EXCEPTION.INVALID;
      return { unordered: true, below: false, equal: false };
    }
    this.noteDenormals(f, a, b);
    const [x, y] = [ordinal(f, a), ordinal(f, b)];
    return { unordered: false, below: x < y, equal: x === y };
  }

  convert(from: FloatSize, to: FloatSize, x: bigint): bigint {
    const [source, target] = [FORMATS[from], FORMATS[to]];
    const a = this.operand(source, x);
    const sign = isNegative(source, a) ? target.signBit : 0n;
    if (isNan(source, a)) {
      if (isSignalling(source, a)) this.before |= EXCEPTION.INVALID;
      const payload = ((a & source.fractionMask) << 29n) >> (from === 32 ? 0n : 58n);
      return sign | target.infinity | target.quietBit | payload;
    }
    if (isInfinite(source, a)) return sign | target.infinity;
    if (isZero(source, a)) return sign;
    this.noteDenormals(source, a);
    return this.round(target, unpack(source, a));
  }

  /** What is not a number or does not fit becomes the most negative integer. */
  toInteger(from: FloatSize, to: 32 | 64, truncate: boolean, x: bigint): bigint {
    const f = FORMATS[from];
    const a = this.operand(f, x);
    const indefinite = 1n << BigInt(to - 1);
    if (isNan(f, a) || isInfinite(f, a)) {
      this.before |= EXCEPTION.INVALID;
      return indefinite;
    }
    const { negative, significand, exponent } = unpack(f, a);
    const { rounded, inexact } = shiftRounding(
      significand,
      -exponent,
      negative,
      truncate ? 3 : this.rounding,
    );
    if (rounded > (negative ? indefinite : indefinite - 1n)) {
      this.before |= EXCEPTION.INVALID;
      return indefinite;
    }
    if (inexact) this.after |= EXCEPTION.PRECISION;
    return BigInt.asUintN(to, negative ? -rounded : rounded);
  }

  fromInteger(from: 32 | 64, to: FloatSize, x: bigint): bigint {
    const value = BigInt.asIntN(from, x);
    if (value === 0n) return 0n;
    return this.round(FORMATS[to], {
      negative: value < 0n,
      significand: value < 0n ? -value : value,
      exponent: 0,
    });
  }

  /** MINPS and MAXPS are no IEEE operations: the second operand wins unless the first is strictly better. */
  private extreme(f: FloatFormat, operation: "minimum" | "maximum", a: bigint, b: bigint): bigint {
    if (isNan(f, a) || isNan(f, b)) {
      this.before |= EXCEPTION.INVALID;
      return b;
    }
    this.noteDenormals(f, a, b);
    const [x, y] = [ordinal(f, a), ordinal(f, b)];
    return (operation === "minimum" ? x < y : x > y) ? a : b;
  }

  private sum(f: FloatFormat, a: bigint, b: bigint): bigint {
    if (isInfinite(f, a)) return isInfinite(f, b) && a !== b ? this.invalid(f) : this.passing(f, a, b);
    if (isInfinite(f, b)) return this.passing(f, b, a);
    this.noteDenormals(f, a, b);
    const [x, y] = [unpack(f, a), unpack(f, b)];
    const exponent = Math.min(x.exponent, y.exponent);
    const total = signed(x, exponent) + signed(y, exponent);
    if (total === 0n) {
      const sameSign = isNegative(f, a) === isNegative(f, b);
      return (sameSign ? isNegative(f, a) : this.rounding === 1) ? f.signBit : 0n;
    }
    return this.round(f, { negative: total < 0n, significand: total < 0n ? -total : total, exponent });
  }

  /** An infinite result; the other operand may still be denormal. */
  private passing(f: FloatFormat, result: bigint, other: bigint): bigint {
    this.noteDenormals(f, other);
    return result;
  }

  private product(f: FloatFormat, a: bigint, b: bigint): bigint {
    const sign = (a ^ b) & f.signBit;
    if (isInfinite(f, a) || isInfinite(f, b)) {
      if (isZero(f, a) || isZero(f, b)) return this.invalid(f);
      this.noteDenormals(f, a, b);
      return sign | f.infinity;
    }
    this.noteDenormals(f, a, b);
    if (isZero(f, a) || isZero(f, b)) return sign;
    const [x, y] = [unpack(f, a), unpack(f, b)];
    return this.round(f, {
      negative: sign !== 0n,
      significand: x.significand * y.significand,
      exponent: x.exponent + y.exponent,
    });
  }

  private quotient(f: FloatFormat, a: bigint, b: bigint): bigint {
    const sign = (a ^ b) & f.signBit;
    if (isInfinite(f, a)) return isInfinite(f, b) ? this.invalid(f) : this.passing(f, sign | f.infinity, b);
    if (isInfinite(f, b)) return this.passing(f, sign, a);
    if (isZero(f, b)) {
      if (isZero(f, a)) return this.invalid(f);
      this.before |= EXCEPTION.ZERO_DIVIDE;
      return sign | f.infinity;
    }
    this.noteDenormals(f, a, b);
    if (isZero(f, a)) return sign;
    const [x, y] = [unpack(f, a), unpack(f, b)];
    const widen = 2 * f.fractionBits + GUARD;
    const dividend = x.significand << BigInt(widen);
    const whole = dividend / y.significand;
    const sticky = whole * y.significand === dividend ? 0n : 1n;
    return this.round(f, {
      negative: sign !== 0n,
      significand: (whole << 1n) | sticky,
      exponent: x.exponent - y.exponent - widen - 1,
    });
  }
}

/** A number's place in the order of all numbers that are not NaN; both zeros are the same. */
function ordinal(f: FloatFormat, bits: bigint): bigint {
  return isNegative(f, bits) ? -(bits ^ f.signBit) : bits;
}

/** The number as an integer multiple of 2^exponent. */
function signed({ negative, significand, exponent }: Finite, unit: number): bigint {
  const scaled = significand << BigInt(exponent - unit);
  return negative ? -scaled : scaled;
}

/** ⌊√n⌋ by Newton's method from above. */
function integerRoot(n: bigint): bigint {
  let root = 1n << BigInt((n.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
