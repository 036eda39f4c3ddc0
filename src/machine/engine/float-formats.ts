/** WebAssembly's operations for the two floating-point formats, on one number and on all lanes of a vector. */
import type { FloatOperation, FloatSize } from "../isa/vector-ops.js";
import { Node } from "./node.js";
import { OP, TYPE, VECTOR_OP } from "./opcodes.js";

/** The operations of one format, on one number and on all lanes. */
export interface Format {
  readonly type: typeof TYPE.F32 | typeof TYPE.F64;
  readonly lanes: number;
  readonly extract: number;
  readonly replace: number;
  readonly scalar: Readonly<
    Record<FloatOperation | "squareRoot" | "abs" | "eq" | "lt" | "gt" | "le" | "ge", number>
  >;
  readonly packed: Readonly<
    Record<FloatOperation | "squareRoot" | "abs" | "eq" | "lt" | "gt" | "le" | "ge", number>
  >;
  readonly splat: number;
  readonly allTrue: number;
  readonly smallest: Node;
  readonly largest: Node;
  readonly zero: Node;
}

export const INTEGER_REPLACE: Readonly<Record<FloatSize, number>> = {
  32: VECTOR_OP.I32X4_REPLACE,
  64: VECTOR_OP.I64X2_REPLACE,
};

export const NOT_EQUAL: Readonly<Record<FloatSize, number>> = { 32: OP.F32_NE, 64: OP.F64_NE };

const NO_SCALAR = -3;
export const floatConstant = (type: Format["type"], bits: bigint): Node => new Node(type, -1, [], bits);

export const FORMATS: Readonly<Record<FloatSize, Format>> = {
  32: {
    type: TYPE.F32,
    lanes: 4,
    extract: VECTOR_OP.F32X4_EXTRACT,
    replace: VECTOR_OP.F32X4_REPLACE,
    scalar: {
      add: OP.F32_ADD,
      subtract: OP.F32_SUB,
      multiply: OP.F32_MUL,
      divide: OP.F32_DIV,
      minimum: NO_SCALAR,
      maximum: NO_SCALAR,
      squareRoot: OP.F32_SQRT,
      abs: OP.F32_ABS,
      eq: OP.F32_EQ,
      lt: OP.F32_LT,
      gt: OP.F32_GT,
      le: OP.F32_LE,
      ge: OP.F32_GE,
    },
    packed: {
      add: VECTOR_OP.F32X4_ADD,
      subtract: VECTOR_OP.F32X4_SUB,
      multiply: VECTOR_OP.F32X4_MUL,
      divide: VECTOR_OP.F32X4_DIV,
      minimum: VECTOR_OP.F32X4_PMIN,
      maximum: VECTOR_OP.F32X4_PMAX,
      squareRoot: VECTOR_OP.F32X4_SQRT,
      abs: VECTOR_OP.F32X4_ABS,
      eq: VECTOR_OP.F32X4_EQ,
      lt: VECTOR_OP.F32X4_LT,
      gt: VECTOR_OP.F32X4_GT,
      le: VECTOR_OP.F32X4_LE,
      ge: VECTOR_OP.F32X4_GE,
    },
    splat: VECTOR_OP.F32X4_SPLAT,
    allTrue: VECTOR_OP.I32X4_ALL_TRUE,
    smallest: floatConstant(TYPE.F32, 0x00800000n),
    largest: floatConstant(TYPE.F32, 0x7f7fffffn),
    zero: floatConstant(TYPE.F32, 0n),
  },
  64: {
    type: TYPE.F64,
    lanes: 2,
    extract: VECTOR_OP.F64X2_EXTRACT,
    replace: VECTOR_OP.F64X2_REPLACE,
    scalar: {
      add: OP.F64_ADD,
      subtract: OP.F64_SUB,
      multiply: OP.F64_MUL,
      divide: OP.F64_DIV,
      minimum: NO_SCALAR,
      maximum: NO_SCALAR,
      squareRoot: OP.F64_SQRT,
      abs: OP.F64_ABS,
      eq: OP.F64_EQ,
      lt: OP.F64_LT,
      gt: OP.F64_GT,
      le: OP.F64_LE,
      ge: OP.F64_GE,
    },
    packed: {
      add: VECTOR_OP.F64X2_ADD,
      subtract: VECTOR_OP.F64X2_SUB,
      multiply: VECTOR_OP.F64X2_MUL,
      divide: VECTOR_OP.F64X2_DIV,
      minimum: VECTOR_OP.F64X2_PMIN,
      maximum: VECTOR_OP.F64X2_PMAX,
      squareRoot: VECTOR_OP.F64X2_SQRT,
      abs: VECTOR_OP.F64X2_ABS,
      eq: VECTOR_OP.F64X2_EQ,
      lt: VECTOR_OP.F64X2_LT,
      gt: VECTOR_OP.F64X2_GT,
      le: VECTOR_OP.F64X2_LE,
      ge: VECTOR_OP.F64X2_GE,
    },
    splat: VECTOR_OP.F64X2_SPLAT,
    allTrue: VECTOR_OP.I64X2_ALL_TRUE,
    smallest: floatConstant(TYPE.F64, 0x0010000000000000n),
    largest: floatConstant(TYPE.F64, 0x7fefffffffffffffn),
    zero: floatConstant(TYPE.F64, 0n),
  },
};
