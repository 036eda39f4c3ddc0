/**
 * Expressions: GNU as's operators over numbers and symbols. Their values are known only once all addresses are.
 * Source: GNU as manual, "Infix Operators" (precedence: * / % << >> before | & ^ ! before + - before comparisons).
 */
import { SourceError } from "./problem.js";
import type { Token } from "./tokens.js";

export type Expression =
  | { kind: "number"; value: bigint }
  | { kind: "symbol"; name: string; column: number }
  | { kind: "here"; column: number }
  | { kind: "unary"; operator: string; of: Expression }
  | { kind: "binary"; operator: string; left: Expression; right: Expression; column: number };

/** What symbols stand for while an expression is evaluated. */
export interface Scope {
  /** The address of the statement. */
  here: bigint;
  /** The value of a symbol; undefined when it has none. */
  value(name: string): bigint | undefined;
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  ...{ "*": 4, "/": 4, "%": 4, "<<": 4, ">>": 4 },
  ...{ "|": 3, "&": 3, "^": 3, "!": 3 },
  ...{ "+": 2, "-": 2 },
};

/** A place in a list of tokens. */
export class TokenReader {
  at = 0;
  /** Values read so far in this statement's expressions; bounds the depth of recursion. */
  private values = 0;

  constructor(
    readonly tokens: readonly Token[],
    /** Column behind the last token, for messages. */
    readonly endColumn: number,
  ) {}

  /** Counts one more value of an expression. */
  countValue(): void {
    if (++this.values > LARGEST_EXPRESSION) {
      throw new SourceError(
        this.next?.column ?? this.endColumn,
        1,
        `an expression of more than ${LARGEST_EXPRESSION} values`,
        "split it with .equ",
      );
    }
  }

  /** Another expression begins. */
  restartCount(): void {
    this.values = 0;
  }

  get next(): Token | undefined {
    return this.tokens[this.at];
  }

  peek(distance: number): Token | undefined {
    return this.tokens[this.at + distance];
  }

  take(): Token {
    const token = this.tokens[this.at];
    if (!token)
      throw new SourceError(
        this.endColumn,
        1,
        "something is missing at the end of the line",
        "complete the statement",
      );
    this.at++;
    return token;
  }

  /** Takes the next token when it is this punctuation. */
  accept(text: string): boolean {
    if (this.next?.kind !== "punctuation" || this.next.text !== text) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (this.accept(text)) return;
    const { next } = this;
    const found = next ? `"${next.text}"` : "the end of the line";
    throw new SourceError(
      next?.column ?? this.endColumn,
      next?.text.length ?? 1,
      `"${text}" expected, ${found} found`,
      `write ${text} here`,
    );
  }
}

/** Reads an expression whose operators bind at least as strongly as `least`. */
export function parseExpression(reader: TokenReader, least = 0): Expression {
  let left = parseUnary(reader);
  for (;;) {
    const operator = reader.next;
    const strength = operator?.kind === "punctuation" ? PRECEDENCE[operator.text] : undefined;
    if (!operator || strength === undefined || strength < least) return left;
    reader.take();
    left = {
      kind: "binary",
      operator: operator.text,
      left,
      right: parseExpression(reader, strength + 1),
      column: operator.column,
    };
  }
}

const LARGEST_EXPRESSION = 1000;

function parseUnary(reader: TokenReader): Expression {
  reader.countValue();
  const token = reader.take();
  if (token.kind === "number") return { kind: "number", value: token.value };
  if (token.kind === "word")
    return token.text === "."
      ? { kind: "here", column: token.column }
      : { kind: "symbol", name: token.text, column: token.column };
  if (token.text === "(") {
    const inner = parseExpression(reader);
    reader.expect(")");
    return inner;
  }
  if (token.text === "-" || token.text === "~" || token.text === "+" || token.text === "!") {
    return { kind: "unary", operator: token.text, of: parseUnary(reader) };
  }
  throw new SourceError(
    token.column,
    token.text.length,
    `"${token.text}" is not the beginning of a value`,
    "write a number, a symbol or (",
  );
}

/** The value, modulo 2^64 as a signed number is not cut: results may be any integer. Throws for an undefined symbol. */
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
    case "unary": {
      const value = evaluate(expression.of, scope);
      return expression.operator === "-"
        ? -value
        : expression.operator === "~"
          ? ~value
          : expression.operator === "!"
            ? value === 0n
              ? 1n
              : 0n
            : value;
    }
    default:
      return combine(
        expression.operator,
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
        expression.column,
      );
  }
}

export function undefinedSymbol(name: string, column: number): SourceError {
  return new SourceError(
    column,
    name.length,
    `the symbol ${name} is not defined`,
    `define it with "${name}:" or .equ`,
  );
}

const LARGEST_SHIFT = 64n;

function combine(operator: string, a: bigint, b: bigint, column: number): bigint {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return BigInt.asIntN(128, a * b);
    case "/":
    case "%":
      if (b === 0n) throw new SourceError(column, 1, "division by zero", "use another divisor");
      return operator === "/" ? a / b : a % b;
    case "<<":
      return b >= LARGEST_SHIFT || b < 0n ? 0n : BigInt.asIntN(128, a << b);
    case ">>":
      return b >= LARGEST_SHIFT || b < 0n ? 0n : BigInt.asUintN(64, a) >> b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    default:
      return a | ~b;
  }
}

/** Names of all symbols in an expression. */
export function symbolsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case "symbol":
      return [expression.name];
    case "unary":
      return symbolsOf(expression.of);
    case "binary":
      return [...symbolsOf(expression.left), ...symbolsOf(expression.right)];
    default:
      return [];
  }
}

/**
 * How many addresses an expression adds up: 0 for a plain number (a difference of labels included), 1 for a place.
 * `isAddress` tells labels from constants.
 */
export function addressCount(expression: Expression, isAddress: (name: string) => boolean): number {
  switch (expression.kind) {
    case "here":
      return 1;
    case "symbol":
      return isAddress(expression.name) ? 1 : 0;
    case "unary":
      return expression.operator === "-"
        ? -addressCount(expression.of, isAddress)
        : addressCount(expression.of, isAddress);
    case "binary": {
      const [left, right] = [
        addressCount(expression.left, isAddress),
        addressCount(expression.right, isAddress),
      ];
      return expression.operator === "-"
        ? left - right
        : expression.operator === "+"
          ? left + right
          : Math.max(left, right);
    }
    default:
      return 0;
  }
}
