/**
 * Expressions of the code to be: what the translator's `Ops` computes with. A node is pure (loads and calls are
 * done at once and leave a local), so it may be written where it is first needed, or never.
 * A value of up to 32 bits is an i32, a 64-bit value an i64; `as32` and `as64` change between the two.
 */
import { OP, TYPE, type Type } from "./opcodes.js";

/** Pseudo-opcodes: a constant, and a local that holds the value. */
export const CONST = -1;
export const LOCAL = -2;

export class Node {
  /** How many other nodes and bindings refer to it: with two or more it is worth a local of its own. */
  uses = 0;
  /** The local that holds its value from where it was first written, or -1. */
  local = -1;
  /** Known to be a float that is zero or normal, in every lane that the operation concerns. */
  ordinary = false;
  /** The same value in the other width of integers, made once. */
  other: Node | undefined;

  constructor(
    readonly type: Type,
    readonly op: number,
    readonly inputs: readonly Node[],
    /** A constant's value as unsigned; a local's number. */
    readonly value: bigint = 0n,
    /** What follows the opcode: lane numbers. */
    readonly tail: readonly number[] = [],
  ) {
    for (const input of inputs) input.uses++;
  }

  get isConstant(): boolean {
    return this.op === CONST;
  }
}

const NO_INPUTS: readonly Node[] = [];

export const constant64 = (value: bigint): Node => new Node(TYPE.I64, CONST, NO_INPUTS, value);

export const constant32 = (value: number): Node => new Node(TYPE.I32, CONST, NO_INPUTS, BigInt(value >>> 0));

/** The value of a local that is never written again. */
export function settledLocal(type: Type, local: number): Node {
  const node = new Node(type, LOCAL, NO_INPUTS, BigInt(local));
  node.local = local;
  return node;
}

export const unary = (type: Type, op: number, a: Node, tail: readonly number[] = []): Node =>
  new Node(type, op, [a], 0n, tail);

/** An i32 operation on two values. */
export function binary32(op: number, a: Node, b: Node): Node {
  const [x, y] = [as32(a), as32(b)];
  if (x.isConstant && y.isConstant) {
    const folded = fold(op, Number(BigInt.asIntN(32, x.value)), Number(BigInt.asIntN(32, y.value)));
    if (folded !== undefined) return constant32(folded);
  }
  if (isNeutral(op, y, x)) return x;
  return new Node(TYPE.I32, op, [x, y]);
}

/** An i64 operation on two values. */
export function binary64(op: number, a: Node, b: Node): Node {
  const [x, y] = [as64(a), as64(b)];
  if (x.isConstant && y.isConstant) {
    const folded = fold64(op, x.value, y.value);
    if (folded !== undefined) return constant64(folded);
  }
  if (y.isConstant && y.value === 0n && NEUTRAL_ZERO.has(op)) return x;
  return new Node(TYPE.I64, op, [x, y]);
}

/** A comparison of two i64 (i32 result). */
export const compare64 = (op: number, a: Node, b: Node): Node => new Node(TYPE.I32, op, [as64(a), as64(b)]);

/** The low 32 bits. */
export function as32(node: Node): Node {
  if (node.type === TYPE.I32) return node;
  if (node.op === OP.I64_EXTEND_I32_U || node.op === OP.I64_EXTEND_I32_S) return node.inputs[0]!;
  node.other ??= node.isConstant
    ? constant32(Number(node.value & 0xffffffffn))
    : unary(TYPE.I32, OP.I32_WRAP_I64, node);
  return node.other;
}

/** Zero-extended to 64 bits. */
export function as64(node: Node): Node {
  if (node.type === TYPE.I64) return node;
  node.other ??= node.isConstant ? constant64(node.value) : unary(TYPE.I64, OP.I64_EXTEND_I32_U, node);
  return node.other;
}

const NEUTRAL_ZERO = new Set<number>([
  OP.I64_ADD,
  OP.I64_SUB,
  OP.I64_OR,
  OP.I64_XOR,
  OP.I64_SHL,
  OP.I64_SHR_U,
  OP.I64_SHR_S,
  OP.I32_ADD,
  OP.I32_SUB,
  OP.I32_OR,
  OP.I32_XOR,
  OP.I32_SHL,
  OP.I32_SHR_U,
  OP.I32_SHR_S,
]);

/** `x op y` is x. */
function isNeutral(op: number, y: Node, x: Node): boolean {
  if (!y.isConstant) return false;
  if (y.value === 0n) return NEUTRAL_ZERO.has(op);
  // A byte that was masked already.
  return (
    op === OP.I32_AND && x.op === OP.I32_AND && x.inputs[1]!.isConstant && x.inputs[1]!.value === y.value
  );
}

function fold(op: number, a: number, b: number): number | undefined {
  switch (op) {
    case OP.I32_ADD:
      return a + b;
    case OP.I32_SUB:
      return a - b;
    case OP.I32_AND:
      return a & b;
    case OP.I32_OR:
      return a | b;
    case OP.I32_XOR:
      return a ^ b;
    case OP.I32_SHL:
      return a << b;
    case OP.I32_SHR_U:
      return a >>> b;
    case OP.I32_EQ:
      return a === b ? 1 : 0;
    case OP.I32_NE:
      return a !== b ? 1 : 0;
    case OP.I32_LT_U:
      return a >>> 0 < b >>> 0 ? 1 : 0;
    case OP.I32_REM_U:
      return b === 0 ? undefined : (a >>> 0) % (b >>> 0);
    default:
      return undefined;
  }
}

function fold64(op: number, a: bigint, b: bigint): bigint | undefined {
  switch (op) {
    case OP.I64_ADD:
      return BigInt.asUintN(64, a + b);
    case OP.I64_SUB:
      return BigInt.asUintN(64, a - b);
    case OP.I64_AND:
      return a & b;
    case OP.I64_OR:
      return a | b;
    case OP.I64_XOR:
      return a ^ b;
    case OP.I64_SHL:
      return b < 64n ? BigInt.asUintN(64, a << b) : undefined;
    case OP.I64_SHR_U:
      return b < 64n ? a >> b : undefined;
    default:
      return undefined;
  }
}
