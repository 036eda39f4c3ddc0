/**
 * The translator's vectors: X is a node of type v128, and lanes are WebAssembly's.
 * Source: the contracts in `isa/vector-ops.ts`; WebAssembly Core Specification 2.0 §4.3.3 (vector operations).
 */
import type {
  BitOperation,
  LaneOperation,
  LaneSize,
  ShiftDirection,
  WideningOperation,
} from "../isa/vector-ops.js";
import { MemoryTranslation } from "./memory-translation.js";
import { as32, as64, compare64, constant32, constant64, Node, unary } from "./node.js";
import { OP, TYPE, VECTOR_OP } from "./opcodes.js";
import { Untranslatable } from "./untranslatable.js";

const vectorConstant = (value: bigint): Node => new Node(TYPE.V128, -1, [], value);

const binary = (op: number, a: Node, b: Node): Node => new Node(TYPE.V128, op, [a, b]);

/** By name and size of lane. What is absent is left to the evaluator. */
const LANES: Readonly<Record<LaneOperation, Partial<Record<LaneSize, number>>>> = {
  add: {
    8: VECTOR_OP.I8X16_ADD,
    16: VECTOR_OP.I16X8_ADD,
    32: VECTOR_OP.I32X4_ADD,
    64: VECTOR_OP.I64X2_ADD,
  },
  subtract: {
    8: VECTOR_OP.I8X16_SUB,
    16: VECTOR_OP.I16X8_SUB,
    32: VECTOR_OP.I32X4_SUB,
    64: VECTOR_OP.I64X2_SUB,
  },
  addSaturateSigned: { 8: VECTOR_OP.I8X16_ADD_SAT_S, 16: VECTOR_OP.I16X8_ADD_SAT_S },
  addSaturateUnsigned: { 8: VECTOR_OP.I8X16_ADD_SAT_U, 16: VECTOR_OP.I16X8_ADD_SAT_U },
  subtractSaturateSigned: { 8: VECTOR_OP.I8X16_SUB_SAT_S, 16: VECTOR_OP.I16X8_SUB_SAT_S },
  subtractSaturateUnsigned: { 8: VECTOR_OP.I8X16_SUB_SAT_U, 16: VECTOR_OP.I16X8_SUB_SAT_U },
  multiplyLow: { 16: VECTOR_OP.I16X8_MUL },
  multiplyHighSigned: {},
  multiplyHighUnsigned: {},
  averageUnsigned: { 8: VECTOR_OP.I8X16_AVGR_U, 16: VECTOR_OP.I16X8_AVGR_U },
  minimumSigned: { 8: VECTOR_OP.I8X16_MIN_S, 16: VECTOR_OP.I16X8_MIN_S },
  minimumUnsigned: { 8: VECTOR_OP.I8X16_MIN_U, 16: VECTOR_OP.I16X8_MIN_U },
  maximumSigned: { 8: VECTOR_OP.I8X16_MAX_S, 16: VECTOR_OP.I16X8_MAX_S },
  maximumUnsigned: { 8: VECTOR_OP.I8X16_MAX_U, 16: VECTOR_OP.I16X8_MAX_U },
  equal: { 8: VECTOR_OP.I8X16_EQ, 16: VECTOR_OP.I16X8_EQ, 32: VECTOR_OP.I32X4_EQ },
  greaterSigned: { 8: VECTOR_OP.I8X16_GT_S, 16: VECTOR_OP.I16X8_GT_S, 32: VECTOR_OP.I32X4_GT_S },
};

const SHIFTS: Readonly<Record<ShiftDirection, Partial<Record<LaneSize, number>>>> = {
  left: { 16: VECTOR_OP.I16X8_SHL, 32: VECTOR_OP.I32X4_SHL, 64: VECTOR_OP.I64X2_SHL },
  right: { 16: VECTOR_OP.I16X8_SHR_U, 32: VECTOR_OP.I32X4_SHR_U, 64: VECTOR_OP.I64X2_SHR_U },
  rightSigned: { 16: VECTOR_OP.I16X8_SHR_S, 32: VECTOR_OP.I32X4_SHR_S },
};

const EXTRACT: Readonly<Record<LaneSize, number>> = {
  8: VECTOR_OP.I8X16_EXTRACT_U,
  16: VECTOR_OP.I16X8_EXTRACT_U,
  32: VECTOR_OP.I32X4_EXTRACT,
  64: VECTOR_OP.I64X2_EXTRACT,
};

const REPLACE: Readonly<Record<LaneSize, number>> = {
  8: VECTOR_OP.I8X16_REPLACE,
  16: VECTOR_OP.I16X8_REPLACE,
  32: VECTOR_OP.I32X4_REPLACE,
  64: VECTOR_OP.I64X2_REPLACE,
};

const SIGNS: Readonly<Record<LaneSize, number>> = {
  8: VECTOR_OP.I8X16_BITMASK,
  16: VECTOR_OP.I16X8_BITMASK,
  32: VECTOR_OP.I32X4_BITMASK,
  64: VECTOR_OP.I64X2_BITMASK,
};

/** Bytes 4..7 and 12..15 to the places of the even doublewords' partners. */
const EVEN_DOUBLEWORDS = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

export abstract class LaneTranslation extends MemoryTranslation {
  /** The function contains SSE instructions. */
  usesVectors = false;

  requireVectors(): void {
    this.usesVectors = true;
  }

