/**
 * The translator's integer operations: V and B are nodes. Up to 32 bits they are i32, zero-extended from their width; a
 * truth value is an i32 of 0 or 1. Nothing here touches registers or memory.
 * Source: the contracts in `isa/ops.ts`; WebAssembly Core Specification §4.3.2 (semantics of the operations).
 */
import type { Size } from "../isa/registers.js";
import type { FunctionBody } from "./function-body.js";
import { as32, as64, binary32, binary64, compare64, constant32, constant64, Node, unary } from "./node.js";
import { OP, TYPE } from "./opcodes.js";

const MASK: Readonly<Record<number, number>> = { 8: 0xff, 16: 0xffff };

export abstract class IntegerTranslation {
  constructor(protected readonly body: FunctionBody) {}

  /** The instruction is left to the evaluator when `c` holds: nothing of it has happened yet. */
  abstract bailIf(c: Node): void;

  constant(n: bigint): Node {
    return constant64(n);
  }

  /** The result of a 32-bit operation, cut to 8 or 16 bits where that is the width. */
  protected cut(size: Size, node: Node): Node {
    const mask = MASK[size];
    return mask === undefined ? node : binary32(OP.I32_AND, node, constant32(mask));
  }

  /** The same operation on i64, or on i32 with the result cut to `size`. */
  private arithmetic(size: Size, op64: number, op32: number, a: Node, b: Node): Node {
    return size === 64 ? binary64(op64, a, b) : this.cut(size, binary32(op32, a, b));
  }

  add(size: Size, a: Node, b: Node): Node {
    return this.arithmetic(size, OP.I64_ADD, OP.I32_ADD, a, b);
  }

  sub(size: Size, a: Node, b: Node): Node {
    return this.arithmetic(size, OP.I64_SUB, OP.I32_SUB, a, b);
  }

  mul(size: Size, a: Node, b: Node): Node {
    return this.arithmetic(size, OP.I64_MUL, OP.I32_MUL, a, b);
  }

  /** The sign-extended value as i64. */
  protected signed64(size: Size, v: Node): Node {
    if (size === 64) return as64(v);
    if (size === 32) return unary(TYPE.I64, OP.I64_EXTEND_I32_S, as32(v));
    return unary(TYPE.I64, OP.I64_EXTEND_I32_S, this.signed32(size, v));
  }

  /** The sign-extended value as i32, for up to 32 bits. */
  private signed32(size: Size, v: Node): Node {
    if (size === 32) return as32(v);
    return unary(TYPE.I32, size === 8 ? OP.I32_EXTEND8_S : OP.I32_EXTEND16_S, as32(v));
  }

  mulHigh(size: Size, a: Node, b: Node): Node {
    if (size === 64) return this.highProduct(a, b);
    const product = binary64(OP.I64_MUL, as64(a), as64(b));
    return this.cut(size, as32(binary64(OP.I64_SHR_U, product, constant64(BigInt(size)))));
  }

  mulHighSigned(size: Size, a: Node, b: Node): Node {
    if (size === 64) return this.highProductSigned(a, b);
    const product = binary64(OP.I64_MUL, this.signed64(size, a), this.signed64(size, b));
    return this.cut(size, as32(binary64(OP.I64_SHR_U, product, constant64(BigInt(size)))));
  }

  /** The upper 64 bits of 64 × 64, from four products of halves. */
  private highProduct(a: Node, b: Node): Node {
    const half = constant64(32n);
    const mask = constant64(0xffffffffn);
    const low = (v: Node) => binary64(OP.I64_AND, v, mask);
    const high = (v: Node) => binary64(OP.I64_SHR_U, v, half);
    const [al, ah, bl, bh] = [low(a), high(a), low(b), high(b)];
    const middle = binary64(OP.I64_ADD, binary64(OP.I64_MUL, ah, bl), high(binary64(OP.I64_MUL, al, bl)));
    const other = binary64(OP.I64_ADD, binary64(OP.I64_MUL, al, bh), low(middle));
    const top = binary64(OP.I64_ADD, binary64(OP.I64_MUL, ah, bh), high(middle));
    return binary64(OP.I64_ADD, top, high(other));
  }

