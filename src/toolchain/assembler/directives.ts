/**
 * Directives: names beginning with a dot. Here those for sections and symbols, and those without effect.
 * Source: GNU as manual, "Pseudo Ops".
 */
import type { CodeSize } from "../../machine/isa/insn.js";
import { DATA_DIRECTIVES } from "./data-directives.js";
import type { Directive, DirectiveTarget } from "./directive-target.js";
import { parseExpression } from "./expression-parser.js";
import { SourceError, suggestion } from "./problem.js";
import type { TokenReader } from "./token-reader.js";
import type { Token } from "./tokens.js";

/** `.section name, "flags", @type`. */
function sectionDirective(keepsOld: boolean): Directive {
  return (reader, target) => {
    const name = sectionName(reader);
    let flags: string | undefined;
    if (reader.accept(",") && reader.next?.kind === "string") {
      flags = reader.take().bytes;
      if (reader.accept(",")) flags += typeOf(reader);
    }
    reader.at = reader.tokens.length;
    if (keepsOld) target.sections.push(name, flags);
    else target.sections.switch(name, flags);
  };
}

/** Names such as `.note.GNU-stack` are several tokens. */
function sectionName(reader: TokenReader): string {
  const first = reader.take();
  if (first.kind === "string") return first.bytes;
  if (first.kind !== "word")
    throw new SourceError(
      first.column,
      first.text.length,
      "a section's name is needed here",
      "write .section .data",
    );
  let name = first.text;
  while (reader.next && !reader.isAt(",")) name += reader.take().text;
  return name;
}

function typeOf(reader: TokenReader): string {
  if (!reader.accept("@") && !reader.accept("%")) return "";
  return `@${reader.take().text.toLowerCase()}`;
}

const named =
  (name: string): Directive =>
  (reader, target) => {
    // A subsection's number orders the parts of a section, which here stay in the order of the source.
    if (reader.next?.kind === "number") reader.take();
    target.sections.switch(name);
  };

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

/** What these say concerns debuggers and linkers. */
const ignore: Directive = (reader) => {
  reader.at = reader.tokens.length;
};

const refuse =
  (reason: string, nextStep: string): Directive =>
  (_reader, _target, name) => {
    throw new SourceError(name.column, name.text.length, reason, nextStep);
  };

const intelSyntax: Directive = (reader) => {
  const token = reader.next;
  if (token?.text.toLowerCase() === "prefix")
    throw new SourceError(token.column, 6, "register names have no % here", "write .intel_syntax noprefix");
  reader.at = reader.tokens.length;
};

const each = (names: string, directive: Directive): [string, Directive][] =>
  names.split(" ").map((name) => [name, directive]);

const NO_MACROS = refuse("macros and conditions are left out here", "write the lines themselves");
const codeOf =
  (size: CodeSize): Directive =>
  (_reader, target) => {
    target.codeSize = size;
  };

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  ...DATA_DIRECTIVES,
  [".section", sectionDirective(false)],
  [".pushsection", sectionDirective(true)],
  [".popsection", (reader, target) => target.sections.pop(reader.column)],
  [".previous", (_reader, target) => target.sections.previous()],
  ...[".text", ".data", ".bss", ".rodata"].map((name): [string, Directive] => [name, named(name)]),
  ...each(".equ .set .equiv", define),
  [".intel_syntax", intelSyntax],
  [".att_syntax", refuse("AT&T syntax is not read here", "write Intel syntax: mov rax, 1")],
  [".code16", codeOf(16)],
  [".code32", codeOf(32)],
  [".code64", codeOf(64)],
  ...each(".macro .endm .rept .endr .irp .if .ifdef .ifndef .else .endif .include .incbin", NO_MACROS),
  [".end", (_reader, target: DirectiveTarget) => target.end()],
  ...each(".globl .global .extern .local .weak .hidden .protected .internal .type .size", ignore),
  ...each(".file .ident .loc .arch .title .sbttl .psize .eject .list .nolist .addrsig", ignore),
  ...each(".cfi_startproc .cfi_endproc .cfi_def_cfa .cfi_def_cfa_offset .cfi_def_cfa_register", ignore),
  ...each(".cfi_offset .cfi_restore .cfi_sections .cfi_adjust_cfa_offset .cfi_undefined", ignore),
  ...each(".cfi_remember_state .cfi_restore_state .cfi_signal_frame .cfi_escape", ignore),
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
  directive(reader, target, name);
}
