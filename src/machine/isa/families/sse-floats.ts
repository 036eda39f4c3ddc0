/**
 * Arithmetic, comparison and approximation of packed (ps, pd) and single (ss, sd) floating-point numbers.
 * Source: Intel SDM Vol. 2A/2B, entries named below; SDM Vol. 1 §11.5 (exceptions).
 */
import type { Instruction, Semantics } from "../instruction.js";
import { FLAG } from "../registers.js";
import { FLOAT_PREDICATES, type FloatFunction, type FloatOperation, type FloatSize } from "../vector-ops.js";
import { type Combine, combining, immediateByte, readScalar, sse } from "./sse-operands.js";

/** One of the four variants that nearly every operation has. */
interface Variant {
  readonly suffix: "ps" | "pd" | "ss" | "sd";
  readonly prefix: "NP" | "66" | "F3" | "F2";
  readonly size: FloatSize;
  /** How many lanes take part. */
  readonly count: number;
  /** The source operand in a form. */
  readonly source: string;
  readonly words: string;
}

const VARIANTS: readonly Variant[] = [
  {
    suffix: "ps",
    prefix: "NP",
    size: 32,
    count: 4,
    source: "xmm/m128",
    words: "four single-precision numbers",
  },
  {
    suffix: "pd",
    prefix: "66",
    size: 64,
    count: 2,
    source: "xmm/m128",
    words: "two double-precision numbers",
  },
  {
    suffix: "ss",
    prefix: "F3",
    size: 32,
    count: 1,
    source: "xmm/m32",
    words: "one single-precision number",
  },
  {
    suffix: "sd",
    prefix: "F2",
    size: 64,
    count: 1,
    source: "xmm/m64",
    words: "one double-precision number",
  },
];

const SINGLE = VARIANTS.filter((variant) => variant.size === 32);

/** One definition for each variant; `#` in the sentence stands for what it works on. */
const each = (
  name: string,
  opcode: string,
  says: string,
  compute: (variant: Variant) => Combine,
  variants: readonly Variant[] = VARIANTS,
): Instruction[] =>
  variants.map((variant) =>
    sse(
      name + variant.suffix,
      says.replace("#", variant.words),
      [`${variant.prefix} 0F ${opcode} /r | xmm, ${variant.source}`],
      combining(compute(variant)),
    ),
  );

const operation =
  (name: FloatOperation) =>
  ({ size, count }: Variant): Combine =>
  (o, a, b) =>
    o.floats(name, size, count, a, b);

const unary =
  (name: FloatFunction) =>
  ({ size, count }: Variant): Combine =>
  (o, a, b) =>
    o.floatFunction(name, size, count, a, b);

/** CMPPS and its kin: the immediate's low three bits are the predicate. */
const comparisons: readonly Instruction[] = VARIANTS.map(({ suffix, prefix, size, count, source, words }) =>
  sse(
    `cmp${suffix}`,
    `Compares ${words} by the predicate in the immediate: all ones where it holds, else zero.`,
    [`${prefix} 0F C2 /r | xmm, ${source}, imm8`],
    combining((o, a, b, i) =>
      o.compareFloats(immediateByte(i) & (FLOAT_PREDICATES.length - 1), size, count, a, b),
    ),
  ),
);

/** Unordered sets ZF, PF and CF; less sets CF; equal sets ZF. OF, SF and AF become 0. */
const ordering =
  (size: FloatSize, signalling: boolean): Semantics =>
  (o, i) => {
    const { unordered, below, equal } = o.orderFloats(
      size,
      signalling,
      readScalar(o, i, 0, size),
      readScalar(o, i, 1, size),
    );
    o.setFlag(FLAG.ZF, o.either(unordered, equal));
    o.setFlag(FLAG.PF, unordered);
    o.setFlag(FLAG.CF, o.either(unordered, below));
    for (const flag of [FLAG.OF, FLAG.SF, FLAG.AF]) o.setFlag(flag, o.truth(false));
  };

const orderings: readonly Instruction[] = [true, false].flatMap((signalling) =>
  ([32, 64] as const).map((size) =>
    sse(
      `${signalling ? "" : "u"}comis${size === 32 ? "s" : "d"}`,
      `Compares two numbers and sets ZF, PF and CF; ${signalling ? "any" : "only a signalling"} NaN is an invalid operand.`,
      [`${size === 32 ? "NP" : "66"} 0F ${signalling ? "2F" : "2E"} /r | xmm, xmm/m${size}`],
      ordering(size, signalling),
      "OF SF ZF AF PF CF",
    ),
  ),
);

/** Neighbours of both operands side by side: the even lanes, then the odd ones. */
const EVEN = { 32: [0, 2, 4, 6], 64: [0, 2] } as const;
const ODD = { 32: [1, 3, 5, 7], 64: [1, 3] } as const;

/** Even lanes of both operands combined with their odd neighbours. */
const horizontal =
  (name: FloatOperation, size: FloatSize): Combine =>
  (o, a, b) =>
    o.floats(name, size, 128 / size, o.shuffle(size, a, b, EVEN[size]), o.shuffle(size, a, b, ODD[size]));

/** The three packed operations of SSE3, which exist for both formats but not for scalars. */
const sse3 = (
  name: string,
  opcode: string,
  says: string,
  compute: (size: FloatSize) => Combine,
): Instruction[] =>
  ([32, 64] as const).map((size) =>
    sse(
      `${name}p${size === 32 ? "s" : "d"}`,
      says,
      [`${size === 32 ? "F2" : "66"} 0F ${opcode} /r | xmm, xmm/m128`],
      combining(compute(size)),
    ),
  );

export const SSE_FLOATS: readonly Instruction[] = [
  ...each("add", "58", "Adds #.", operation("add")),
  ...each("mul", "59", "Multiplies #.", operation("multiply")),
  ...each("sub", "5C", "Subtracts #.", operation("subtract")),
  ...each("min", "5D", "Keeps the lower of #; the source for a NaN and for two zeros.", operation("minimum")),
  ...each("div", "5E", "Divides #.", operation("divide")),
  ...each(
    "max",
    "5F",
    "Keeps the higher of #; the source for a NaN and for two zeros.",
    operation("maximum"),
  ),
  ...each("sqrt", "51", "Takes the square root of #.", unary("squareRoot")),
  ...each(
    "rsqrt",
    "52",
    "Approximates the reciprocal of the square root of #.",
    unary("reciprocalSquareRoot"),
    SINGLE,
  ),
  ...each("rcp", "53", "Approximates the reciprocal of #.", unary("reciprocal"), SINGLE),
  ...comparisons,
  ...orderings,
  ...sse3(
    "addsub",
    "D0",
    "Subtracts the even numbers and adds the odd ones.",
    (size) => (o, a, b) => o.addSubtract(size, a, b),
  ),
  ...sse3("hadd", "7C", "Adds neighbours, first of the destination, then of the source.", (size) =>
    horizontal("add", size),
  ),
  ...sse3("hsub", "7D", "Subtracts from each even number the odd one above it.", (size) =>
    horizontal("subtract", size),
  ),
];