  /** Signed: each negative factor takes the other one away from the upper half. */
  private highProductSigned(a: Node, b: Node): Node {
    const sign = (v: Node) => binary64(OP.I64_SHR_S, v, constant64(63n));
    const first = binary64(OP.I64_AND, sign(a), b);
    const second = binary64(OP.I64_AND, sign(b), a);
    const both = binary64(OP.I64_ADD, first, second);
    return binary64(OP.I64_SUB, this.highProduct(a, b), both);
  }

  divide(size: Size, hi: Node, lo: Node, d: Node): { quotient: Node; remainder: Node; overflow: Node } {
    if (size === 64) {
      // A dividend of more than 64 bits is rare: the evaluator does it.
      this.bailIf(compare64(OP.I64_NE, hi, constant64(0n)));
      return this.division(64, OP.I64_DIV_U, OP.I64_REM_U, as64(lo), as64(d), () => this.truth(false));
    }
    const limit = constant64((1n << BigInt(size)) - 1n);
    return this.division(size, OP.I64_DIV_U, OP.I64_REM_U, this.dividend(size, hi, lo), as64(d), (quotient) =>
      compare64(OP.I64_LT_U, limit, quotient),
    );
  }

  divideSigned(size: Size, hi: Node, lo: Node, d: Node): { quotient: Node; remainder: Node; overflow: Node } {
    const dividend = size === 64 ? as64(lo) : this.signedDividend(size, hi, lo);
    const divisor = this.signed64(size, d);
    if (size === 64) {
      const extension = binary64(OP.I64_SHR_S, lo, constant64(63n));
      this.bailIf(compare64(OP.I64_NE, hi, extension));
    }
    // The one quotient that does not fit in 64 bits.
    const lowest = compare64(OP.I64_EQ, dividend, constant64(1n << 63n));
    const minusOne = compare64(OP.I64_EQ, divisor, constant64(0xffffffffffffffffn));
    this.bailIf(this.both(lowest, minusOne));
    return this.division(size, OP.I64_DIV_S, OP.I64_REM_S, dividend, divisor, (quotient) =>
      size === 64
        ? this.truth(false)
        : compare64(OP.I64_NE, this.signed64(size, this.truncate(size, quotient)), quotient),
    );
  }

  private dividend(size: Size, hi: Node, lo: Node): Node {
    const upper = binary64(OP.I64_SHL, as64(hi), constant64(BigInt(size)));
    return binary64(OP.I64_OR, upper, as64(lo));
  }

  private signedDividend(size: Size, hi: Node, lo: Node): Node {
    const upper = binary64(OP.I64_SHL, this.signed64(size, hi), constant64(BigInt(size)));
    return binary64(OP.I64_OR, upper, as64(lo));
  }

  private division(
    size: Size,
    divide: number,
    remainder: number,
    a: Node,
    d: Node,
    overflows: (quotient: Node) => Node,
  ): { quotient: Node; remainder: Node; overflow: Node } {
    const quotient = new Node(TYPE.I64, divide, [a, d]);
    const rest = new Node(TYPE.I64, remainder, [a, d]);
    return {
      quotient: this.truncate(size, quotient),
      remainder: this.truncate(size, rest),
      overflow: overflows(quotient),
    };
  }

  private bits(op64: number, op32: number, a: Node, b: Node): Node {
    const wide = a.type === TYPE.I64 && b.type === TYPE.I64;
    if (wide) return binary64(op64, a, b);
    // A constant takes the type of the other side; AND with a narrow value is narrow.
    if (a.isConstant && b.type === TYPE.I32 && a.value <= 0xffffffffn) return binary32(op32, a, b);
    if (b.isConstant && a.type === TYPE.I32 && b.value <= 0xffffffffn) return binary32(op32, a, b);
    if ((a.type === TYPE.I32 && b.type === TYPE.I32) || op64 === OP.I64_AND) return binary32(op32, a, b);
    return binary64(op64, a, b);
  }

  and(a: Node, b: Node): Node {
    return this.bits(OP.I64_AND, OP.I32_AND, a, b);
  }

