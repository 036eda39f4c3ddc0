/**
 * The part of `Ops` that concerns SSE registers: vectors of 128 bits (X), seen as lanes of 8 to 64 bits, and
 * floating-point numbers under MXCSR. A backend chooses X freely; V is its scalar, B its truth value.
 * Lane 0 is the lowest. Source: Intel SDM Vol. 1 chapters 10 and 11.
 * Leaves out: what came after SSE3.
 */

/** Widths of lanes in bits. */
export type LaneSize = 8 | 16 | 32 | 64;

/** Widths of floating-point numbers in bits: binary32 and binary64. */
export type FloatSize = 32 | 64;

/**
 * What happens between lane n of one vector and lane n of another. `Signed` and `Unsigned` tell how lanes are
 * read; `Saturate` that a result out of range becomes the nearest bound. `equal` and `greaterSigned` give all
 * ones or zero. `multiplyHigh…` is the upper half of the product.
 */
export type LaneOperation =
  | "add"
  | "subtract"
  | "addSaturateSigned"
  | "addSaturateUnsigned"
  | "subtractSaturateSigned"
  | "subtractSaturateUnsigned"
  | "multiplyLow"
  | "multiplyHighSigned"
  | "multiplyHighUnsigned"
  | "averageUnsigned"
  | "minimumSigned"
  | "minimumUnsigned"
  | "maximumSigned"
  | "maximumUnsigned"
  | "equal"
  | "greaterSigned";

/** Operations on all 128 bits; `andNot` is ¬a · b. */
export type BitOperation = "and" | "or" | "xor" | "andNot";

/**
 * Operations whose result has wider lanes than their operands:
 * `addProducts` – sums of pairs of products of signed words, as doublewords (PMADDWD);
 * `multiplyEven` – products of the even unsigned doublewords, as quadwords (PMULUDQ);
 * `sumDifferences` – for each half, the sum of absolute differences of its bytes (PSADBW).
 */
export type WideningOperation = "addProducts" | "multiplyEven" | "sumDifferences";

export type ShiftDirection = "left" | "right" | "rightSigned";

/** With two operands. `minimum` and `maximum` give the second operand for NaNs and equal zeros. */
export type FloatOperation = "add" | "subtract" | "multiply" | "divide" | "minimum" | "maximum";

/** With one operand; the last two are approximations, without exceptions. */
export type FloatFunction = "squareRoot" | "reciprocal" | "reciprocalSquareRoot";

/** Predicates 0..7 of CMPPS and its kin, in the order of the immediate. */
export const FLOAT_PREDICATES = ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"] as const;

/**
 * Conversions between lanes of two vectors; how many lanes follows from the wider of the two.
 * Integers are signed; `truncate` ignores MXCSR's rounding mode; what does not fit becomes 80000000.
 */
export type LaneConversion =
  | "float32ToFloat64"
  | "float64ToFloat32"
  | "int32ToFloat32"
  | "int32ToFloat64"
  | "float32ToInt32"
  | "float64ToInt32"
  | "float32ToInt32Truncate"
  | "float64ToInt32Truncate";

export interface VectorOps<V, B, X> {
  /** Raises #UD or #NM when the operating system has not given the program the SSE registers. */
  requireVectors(): void;
  getVector(register: number): X;
  setVector(register: number, v: X): void;
  /** Reads 16 bytes; `aligned` raises #GP(0) unless the address is a multiple of 16. */
  loadVector(address: V, segment: number, aligned: boolean): X;
  /** Writes all 16 bytes or, when it faults, none. */
  storeVector(address: V, v: X, segment: number, aligned: boolean): void;

  /** Raises #UD, #NM, or #MF for an x87 exception that waits, as every MMX instruction does first. */
  requireMmx(): void;
  getMmx(register: number): V;
  /** Also does what `enterMmx` does. */
  setMmx(register: number, v: V): void;
  /** TOP becomes 0 and every x87 register valid, as after any MMX instruction but EMMS. */
  enterMmx(): void;
  /** All x87 registers become empty. */
  emptyMmx(): void;

  /** The vector with these 64-bit halves. */
  vector(low: V, high: V): X;
  /** Lane `index`, zero-extended; and the vector with that lane replaced. */
  lane(v: X, size: LaneSize, index: number): V;
  withLane(v: X, size: LaneSize, index: number, x: V): X;
  /** Lane n of the result is lane `picks[n]` of a and b laid end to end (b's lanes follow a's). */
  shuffle(size: LaneSize, a: X, b: X, picks: readonly number[]): X;
  /** The top bit of each lane, gathered into a number: lane 0 in bit 0. */
  signs(size: LaneSize, v: X): V;

  bitwise(operation: BitOperation, a: X, b: X): X;
  lanes(operation: LaneOperation, size: LaneSize, a: X, b: X): X;
  widen(operation: WideningOperation, a: X, b: X): X;
  /** Shifts every lane by the same 64-bit count; from `size` on, only zeros or copies of the sign remain. */
  shiftLanes(direction: ShiftDirection, size: LaneSize, v: X, count: V): X;
  /** Signed lanes of a, then of b, cut to half their size with signed or unsigned saturation. */
  narrow(size: 16 | 32, signed: boolean, a: X, b: X): X;

  /**
   * Arithmetic on the lowest `count` lanes; the rest of the result is a's. Rounds as MXCSR says, sets its
   * exception flags, and raises #XM for what it does not mask: nothing but the flags is then changed.
   */
  floats(operation: FloatOperation, size: FloatSize, count: number, a: X, b: X): X;
  /** The function of b's lowest `count` lanes; the rest of the result is a's. Exceptions as `floats`. */
  floatFunction(f: FloatFunction, size: FloatSize, count: number, a: X, b: X): X;
  /** Alternately a − b and a + b, beginning with the difference in lane 0 (ADDSUBPS). */
  addSubtract(size: FloatSize, a: X, b: X): X;
  /** All ones where predicate 0..7 of `FLOAT_PREDICATES` holds, else zero; the rest of the result is a's. */
  compareFloats(predicate: number, size: FloatSize, count: number, a: X, b: X): X;
  /** Compares two numbers; a quiet NaN raises the invalid exception only when `signalling`. */
  orderFloats(size: FloatSize, signalling: boolean, a: V, b: V): { unordered: B; below: B; equal: B };
  convertLanes(conversion: LaneConversion, v: X): X;
  /** A number from one format to the other. */
  convertFloat(from: FloatSize, to: FloatSize, v: V): V;
  /** A signed integer from a number; what does not fit becomes the most negative one. */
  floatToInteger(from: FloatSize, to: 32 | 64, truncate: boolean, v: V): V;
  integerToFloat(from: 32 | 64, to: FloatSize, v: V): V;

  getMxcsr(): V;
  /** Raises #GP(0) for reserved bits. */
  setMxcsr(v: V): void;
}