  vector(low: Node, high: Node): Node {
    if (low.isConstant && high.isConstant) return vectorConstant((high.value << 64n) | low.value);
    const zero = vectorConstant(0n);
    const first = this.withLane(zero, 64, 0, low);
    return high.isConstant && high.value === 0n ? first : this.withLane(first, 64, 1, high);
  }

  lane(v: Node, size: LaneSize, index: number): Node {
    return new Node(size === 64 ? TYPE.I64 : TYPE.I32, EXTRACT[size], [v], 0n, [index]);
  }

  withLane(v: Node, size: LaneSize, index: number, x: Node): Node {
    return new Node(TYPE.V128, REPLACE[size], [v, size === 64 ? as64(x) : as32(x)], 0n, [index]);
  }

  shuffle(size: LaneSize, a: Node, b: Node, picks: readonly number[]): Node {
    const bytes = size >> 3;
    const numbers = picks.flatMap((pick) => Array.from({ length: bytes }, (_, n) => pick * bytes + n));
    return new Node(TYPE.V128, VECTOR_OP.SHUFFLE, [a, b], 0n, numbers);
  }

  signs(size: LaneSize, v: Node): Node {
    return unary(TYPE.I32, SIGNS[size], v);
  }

  bitwise(operation: BitOperation, a: Node, b: Node): Node {
    switch (operation) {
      case "and":
        return binary(VECTOR_OP.AND, a, b);
      case "or":
        return binary(VECTOR_OP.OR, a, b);
      case "xor":
        return a === b ? vectorConstant(0n) : binary(VECTOR_OP.XOR, a, b);
      default:
        // WebAssembly complements the second operand.
        return binary(VECTOR_OP.ANDNOT, b, a);
    }
  }

  lanes(operation: LaneOperation, size: LaneSize, a: Node, b: Node): Node {
    if (size === 16 && operation === "multiplyHighSigned")
      return this.highWords(VECTOR_OP.I32X4_EXTMUL_LOW_S, VECTOR_OP.I32X4_EXTMUL_HIGH_S, a, b);
    if (size === 16 && operation === "multiplyHighUnsigned")
      return this.highWords(VECTOR_OP.I32X4_EXTMUL_LOW_U, VECTOR_OP.I32X4_EXTMUL_HIGH_U, a, b);
    const op = LANES[operation][size];
    if (op === undefined) throw new Untranslatable(operation);
    return binary(op, a, b);
  }

  /** The upper words of the products of words. */
  private highWords(low: number, high: number, a: Node, b: Node): Node {
    return this.shuffle(16, binary(low, a, b), binary(high, a, b), [1, 3, 5, 7, 9, 11, 13, 15]);
  }

  widen(operation: WideningOperation, a: Node, b: Node): Node {
    if (operation === "addProducts") return binary(VECTOR_OP.I32X4_DOT_I16X8_S, a, b);
    if (operation === "multiplyEven") {
      const even = (v: Node) => new Node(TYPE.V128, VECTOR_OP.SHUFFLE, [v, v], 0n, EVEN_DOUBLEWORDS);
      return binary(VECTOR_OP.I64X2_EXTMUL_LOW_U, even(a), even(b));
    }
    const larger = binary(VECTOR_OP.I8X16_MAX_U, a, b);
    const smaller = binary(VECTOR_OP.I8X16_MIN_U, a, b);
    const words = unary(
      TYPE.V128,
      VECTOR_OP.I16X8_EXTADD_PAIRWISE_U,
      binary(VECTOR_OP.I8X16_SUB, larger, smaller),
    );
    const sums = unary(TYPE.V128, VECTOR_OP.I32X4_EXTADD_PAIRWISE_U, words);
    const upper = new Node(TYPE.V128, VECTOR_OP.I64X2_SHR_U, [sums, constant32(32)]);
    const mask = vectorConstant(0x00000000ffffffff_00000000ffffffffn);
    return binary(VECTOR_OP.AND, binary(VECTOR_OP.I64X2_ADD, sums, upper), mask);
  }

  /** WebAssembly takes counts modulo the size, so larger ones are told apart. */
  shiftLanes(direction: ShiftDirection, size: LaneSize, v: Node, count: Node): Node {
    const op = SHIFTS[direction][size];
    if (op === undefined) throw new Untranslatable(`shift ${direction} of ${size} bits`);
    const signed = direction === "rightSigned";
    if (count.isConstant) {
      if (count.value >= BigInt(size) && !signed) return vectorConstant(0n);
      const by = count.value >= BigInt(size) ? size - 1 : Number(count.value);
      return by === 0 ? v : new Node(TYPE.V128, op, [v, constant32(by)]);
    }
    const within = compare64(OP.I64_LT_U, count, constant64(BigInt(size)));
    if (signed) {
      const by = new Node(TYPE.I32, OP.SELECT, [as32(count), constant32(size - 1), within]);
      return new Node(TYPE.V128, op, [v, by]);
    }
    const shifted = new Node(TYPE.V128, op, [v, as32(count)]);
    const all = unary(
      TYPE.V128,
      VECTOR_OP.I32X4_SPLAT,
      new Node(TYPE.I32, OP.I32_SUB, [constant32(0), within]),
    );
    return binary(VECTOR_OP.AND, shifted, all);
  }

  narrow(size: 16 | 32, signed: boolean, a: Node, b: Node): Node {
    if (size === 16) return binary(signed ? VECTOR_OP.I8X16_NARROW_S : VECTOR_OP.I8X16_NARROW_U, a, b);
    return binary(signed ? VECTOR_OP.I16X8_NARROW_S : VECTOR_OP.I16X8_NARROW_U, a, b);
  }
}
