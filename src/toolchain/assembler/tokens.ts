/**
 * Source text into statements of tokens. Comments are `#` and `//` to the end of the line and C's; `;` ends a statement.
 * Source: GNU as manual, "Syntax" and "i386-Syntax".
 */
import { SourceError } from "./problem.js";

export type TokenKind = "word" | "number" | "string" | "punctuation";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Value of a number; of a one-character constant its code. */
  readonly value: bigint;
  /** Bytes of a string: one char a byte. */
  readonly bytes: string;
  /** From 1. */
  readonly column: number;
}

/** The tokens of one statement. */
export type Statement = readonly Token[];

const WORD = /[\p{L}_.$][\p{L}\p{M}\d_.$]*/uy;
const NUMBER = /0[xX][0-9a-fA-F]+|0[bB][01]+(?![fb\w])|\d+[fb](?![\w])|\d+/y;
const PUNCTUATION = /<<|>>|<>|<=|>=|==|!=|&&|\|\||[-+*/%()[\],:~&|^!<>=@]/y;
/** Digits, of a binary number with its prefix too. */
const LONGEST_NUMBER = 100;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Replaces comments by blanks, so that columns stay. Strings keep theirs. */
export function withoutComments(source: string): string {
  return source.replace(
    /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^\n])'?|\/\*[\s\S]*?(?:\*\/|$)|(?:#|\/\/)[^\n]*/g,
    (match) => (match.startsWith('"') || match.startsWith("'") ? match : match.replace(/[^\n]/g, " ")),
  );
}

/** The statements of one line that have any tokens; the line must be without comments. */
export function statementsOf(text: string): Statement[] {
  const statements: Token[][] = [[]];
  for (let at = 0; at < text.length; ) {
    const char = text[at]!;
    if (char === " " || char === "\t" || char === "\r") at++;
    else if (char === ";") {
      statements.push([]);
      at++;
    } else {
      const token = readToken(text, at);
      statements.at(-1)!.push(token.token);
      at = token.end;
    }
  }
  return statements.filter((tokens) => tokens.length > 0);
}

function readToken(text: string, at: number): { token: Token; end: number } {
  const make = (kind: TokenKind, end: number, value = 0n, bytes = ""): { token: Token; end: number } => ({
    token: { kind, text: text.slice(at, end), value, bytes, column: at + 1 },
    end,
  });
  if (text[at] === '"') return readString(text, at);
  if (text[at] === "'") return readCharacter(text, at);
  for (const [kind, pattern] of [
    ["number", NUMBER],
    ["word", WORD],
    ["punctuation", PUNCTUATION],
  ] as const) {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match === undefined) continue;
    if (kind !== "number") return make(kind, at + match.length);
    if (/[fb]$/.test(match) && /^\d+[fb]$/.test(match)) return make("word", at + match.length);
    if (match.length > LONGEST_NUMBER)
      throw new SourceError(
        at + 1,
        match.length,
        `a number of ${match.length} digits`,
        "numbers have at most 64 bits",
      );
    return make("number", at + match.length, numberOf(match));
  }
  throw new SourceError(
    at + 1,
    1,
    `unexpected character ${JSON.stringify(text[at])}`,
    "remove it, or begin a comment with #",
  );
}

function numberOf(text: string): bigint {
  return /^0[0-7]+$/.test(text) ? BigInt(`0o${text.slice(1)}`) : BigInt(text);
}

function readString(text: string, at: number): { token: Token; end: number } {
  let bytes = "";
  let n = at + 1;
  for (; n < text.length && text[n] !== '"'; ) {
    const piece = readEscaped(text, n);
    bytes += piece.bytes;
    n = piece.end;
  }
  if (n >= text.length)
    throw new SourceError(at + 1, text.length - at, "the string has no end", 'close it with "');
  return {
    token: { kind: "string", text: text.slice(at, n + 1), value: 0n, bytes, column: at + 1 },
    end: n + 1,
  };
}

/** `'a'`, or `'a` without the closing quote as GNU as allows. */
function readCharacter(text: string, at: number): { token: Token; end: number } {
  if (at + 1 >= text.length)
    throw new SourceError(at + 1, 1, "a character constant without a character", "write 'a'");
  const { bytes, end } = readEscaped(text, at + 1);
  const close = text[end] === "'" ? end + 1 : end;
  return {
    token: {
      kind: "number",
      text: text.slice(at, close),
      value: BigInt(bytes.charCodeAt(0)),
      bytes,
      column: at + 1,
    },
    end: close,
  };
}

/** One character or escape as bytes; characters beyond ASCII become UTF-8. */
function readEscaped(text: string, at: number): { bytes: string; end: number } {
  if (text[at] !== "\\") {
    const char = String.fromCodePoint(text.codePointAt(at)!);
    return { bytes: utf8(char), end: at + char.length };
  }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined)
    return { bytes: String.fromCharCode(Number.parseInt(octal, 8) & 0xff), end: at + 1 + octal.length };
  const hex = /^[xX]([0-9a-fA-F]+)/.exec(text.slice(at + 1, at + 20));
  if (hex)
    return {
      bytes: String.fromCharCode(Number.parseInt(hex[1]!.slice(-2), 16)),
      end: at + 1 + hex[0].length,
    };
  const char = text[at + 1] ?? "";
  const known = ESCAPES[char];
  if (known === undefined)
    throw new SourceError(at + 1, 2, `unknown escape \\${char}`, 'use \\n \\t \\r \\0 \\\\ \\" or \\x41');
  return { bytes: known, end: at + 2 };
}

function utf8(char: string): string {
  if (char.charCodeAt(0) < 128) return char;
  try {
    return encodeURIComponent(char).replace(/%(..)/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  } catch {
    return "?";
  }
}