  or(a: Node, b: Node): Node {
    return this.bits(OP.I64_OR, OP.I32_OR, a, b);
  }

  xor(a: Node, b: Node): Node {
    return this.bits(OP.I64_XOR, OP.I32_XOR, a, b);
  }

  complement(size: Size, a: Node): Node {
    return size === 64
      ? binary64(OP.I64_XOR, a, constant64(0xffffffffffffffffn))
      : binary32(OP.I32_XOR, a, constant32(MASK[size] ?? 0xffffffff));
  }

  negate(size: Size, a: Node): Node {
    return this.sub(size, constant64(0n), a);
  }

  /** Counts reach beyond 31 for a narrow operand of 64-bit shifts only; then WebAssembly would take them modulo the width. */
  shiftLeft(size: Size, a: Node, n: Node): Node {
    if (size === 64) return this.wideShift(OP.I64_SHL, a, n);
    if (n.isConstant) return n.value > 31n ? constant32(0) : this.cut(size, binary32(OP.I32_SHL, a, n));
    return this.truncate(size, this.wideShift(OP.I64_SHL, a, n));
  }

  shiftRight(size: Size, a: Node, n: Node): Node {
    if (size === 64) return this.wideShift(OP.I64_SHR_U, a, n);
    if (n.isConstant) return n.value > 31n ? constant32(0) : binary32(OP.I32_SHR_U, a, n);
    return as32(this.wideShift(OP.I64_SHR_U, a, n));
  }

  /** A count of 64 gives 0. */
  private wideShift(op: number, a: Node, n: Node): Node {
    if (n.isConstant) return n.value > 63n ? constant64(0n) : binary64(op, a, n);
    const shifted = binary64(op, a, n);
    const within = compare64(OP.I64_LT_U, n, constant64(64n));
    return new Node(TYPE.I64, OP.SELECT, [shifted, constant64(0n), within]);
  }

  shiftRightSigned(size: Size, a: Node, n: Node): Node {
    if (size === 64) return binary64(OP.I64_SHR_S, a, n);
    return this.cut(size, binary32(OP.I32_SHR_S, this.signed32(size, a), n));
  }

  rotateLeft(size: Size, a: Node, n: Node): Node {
    if (size === 64) return binary64(OP.I64_ROTL, a, n);
    if (size === 32) return binary32(OP.I32_ROTL, a, n);
    return this.rotateNarrow(size, a, n, OP.I32_SHL, OP.I32_SHR_U);
  }

  rotateRight(size: Size, a: Node, n: Node): Node {
    if (size === 64) return binary64(OP.I64_ROTR, a, n);
    if (size === 32) return binary32(OP.I32_ROTR, a, n);
    return this.rotateNarrow(size, a, n, OP.I32_SHR_U, OP.I32_SHL);
  }

  private rotateNarrow(size: Size, a: Node, n: Node, onward: number, back: number): Node {
    const rest = binary32(OP.I32_SUB, constant32(size), n);
    const moved = binary32(OP.I32_OR, binary32(onward, a, n), binary32(back, a, rest));
    return this.cut(size, moved);
  }

  modulo(n: Node, divisor: bigint): Node {
    return binary32(OP.I32_REM_U, n, constant32(Number(divisor)));
  }

  signExtend(from: Size, to: Size, v: Node): Node {
    if (to === 64) return this.signed64(from, v);
    return this.cut(to, this.signed32(from, v));
  }

  truncate(size: Size, v: Node): Node {
    if (size === 64) return v;
    return this.cut(size, as32(v));
  }

  swapBytes(size: Size, v: Node): Node {
    if (size === 16) return this.rotateLeft(16, v, constant32(8));
    const swapped = this.swapDoubleword(as32(v));
    if (size === 32) return swapped;
    const high = as32(binary64(OP.I64_SHR_U, v, constant64(32n)));
    const upper = binary64(OP.I64_SHL, as64(swapped), constant64(32n));
    return binary64(OP.I64_OR, upper, as64(this.swapDoubleword(high)));
  }

