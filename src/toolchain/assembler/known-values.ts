/**
 * What an expression is worth while the source is still being read: numbers, constants, and differences of labels
 * with nothing between them whose size is open (a branch, an alignment). GNU as chooses encodings by these values.
 * Source: gas/expr.c (frag_offset_fixed_p), symbols.c.
 */
import { combine, type Expression, negated } from "./expression.js";

/** A number, or a place: an offset in a fragment of a section. */
export interface Folded {
  readonly fragment: number | undefined;
  readonly value: bigint;
}

/** What is known so far. */
export interface KnownScope {
  readonly here: Folded;
  symbol(name: string): Folded | undefined;
}

/** The number or place that an expression means; undefined when that is not certain yet. */
export function fold(expression: Expression, scope: KnownScope): Folded | undefined {
  switch (expression.kind) {
    case "number":
      return { fragment: undefined, value: expression.value };
    case "here":
      return scope.here;
    case "symbol":
      return scope.symbol(expression.name);
    case "unary": {
      const of = fold(expression.of, scope);
      if (of === undefined || expression.operator === "+") return of;
      return of.fragment === undefined ? number(negated(expression.operator, of.value)) : undefined;
    }
    case "binary": {
      const left = fold(expression.left, scope);
      const right = left && fold(expression.right, scope);
      return left && right && foldPair(expression.operator, left, right, expression.column);
    }
    default:
      return undefined;
  }
}

const number = (value: bigint): Folded => ({ fragment: undefined, value });

const COMPARES = ["==", "<>", "<", "<=", ">", ">=", "-"];

function foldPair(operator: string, left: Folded, right: Folded, column: number): Folded | undefined {
  const isPlace = [left.fragment !== undefined, right.fragment !== undefined];
  if (!isPlace[0] && !isPlace[1]) return number(combine(operator, left.value, right.value, column));
  if (operator === "+" && isPlace[0] !== isPlace[1])
    return { fragment: left.fragment ?? right.fragment, value: left.value + right.value };
  if (operator === "-" && !isPlace[1]) return { fragment: left.fragment, value: left.value - right.value };
  if (left.fragment === right.fragment && COMPARES.includes(operator))
    return number(combine(operator, left.value, right.value, column));
  return undefined;
}
