/** A place in the tokens of one statement. */
import { SourceError } from "./problem.js";
import type { Token } from "./tokens.js";

/** Bounds the depth of recursion of one expression. */
const LARGEST_EXPRESSION = 1000;

export class TokenReader {
  at = 0;
  /** Values read so far in the expression. */
  private values = 0;

  constructor(
    readonly tokens: readonly Token[],
    /** Column behind the last token, for messages. */
    readonly endColumn: number,
  ) {}

  get next(): Token | undefined {
    return this.tokens[this.at];
  }

  /** Where the next token stands, or the end of the statement. */
  get column(): number {
    return this.next?.column ?? this.endColumn;
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

  /** Whether the next token is this punctuation. */
  isAt(text: string): boolean {
    return this.next?.kind === "punctuation" && this.next.text === text;
  }

  /** Takes the next token when it is this punctuation. */
  accept(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (this.accept(text)) return;
    const { next } = this;
    const found = next ? `"${next.text.slice(0, 40)}"` : "the end of the line";
    throw new SourceError(
      this.column,
      next?.text.length ?? 1,
      `"${text}" expected, ${found} found`,
      `write ${text} here`,
    );
  }

  /** Characters from a column to the token before the reader's place. */
  lengthFrom(column: number): number {
    const last = this.tokens[this.at - 1];
    return last ? Math.max(1, last.column + last.text.length - column) : 1;
  }

  /** Counts one more value of an expression. */
  countValue(): void {
    if (++this.values > LARGEST_EXPRESSION) {
      throw new SourceError(
        this.column,
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
}