  private swapDoubleword(v: Node): Node {
    const even = binary32(OP.I32_AND, v, constant32(0x00ff00ff));
    const odd = binary32(OP.I32_AND, v, constant32(0xff00ff00));
    return binary32(
      OP.I32_OR,
      binary32(OP.I32_ROTR, even, constant32(8)),
      binary32(OP.I32_ROTL, odd, constant32(8)),
    );
  }

  lowestBit(size: Size, v: Node): Node {
    return size === 64 ? unary(TYPE.I64, OP.I64_CTZ, as64(v)) : unary(TYPE.I32, OP.I32_CTZ, as32(v));
  }

  highestBit(size: Size, v: Node): Node {
    if (size === 64) return binary64(OP.I64_SUB, constant64(63n), unary(TYPE.I64, OP.I64_CLZ, as64(v)));
    return binary32(OP.I32_SUB, constant32(31), unary(TYPE.I32, OP.I32_CLZ, as32(v)));
  }

  countBits(v: Node): Node {
    return v.type === TYPE.I64 ? unary(TYPE.I64, OP.I64_POPCNT, v) : unary(TYPE.I32, OP.I32_POPCNT, v);
  }

  isZero(v: Node): Node {
    if (v.isConstant) return this.truth(v.value === 0n);
    return unary(TYPE.I32, v.type === TYPE.I64 ? OP.I64_EQZ : OP.I32_EQZ, v);
  }

  /** A comparison in 32 bits where both sides have no more. */
  private compare(op64: number, op32: number, a: Node, b: Node): Node {
    const narrow = (v: Node) => v.type === TYPE.I32 || (v.isConstant && v.value <= 0xffffffffn);
    return narrow(a) && narrow(b) ? binary32(op32, a, b) : compare64(op64, a, b);
  }

  equal(a: Node, b: Node): Node {
    return this.compare(OP.I64_EQ, OP.I32_EQ, a, b);
  }

  below(a: Node, b: Node): Node {
    return this.compare(OP.I64_LT_U, OP.I32_LT_U, a, b);
  }

  bit(v: Node, n: Node): Node {
    if (n.isConstant) return this.constantBit(v, Number(n.value));
    const shifted = as32(this.wideShift(OP.I64_SHR_U, as64(v), n));
    return binary32(OP.I32_AND, shifted, constant32(1));
  }

  private constantBit(v: Node, n: number): Node {
    if (n > 63 || (n > 31 && v.type === TYPE.I32)) return this.truth(false);
    const count = constant64(BigInt(n));
    const shifted =
      v.type === TYPE.I32 ? binary32(OP.I32_SHR_U, v, count) : as32(binary64(OP.I64_SHR_U, v, count));
    return binary32(OP.I32_AND, shifted, constant32(1));
  }

  sign(size: Size, v: Node): Node {
    if (size === 64) return compare64(OP.I64_LT_S, v, constant64(0n));
    return binary32(OP.I32_SHR_U, v, constant32(size - 1));
  }

  not(b: Node): Node {
    if (b.isConstant) return this.truth(b.value === 0n);
    return unary(TYPE.I32, OP.I32_EQZ, b);
  }

  both(a: Node, b: Node): Node {
    if (a.isConstant) return a.value === 0n ? a : b;
    if (b.isConstant) return b.value === 0n ? b : a;
    return binary32(OP.I32_AND, a, b);
  }

  either(a: Node, b: Node): Node {
    return binary32(OP.I32_OR, a, b);
  }

  differ(a: Node, b: Node): Node {
    return binary32(OP.I32_XOR, a, b);
  }

  truth(b: boolean): Node {
    return constant32(b ? 1 : 0);
  }

  number(b: Node): Node {
    return b;
  }

  select(c: Node, yes: Node, no: Node): Node {
    if (c.isConstant) return c.value !== 0n ? yes : no;
    const narrow = (v: Node) => v.type === TYPE.I32 || (v.isConstant && v.value <= 0xffffffffn);
    if (narrow(yes) && narrow(no)) return new Node(TYPE.I32, OP.SELECT, [as32(yes), as32(no), c]);
    return new Node(TYPE.I64, OP.SELECT, [as64(yes), as64(no), c]);
  }

  choose(c: Node, yes: Node, no: Node): Node {
    return this.select(c, yes, no);
  }
}
