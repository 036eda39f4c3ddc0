/**
 * Whether a floating-point result is exact, as an expression of generated code. Never true for an inexact one; for
 * products and quotients it may be false for an exact one, which then costs a detour and no more.
 * Source: the error of a sum is itself a number of the format (Knuth, The Art of Computer Programming 2, §4.2.2);
 * a product has at most as many significant bits as its factors together.
 */
import type { FloatOperation, FloatSize } from "../isa/vector-ops.js";
import { as32, binary32, compare64, constant32, constant64, Node, unary } from "./node.js";
import { OP, TYPE } from "./opcodes.js";

const OPS = {
  32: { type: TYPE.F32, add: OP.F32_ADD, subtract: OP.F32_SUB, multiply: OP.F32_MUL, equal: OP.F32_EQ },
  64: { type: TYPE.F64, add: OP.F64_ADD, subtract: OP.F64_SUB, multiply: OP.F64_MUL, equal: OP.F64_EQ },
} as const;

/** `result` is x `operation` y without rounding. All are ordinary. */
export function isExact(operation: FloatOperation, size: FloatSize, x: Node, y: Node, result: Node): Node {
  if (operation === "add" || operation === "subtract") return isExactSum(operation, size, x, y, result);
  if (operation === "multiply") return fewBits(size, x, y);
  if (operation !== "divide") return constant32(1);
  const { type, multiply, equal } = OPS[size];
  const product = new Node(type, multiply, [result, y]);
  return binary32(OP.I32_AND, new Node(TYPE.I32, equal, [product, x]), fewBits(size, result, y));
}

/** The rounding error of a sum or difference, which is itself exact, is zero. */
function isExactSum(operation: "add" | "subtract", size: FloatSize, x: Node, y: Node, sum: Node): Node {
  const { type, add, subtract, equal } = OPS[size];
  const second = new Node(type, subtract, [sum, x]);
  const first = new Node(type, subtract, [sum, second]);
  const fromX = new Node(type, subtract, [x, first]);
  // Of y with its sign: y − second, or −(y + second).
  const fromY = new Node(type, operation === "add" ? subtract : add, [y, second]);
  const error = new Node(type, operation === "add" ? add : subtract, [fromX, fromY]);
  return new Node(TYPE.I32, equal, [error, new Node(type, -1, [])]);
}

/** The significands of both have no more bits together than the format has. */
function fewBits(size: FloatSize, x: Node, y: Node): Node {
  if (size === 64) {
    const trailing = (v: Node) => {
      const bits = unary(TYPE.I64, OP.I64_REINTERPRET_F64, v);
      return unary(TYPE.I64, OP.I64_CTZ, new Node(TYPE.I64, OP.I64_OR, [bits, constant64(1n << 52n)]));
    };
    const zeros = new Node(TYPE.I64, OP.I64_ADD, [trailing(x), trailing(y)]);
    return compare64(OP.I64_LT_U, constant64(52n), zeros);
  }
  const trailing = (v: Node) => {
    const bits = unary(TYPE.I32, OP.I32_REINTERPRET_F32, v);
    return unary(TYPE.I32, OP.I32_CTZ, binary32(OP.I32_OR, bits, constant32(1 << 23)));
  };
  return binary32(OP.I32_LT_U, constant32(23), as32(binary32(OP.I32_ADD, trailing(x), trailing(y))));
}
