/**
 * The vector half of the explaining backend: every value is the text of the expression that gives it.
 * Lanes are written `xmm1.d0` (b, w, d, q for 8, 16, 32, 64 bits); an operation on all lanes names them once, as
 * in `words(xmm0 + xmm1)`; a shuffle lists where each lane comes from, lowest first.
 */
import {
  type BitOperation,
  FLOAT_PREDICATES,
  type FloatFunction,
  type FloatOperation,
  type FloatSize,
  type LaneConversion,
  type LaneOperation,
  type LaneSize,
  type ShiftDirection,
  type VectorOps,
  type WideningOperation,
} from "./vector-ops.js";

const LETTER: Readonly<Record<LaneSize, string>> = { 8: "b", 16: "w", 32: "d", 64: "q" };
const PLURAL: Readonly<Record<LaneSize, string>> = {
  8: "bytes",
  16: "words",
  32: "doublewords",
  64: "quadwords",
};
const NUMBERS: Readonly<Record<FloatSize, string>> = { 32: "single", 64: "double" };

const BITWISE: Readonly<Record<BitOperation, string>> = { and: "&", or: "|", xor: "^", andNot: "&" };

/** `a` and `b` stand for the operands. */
const LANE_WORDS: Readonly<Record<LaneOperation, string>> = {
  add: "a + b",
  subtract: "a - b",
  addSaturateSigned: "signed saturate(a + b)",
  addSaturateUnsigned: "unsigned saturate(a + b)",
  subtractSaturateSigned: "signed saturate(a - b)",
  subtractSaturateUnsigned: "unsigned saturate(a - b)",
  multiplyLow: "low half of a * b",
  multiplyHighSigned: "high half of signed a * b",
  multiplyHighUnsigned: "high half of unsigned a * b",
  averageUnsigned: "(a + b + 1) / 2",
  minimumSigned: "signed min(a, b)",
  minimumUnsigned: "unsigned min(a, b)",
  maximumSigned: "signed max(a, b)",
  maximumUnsigned: "unsigned max(a, b)",
  equal: "a == b ? all ones : 0",
  greaterSigned: "signed a > b ? all ones : 0",
};

const WIDENING_WORDS: Readonly<Record<WideningOperation, string>> = {
  addProducts: "doublewords(sum of two neighbouring products of signed words of a and b)",
  multiplyEven: "quadwords(product of the even unsigned doublewords of a and b)",
  sumDifferences: "quadwords(sum of |a - b| over eight bytes)",
};

const FLOAT_WORDS: Readonly<Record<FloatOperation, string>> = {
  add: "a + b",
  subtract: "a - b",
  multiply: "a * b",
  divide: "a / b",
  minimum: "a < b ? a : b",
  maximum: "a > b ? a : b",
};

const FUNCTION_WORDS: Readonly<Record<FloatFunction, string>> = {
  squareRoot: "sqrt(b)",
  reciprocal: "about 1 / b",
  reciprocalSquareRoot: "about 1 / sqrt(b)",
};

const CONVERSION_WORDS: Readonly<Record<LaneConversion, string>> = {
  float32ToFloat64: "singles to doubles",
  float64ToFloat32: "doubles to singles",
  int32ToFloat32: "integers to singles",
  int32ToFloat64: "integers to doubles",
  float32ToInt32: "singles to integers, rounded",
  float64ToInt32: "doubles to integers, rounded",
  float32ToInt32Truncate: "singles to integers, truncated",
  float64ToInt32Truncate: "doubles to integers, truncated",
};

/** The sentence with the operands put in. */
function fill(words: string, a: string, b: string): string {
  return words.replace(/\b[ab]\b/g, (name) => (name === "a" ? a : b));
}

/** Which numbers of a vector take part. */
function numbers(size: FloatSize, count: number): string {
  return count === 1 ? `low ${NUMBERS[size]}` : `${NUMBERS[size]}s`;
}

export abstract class ExplainVectors implements VectorOps<string, string, string> {
  /** Notes one effect, for example `xmm0 <- xmm1`. */
  protected abstract effect(text: string): void;
  /** How a read of `bits` bits of memory is written. */
  protected abstract memory(bits: number, address: string, segment: number): string;

  requireVectors(): void {}

  requireMmx(): void {}

  getVector(register: number): string {
    return `xmm${register}`;
  }

  setVector(register: number, v: string): void {
    this.effect(`xmm${register} <- ${v}`);
  }

  getMmx(register: number): string {
    return `mm${register}`;
  }

  setMmx(register: number, v: string): void {
    this.effect(`mm${register} <- ${v}`);
    this.enterMmx();
  }

