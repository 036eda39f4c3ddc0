/**
 * Tokens into expressions. In operands also registers, brackets and the words of Intel syntax are read.
 * Source: GNU as manual, "Infix Ops" and "i386-Variations"; gas/expr.c (order of operators), tc-i386-intel.c (words).
 */
import { Kind } from "../../machine/isa/operand.js";
import type { Expression } from "./expression.js";
import { SourceError } from "./problem.js";
import { REGISTERS, type RegisterName } from "./register-names.js";
import type { TokenReader } from "./token-reader.js";
import type { Token } from "./tokens.js";

const INDEX_STRENGTH = 1;

/** How strongly operators bind. */
const STRENGTH: Readonly<Record<string, number>> = {
  ...{ "*": 8, "/": 8, "%": 8, "<<": 8, ">>": 8 },
  ...{ "|": 7, "&": 7, "^": 7, "!": 7 },
  ...{ "+": 5, "-": 5 },
  ...{ "==": 4, "<>": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4 },
  ...{ "&&": 3, "||": 2, "[": INDEX_STRENGTH },
};

/** The same operators as words. */
const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  ...{ mod: "%", shl: "<<", shr: ">>", and: "&", or: "|", xor: "^" },
  ...{ eq: "==", ne: "<>", lt: "<", le: "<=", gt: ">", ge: ">=" },
};

const UNARY = ["-", "~", "+", "!"];

/** Sizes by the words before PTR, in bits. */
const POINTER_SIZES: Readonly<Record<string, number>> = {
  ...{ byte: 8, word: 16, dword: 32, qword: 64, tbyte: 80, xmmword: 128, oword: 128, fword: 48, mmword: 64 },
  near: 0,
};

/** Reads an expression of numbers and symbols. */
export function parseExpression(reader: TokenReader): Expression {
  return parseBinary(reader, INDEX_STRENGTH, false);
}

/** Reads an expression as an operand may be. */
export function parseOperandExpression(reader: TokenReader): Expression {
  return parseBinary(reader, INDEX_STRENGTH, true);
}

/** Reads what binds at least as strongly as `least`. */
function parseBinary(reader: TokenReader, least: number, operand: boolean): Expression {
  let left = parseUnary(reader, operand);
  for (;;) {
    const token = reader.next;
    const operator = operatorOf(token);
    const strength = operator === undefined ? undefined : STRENGTH[operator];
    if (!token || operator === undefined || strength === undefined || strength < least) return left;
    if (operator === "[" && !operand) return left;
    const { column } = token;
    if (operator === "[") {
      left = { kind: "binary", operator: "+", left, right: parseBracket(reader), column };
      continue;
    }
    reader.take();
    const right = parseBinary(reader, strength + 1, operand);
    left = { kind: "binary", operator: operator === "!=" ? "<>" : operator, left, right, column };
  }
}

function operatorOf(token: Token | undefined): string | undefined {
  if (token?.kind === "punctuation") return token.text;
  return token?.kind === "word" ? OPERATOR_WORDS[token.text.toLowerCase()] : undefined;
}

function parseBracket(reader: TokenReader): Expression {
  reader.expect("[");
  const of = parseBinary(reader, INDEX_STRENGTH, true);
  reader.expect("]");
  return { kind: "bracket", of };
}

function parseUnary(reader: TokenReader, operand: boolean): Expression {
  reader.countValue();
  if (operand && reader.isAt("[")) return parseBracket(reader);
  const token = reader.take();
  if (token.kind === "number") return { kind: "number", value: token.value };
  if (token.kind === "word") return parseWord(reader, token, operand);
  if (token.text === "(") {
    const inner = parseBinary(reader, INDEX_STRENGTH, operand);
    reader.expect(")");
    return inner;
  }
  if (token.kind === "punctuation" && UNARY.includes(token.text)) {
    return { kind: "unary", operator: token.text, of: parseUnary(reader, operand) };
  }
  throw new SourceError(
    token.column,
    token.text.length,
    `${token.kind === "string" ? "a string" : `"${token.text}"`} is not the beginning of a value`,
    "write a number, a symbol or (",
  );
}

function parseWord(reader: TokenReader, token: Token, operand: boolean): Expression {
  const { text, column } = token;
  if (text === "." || text === "$") return { kind: "here", column };
  const word = text.toLowerCase();
  if (word === "not") return { kind: "unary", operator: "~", of: parseUnary(reader, operand) };
  return (
    (operand ? parseOperandWord(reader, token, word) : undefined) ?? { kind: "symbol", name: text, column }
  );
}

function parseOperandWord(
  reader: TokenReader,
  { text, column }: Token,
  word: string,
): Expression | undefined {
  if (word === "rip" || word === "eip") return { kind: "register", register: word, column, length: 3 };
  const register = REGISTERS.get(word);
  if (register?.kind === Kind.Segment && reader.accept(":"))
    return { kind: "segment", segment: register.number, of: parseUnary(reader, true) };
  if (register) {
    const { length } = text;
    return { kind: "register", register: numbered(reader, register), column, length };
  }
  if (word === "offset") {
    skipFlat(reader);
    return { kind: "offset", of: parseUnary(reader, true) };
  }
  // Whether a branch is short is seen from where it leads.
  if (word === "short" && reader.next) return parseUnary(reader, true);
  const size = POINTER_SIZES[word];
  if (size === undefined || !reader.next) return undefined;
  if (reader.next.kind === "word" && reader.next.text.toLowerCase() === "ptr") {
    reader.take();
    return { kind: "sized", size, of: parseUnary(reader, true) };
  }
  if (!reader.isAt("[") && reader.next.kind !== "word" && reader.next.kind !== "number") return undefined;
  throw new SourceError(column, text.length, `"${text}" is not followed by ptr`, `write ${text} ptr`);
}

/** `offset flat:label`, as compilers write it. */
function skipFlat(reader: TokenReader): void {
  if (reader.next?.text.toLowerCase() !== "flat" || reader.peek(1)?.text !== ":") return;
  reader.at += 2;
}

/** `st(3)`. */
function numbered(reader: TokenReader, register: RegisterName): RegisterName {
  if (register.kind !== Kind.X87 || !reader.isAt("(")) return register;
  reader.take();
  const token = reader.take();
  if (token.kind !== "number" || token.value > 7n)
    throw new SourceError(
      token.column,
      token.text.length,
      `there is no register st(${token.text.slice(0, 20)})`,
      "write st(0) … st(7)",
    );
  reader.expect(")");
  return { ...register, number: Number(token.value) };
}
