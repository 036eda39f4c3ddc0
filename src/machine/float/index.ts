/**
 * Floating-point arithmetic to the last bit: every operand, every rounding mode, every exception flag. Numbers are bit
 * patterns in a bigint; an operation takes a context, a format and patterns. Plain and complete, not quick.
 */
export { add, subtract } from "./add.js";
export { arctangent } from "./arctangent.js";
export { compare, maximum, minimum, type Order } from "./compare.js";
export { ALL_EXCEPTIONS, EXCEPTION, FloatContext, ROUND, type Rounding } from "./context.js";
export { convert } from "./convert.js";
export { divide } from "./divide.js";
export { powerMinusOne } from "./exponential.js";
export {
  BINARY32,
  BINARY64,
  EXTENDED,
  type Format,
  isDenormal,
  isInfinite,
  isNan,
  isNegative,
  isSignalling,
  isUnsupported,
  isZero,
} from "./format.js";
export { fromInteger, roundToBigint, roundToIntegral, toInteger } from "./integer-convert.js";
export { timesLogarithm, timesLogarithmPlusOne } from "./logarithm.js";
export { multiply } from "./multiply.js";
export { type Remainder, remainder } from "./remainder.js";
export { type SplitNumber, scale, splitNumber } from "./scale.js";
export { squareRoot } from "./square-root.js";
export { cosine, isTooLarge, sine, tangent } from "./trigonometry.js";
