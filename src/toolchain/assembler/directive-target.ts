/** What directives may ask of the parser and change in what it builds. */
import type { CodeSize } from "../../machine/isa/insn.js";
import type { Expression } from "./expression.js";
import type { ItemContent } from "./section.js";
import type { SectionList } from "./section-list.js";
import type { TokenReader } from "./token-reader.js";
import type { Token } from "./tokens.js";

export interface DirectiveTarget {
  readonly sections: SectionList;
  /** For which kind of code segment instructions are encoded. */
  codeSize: CodeSize;
  add(content: ItemContent): void;
  label(name: Token): void;
  define(name: Token, value: Expression): void;
  /** The value of an expression, `offset` bytes into the statement; undefined while it is not certain. */
  known(expression: Expression, offset?: number): bigint | undefined;
  /** The value of an expression; throws when it is not certain here. */
  constant(expression: Expression, column: number): bigint;
  /** Nothing below is read. */
  end(): void;
}

/** Carries out one directive, whose name has been taken from the reader. */
export type Directive = (reader: TokenReader, target: DirectiveTarget, name: Token) => void;
