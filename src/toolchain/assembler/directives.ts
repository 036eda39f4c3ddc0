/** Directives: names beginning with a dot. Source: GNU as manual, "Pseudo Ops". */

import type { Fixup } from "./encode.js";
import { type Expression, parseExpression, type TokenReader } from "./expression.js";
import { SourceError, suggestion } from "./problem.js";
import type { Item } from "./section.js";
import type { Token } from "./tokens.js";

/** What a directive may change. */
export interface DirectiveTarget {
  readonly isCode: boolean;
  add(item: DistributiveOmit<Item, "line" | "size" | "address">): void;
  switchSection(name: string): void;
  previousSection(): void;
  define(name: Token, value: Expression): void;
  /** The value of an expression without addresses; throws when it has one. */
  constant(expression: Expression, column: number): bigint;
}

type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

type Directive = (reader: TokenReader, target: DirectiveTarget) => void;

/** Room that one directive may take. */
export const LARGEST = 16 << 20;

function list(reader: TokenReader, each: () => void): void {
  if (!reader.next) return;
  do {
    reader.restartCount();
    each();
  } while (reader.accept(","));
}

function data(unit: Fixup["size"]): Directive {
  return (reader, target) => {
    const bytes: number[] = [];
    const fixups: Fixup[] = [];
    list(reader, () => {
      const column = reader.next?.column ?? reader.endColumn;
      const expression = parseExpression(reader);
      const length = Math.max(1, (reader.tokens[reader.at - 1]?.column ?? column) - column + 1);
      fixups.push({
        offset: bytes.length,
        size: unit,
        relative: false,
        signed: false,
        expression,
        column,
        length,
      });
      for (let n = 0; n < unit; n++) bytes.push(0);
    });
    target.add({ kind: "bytes", encoding: { bytes, fixups }, isCode: false });
  };
}

function strings(terminator: string): Directive {
  return (reader, target) => {
    const bytes: number[] = [];
    list(reader, () => {
      const token = reader.take();
      if (token.kind !== "string")
        throw new SourceError(
          token.column,
          token.text.length,
          "a string is needed here",
          'write it in quotes: "…"',
        );
      for (const char of token.bytes + terminator) bytes.push(char.charCodeAt(0));
    });
    target.add({ kind: "bytes", encoding: { bytes, fixups: [] }, isCode: false });
  };
}

function number(reader: TokenReader, target: DirectiveTarget): number {
  const column = reader.next?.column ?? reader.endColumn;
  reader.restartCount();
  const value = target.constant(parseExpression(reader), column);
  if (value < 0n || value > BigInt(LARGEST))
    throw new SourceError(column, 1, `${value} is too large here`, `use a number from 0 to ${LARGEST}`);
  return Number(value);
}

/** `.align boundary, fill, most`; for .p2align the boundary is a power of two's exponent. */
function align(isPower: boolean): Directive {
  return (reader, target) => {
    const column = reader.next?.column ?? reader.endColumn;
    const given = number(reader, target);
    const boundary = isPower ? 2 ** Math.min(given, 30) : given;
    if (boundary > LARGEST || (boundary & (boundary - 1)) !== 0)
      throw new SourceError(column, 1, `${boundary} is no power of two`, "use 1, 2, 4, 8, 16, … 4096");
    let fill: number | undefined;
    let most = Number.POSITIVE_INFINITY;
    if (reader.accept(",")) {
      if (reader.next && reader.next.text !== ",") fill = number(reader, target) & 0xff;
      if (reader.accept(",")) most = number(reader, target);
    }
    target.add({
      kind: "align",
      boundary: Math.max(1, boundary),
      fill: fill ?? (target.isCode ? undefined : 0),
      most,
    });
  };
}

const space: Directive = (reader, target) => {
  const column = reader.next?.column ?? reader.endColumn;
  const count = parseExpression(reader);
  const value = reader.accept(",") ? target.constant(parseExpression(reader), column) : 0n;
  target.add({ kind: "space", count, unit: 1, value, column });
};

