/**
 * Expressions over numbers and symbols, whose values are known only once all addresses are. Within operands they
 * also hold what Intel syntax adds: registers, brackets, sizes, segments, OFFSET.
 * Source: GNU as manual, "Expressions"; the order of operators is that of gas/expr.c.
 */
import { SourceError } from "./problem.js";
import type { RegisterName } from "./register-names.js";

export type Expression =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "symbol"; readonly name: string; readonly column: number }
  | { readonly kind: "here"; readonly column: number }
  | { readonly kind: "unary"; readonly operator: string; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly column: number;
    }
  | OperandPart;

/** What only an operand may contain. */
export type OperandPart =
  | {
      readonly kind: "register";
      readonly register: RegisterName | "rip" | "eip";
      readonly column: number;
      readonly length: number;
    }
  | { readonly kind: "bracket"; readonly of: Expression }
  /** `qword ptr …`: in bits; 0 for `near ptr`. */
  | { readonly kind: "sized"; readonly size: number; readonly of: Expression }
  | { readonly kind: "segment"; readonly segment: number; readonly of: Expression }
  | { readonly kind: "offset"; readonly of: Expression };

/** What symbols stand for while an expression is evaluated. */
export interface Scope {
  /** The address of the statement. */
  readonly here: bigint;
  /** The value of a symbol; undefined when it has none. */
  value(name: string): bigint | undefined;
}

/** The value, of up to 128 bits so that a field too small is noticed. Throws for an undefined symbol. */
export function evaluate(expression: Expression, scope: Scope): bigint {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "here":
      return scope.here;
    case "symbol": {
      const value = scope.value(expression.name);
      if (value === undefined) throw undefinedSymbol(expression.name, expression.column);
      return value;
    }
    case "unary":
      return negated(expression.operator, evaluate(expression.of, scope));
    case "binary":
      return combine(
        expression.operator,
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
        expression.column,
      );
    case "register":
      throw new SourceError(
        expression.column,
        expression.length,
        "a register has no value here",
        "write a number or a symbol",
      );
    default:
      return evaluate(expression.of, scope);
  }
}

export function undefinedSymbol(name: string, column: number): SourceError {
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  return new SourceError(
    column,
    name.length,
    `the symbol ${shown} is not defined`,
    `define it with "${shown}:" or .equ`,
    name,
  );
}

/** A unary operator's result. */
export function negated(operator: string, value: bigint): bigint {
  if (operator === "-") return -value;
  if (operator === "~") return ~value;
  if (operator === "!") return value === 0n ? 1n : 0n;
  return value;
}

const LARGEST_SHIFT = 64n;

/** Numbers beyond what any field can hold may not grow for ever. */
const cut = (value: bigint): bigint => BigInt.asIntN(128, value);

/** A comparison that holds is −1, all ones. */
const truth = (holds: boolean): bigint => (holds ? -1n : 0n);

/** A binary operator's result. */
export function combine(operator: string, a: bigint, b: bigint, column: number): bigint {
  switch (operator) {
    case "+":
      return cut(a + b);
    case "-":
      return cut(a - b);
    case "*":
      return cut(a * b);
    case "/":
    case "%":
      if (b === 0n) throw new SourceError(column, 1, "division by zero", "use another divisor");
      return operator === "/" ? a / b : a % b;
    case "<<":
      return b >= LARGEST_SHIFT || b < 0n ? 0n : cut(a << b);
    case ">>":
      return b >= LARGEST_SHIFT || b < 0n ? 0n : BigInt.asUintN(64, a) >> b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "!":
      return a | ~b;
    case "==":
      return truth(a === b);
    case "<>":
      return truth(a !== b);
    case "<":
      return truth(a < b);
    case "<=":
      return truth(a <= b);
    case ">":
      return truth(a > b);
    case ">=":
      return truth(a >= b);
    case "&&":
      return a !== 0n && b !== 0n ? 1n : 0n;
    default:
      return a !== 0n || b !== 0n ? 1n : 0n;
  }
}

/**
 * How many addresses an expression adds up: 0 for a plain number (a difference of labels included), 1 for a place.
 * `addressesIn` tells that of a symbol.
 */
export function addressCount(expression: Expression, addressesIn: (name: string) => number): number {
  const count = (one: Expression) => addressCount(one, addressesIn);
  switch (expression.kind) {
    case "here":
      return 1;
    case "symbol":
      return addressesIn(expression.name);
    case "number":
    case "register":
      return 0;
    case "unary":
      return expression.operator === "-" ? -count(expression.of) : count(expression.of);
    case "binary": {
      const [left, right] = [count(expression.left), count(expression.right)];
      if (expression.operator === "-") return left - right;
      return expression.operator === "+" ? left + right : Math.max(left, right);
    }
    default:
      return count(expression.of);
  }
}