  enterMmx(): void {
    this.effect("x87 top <- 0, all registers valid");
  }

  emptyMmx(): void {
    this.effect("x87 top <- 0, all registers empty");
  }

  loadVector(address: string, segment: number, aligned: boolean): string {
    if (aligned) this.effect(`#GP(0) unless ${address} is a multiple of 16`);
    return this.memory(128, address, segment);
  }

  storeVector(address: string, v: string, segment: number, aligned: boolean): void {
    if (aligned) this.effect(`#GP(0) unless ${address} is a multiple of 16`);
    this.effect(`${this.memory(128, address, segment)} <- ${v}`);
  }

  vector(low: string, high: string): string {
    return `(${high}):(${low})`;
  }

  lane(v: string, size: LaneSize, index: number): string {
    return `${v}.${LETTER[size]}${index}`;
  }

  withLane(v: string, size: LaneSize, index: number, x: string): string {
    return `${v} with ${LETTER[size]}${index} = ${x}`;
  }

  shuffle(size: LaneSize, a: string, b: string, picks: readonly number[]): string {
    const total = 128 / size;
    const from = picks.map((pick) =>
      pick < total ? this.lane(a, size, pick) : this.lane(b, size, pick - total),
    );
    return `${PLURAL[size]}(${from.join(", ")})`;
  }

  signs(size: LaneSize, v: string): string {
    return `top bits of ${v}'s ${PLURAL[size]}`;
  }

  bitwise(operation: BitOperation, a: string, b: string): string {
    return `${operation === "andNot" ? "~" : ""}${a} ${BITWISE[operation]} ${b}`;
  }

  lanes(operation: LaneOperation, size: LaneSize, a: string, b: string): string {
    return `${PLURAL[size]}(${fill(LANE_WORDS[operation], a, b)})`;
  }

  widen(operation: WideningOperation, a: string, b: string): string {
    return fill(WIDENING_WORDS[operation], a, b);
  }

  shiftLanes(direction: ShiftDirection, size: LaneSize, v: string, count: string): string {
    const sign = direction === "left" ? "<<" : direction === "right" ? ">>>" : ">>";
    return `${PLURAL[size]}(${v} ${sign} ${count})`;
  }

  narrow(size: 16 | 32, signed: boolean, a: string, b: string): string {
    const into = PLURAL[size === 16 ? 8 : 16];
    return `${into}(${signed ? "signed" : "unsigned"} saturate(${a}, then ${b}))`;
  }

  floats(operation: FloatOperation, size: FloatSize, count: number, a: string, b: string): string {
    return `${numbers(size, count)}(${fill(FLOAT_WORDS[operation], a, b)})`;
  }

  floatFunction(f: FloatFunction, size: FloatSize, count: number, a: string, b: string): string {
    return `${numbers(size, count)}(${fill(FUNCTION_WORDS[f], a, b)})`;
  }

  addSubtract(size: FloatSize, a: string, b: string): string {
    return `${NUMBERS[size]}s(${a} - ${b} where even, ${a} + ${b} where odd)`;
  }

  compareFloats(predicate: number, size: FloatSize, count: number, a: string, b: string): string {
    return `${numbers(size, count)}(${a} ${FLOAT_PREDICATES[predicate]} ${b} ? all ones : 0)`;
  }

  orderFloats(
    size: FloatSize,
    _signalling: boolean,
    a: string,
    b: string,
  ): { unordered: string; below: string; equal: string } {
    const [x, y] = [`${NUMBERS[size]} ${a}`, `${NUMBERS[size]} ${b}`];
    return { unordered: `${x} or ${y} is NaN`, below: `${x} < ${y}`, equal: `${x} == ${y}` };
  }

  convertLanes(conversion: LaneConversion, v: string): string {
    return `${CONVERSION_WORDS[conversion]}(${v})`;
  }

  convertFloat(from: FloatSize, to: FloatSize, v: string): string {
    return `${NUMBERS[from]} to ${NUMBERS[to]}(${v})`;
  }

  floatToInteger(from: FloatSize, to: 32 | 64, truncate: boolean, v: string): string {
    return `${NUMBERS[from]} to int${to}, ${truncate ? "truncated" : "rounded"}(${v})`;
  }

  integerToFloat(from: 32 | 64, to: FloatSize, v: string): string {
    return `int${from} to ${NUMBERS[to]}(${v})`;
  }

  getMxcsr(): string {
    return "mxcsr";
  }

  setMxcsr(v: string): void {
    this.effect(`#GP(0) if ${v} has reserved bits set`);
    this.effect(`mxcsr <- ${v}`);
  }
}