/** `.fill repeat, size, value`. */
const fill: Directive = (reader, target) => {
  const column = reader.next?.column ?? reader.endColumn;
  const count = parseExpression(reader);
  const unit = reader.accept(",") ? Math.min(8, number(reader, target)) : 1;
  const value = reader.accept(",") ? target.constant(parseExpression(reader), column) : 0n;
  target.add({ kind: "space", count, unit, value, column });
};

const origin: Directive = (reader, target) => {
  const column = reader.next?.column ?? reader.endColumn;
  const offset = parseExpression(reader);
  const filler = reader.accept(",") ? Number(target.constant(parseExpression(reader), column) & 0xffn) : 0;
  target.add({ kind: "origin", offset, fill: filler, column });
};

const section: Directive = (reader, target) => {
  const token = reader.take();
  target.switchSection(token.kind === "string" ? token.bytes : token.text);
  reader.at = reader.tokens.length;
};

const named =
  (name: string): Directive =>
  (_reader, target) =>
    target.switchSection(name);

const define: Directive = (reader, target) => {
  const name = reader.take();
  if (name.kind !== "word")
    throw new SourceError(
      name.column,
      name.text.length,
      "a symbol's name is needed here",
      "write .equ name, value",
    );
  reader.expect(",");
  target.define(name, parseExpression(reader));
};

/** Accepted without effect: what they say concerns debuggers and linkers. */
const ignore: Directive = (reader) => {
  reader.at = reader.tokens.length;
};

const refuseSyntax: Directive = (reader) => {
  const token = reader.next;
  throw new SourceError(
    token?.column ?? 1,
    1,
    "AT&T syntax is not read here",
    "write Intel syntax: mov rax, 1",
  );
};

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map([
  ...([".byte", ".1byte", ".dc.b"].map((name) => [name, data(1)]) as [string, Directive][]),
  ...([".word", ".short", ".2byte", ".hword", ".value"].map((name) => [name, data(2)]) as [
    string,
    Directive,
  ][]),
  ...([".long", ".int", ".4byte"].map((name) => [name, data(4)]) as [string, Directive][]),
  ...([".quad", ".8byte"].map((name) => [name, data(8)]) as [string, Directive][]),
  [".ascii", strings("")],
  [".asciz", strings("\0")],
  [".string", strings("\0")],
  [".align", align(false)],
  [".balign", align(false)],
  [".p2align", align(true)],
  ...([".zero", ".skip", ".space"].map((name) => [name, space]) as [string, Directive][]),
  [".fill", fill],
  [".org", origin],
  [".section", section],
  [".pushsection", section],
  [".previous", (_reader, target) => target.previousSection()],
  [".popsection", (_reader, target) => target.previousSection()],
  ...([".text", ".data", ".bss", ".rodata"].map((name) => [name, named(name)]) as [string, Directive][]),
  [".equ", define],
  [".set", define],
  [".equiv", define],
  [".att_syntax", refuseSyntax],
  ...([
    ".globl",
    ".global",
    ".extern",
    ".local",
    ".weak",
    ".hidden",
    ".type",
    ".size",
    ".file",
    ".ident",
    ".intel_syntax",
    ".code64",
    ".loc",
  ].map((name) => [name, ignore]) as [string, Directive][]),
  ...([
    ".cfi_startproc",
    ".cfi_endproc",
    ".cfi_def_cfa_offset",
    ".cfi_offset",
    ".cfi_def_cfa",
    ".cfi_def_cfa_register",
    ".cfi_restore",
    ".cfi_sections",
    ".arch",
    ".end",
  ].map((name) => [name, ignore]) as [string, Directive][]),
]);

/** Carries out a directive, whose name has been read. */
export function runDirective(name: Token, reader: TokenReader, target: DirectiveTarget): void {
  const directive = DIRECTIVES.get(name.text.toLowerCase());
  if (!directive) {
    const shown = name.text.slice(0, 40);
    throw new SourceError(
      name.column,
      shown.length,
      `there is no directive ${shown}`,
      suggestion(
        name.text,
        DIRECTIVES.keys(),
        "known ones are .byte .long .quad .ascii .asciz .zero .align .section .globl .equ",
      ),
    );
  }
  directive(reader, target);
}
