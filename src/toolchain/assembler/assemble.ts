/**
 * The assembler: Intel syntax as GNU as reads it, from the instruction definitions that the processor executes.
 * Left out: macros, conditional assembly, relocatable output (all symbols must be defined here).
 */
import { Layout } from "./layout.js";
import { Parser } from "./parser.js";
import type { Problem } from "./problem.js";
import { rightsOf } from "./section.js";

export type { Problem } from "./problem.js";

export interface AssembleOptions {
  /** Addresses of sections by name; the others follow, each on a fresh page. */
  readonly addresses?: Readonly<Record<string, bigint>>;
  /** Address of the first section that has none. Default 0x401000. */
  readonly base?: bigint;
  /** Symbols that exist already. */
  readonly symbols?: ReadonlyMap<string, bigint>;
}

export interface AssembledSection {
  readonly name: string;
  readonly address: bigint;
  /** For .bss all zero. */
  readonly bytes: Uint8Array;
  readonly executable: boolean;
  readonly writable: boolean;
}

/** What one statement became. */
export interface ListingLine {
  /** Line of the source, from 1. */
  readonly line: number;
  readonly section: string;
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** An instruction, not data or padding. */
  readonly isCode: boolean;
}

export interface Assembly {
  readonly ok: true;
  readonly sections: readonly AssembledSection[];
  /** Labels and constants. */
  readonly symbols: ReadonlyMap<string, bigint>;
  readonly listing: readonly ListingLine[];
  /** `_start`, or the beginning of .text. */
  readonly entry: bigint;
}

export type AssembleResult = Assembly | { readonly ok: false; readonly errors: readonly Problem[] };

const DEFAULT_BASE = 0x401000n;
/** A longer source is refused at once. */
const LONGEST_SOURCE = 4 << 20;

/** Assembles a source. A mistake in it is a value; nothing is thrown. */
export function assemble(source: string, options: AssembleOptions = {}): AssembleResult {
  if (source.length > LONGEST_SOURCE) return tooLong(source.length);
  const parser = new Parser(options.symbols ?? new Map());
  parser.parse(source);
  if (parser.problems.length > 0) return { ok: false, errors: parser.problems };
  const layout = new Layout(parser, options.addresses ?? {}, options.base ?? DEFAULT_BASE);
  layout.run();
  if (parser.problems.length > 0) return { ok: false, errors: unique(parser.problems) };
  const sections = parser.sections
    .filter((section) => section.size > 0)
    .map((section) => ({
      name: section.name,
      address: section.address,
      bytes: layout.bytesOf(section),
      ...rightsOf(section.name),
    }));
  const symbols = symbolTable(parser, layout);
  if (parser.problems.length > 0) return { ok: false, errors: unique(parser.problems) };
  const listing = parser.sections.flatMap((section) => {
    const bytes = sections.find((one) => one.name === section.name)?.bytes ?? new Uint8Array();
    return section.items.map((item) => {
      const at = Number(item.address - section.address);
      const isCode = item.kind === "branch" || (item.kind === "bytes" && item.isCode);
      return {
        line: item.line,
        section: section.name,
        address: item.address,
        bytes: bytes.subarray(at, at + item.size),
        isCode,
      };
    });
  });
  const text = parser.sections.find((section) => section.name === ".text");
  return {
    ok: true,
    sections,
    symbols,
    listing,
    entry: symbols.get("_start") ?? text?.address ?? DEFAULT_BASE,
  };
}

function tooLong(length: number): AssembleResult {
  const reason = `the source has ${length} characters, and ${LONGEST_SOURCE} are the most`;
  return {
    ok: false,
    errors: [{ line: 1, column: 1, length: 1, reason, nextStep: "assemble a part of it" }],
  };
}

function symbolTable(parser: Parser, layout: Layout): Map<string, bigint> {
  const symbols = new Map<string, bigint>();
  const visible = [...parser.labels.keys(), ...parser.definitions.keys()].filter(
    (name) => !name.includes("\u0002"),
  );
  for (const name of visible) {
    try {
      const value = layout.symbol(name);
      if (value !== undefined) symbols.set(name, BigInt.asUintN(64, value));
    } catch (error) {
      const { line, column } = parser.definitions.get(name)!;
      const reason = error instanceof Error ? error.message : String(error);
      parser.problems.push({
        line,
        column,
        length: name.length,
        reason,
        nextStep: "define it with a number or a label",
      });
    }
  }
  return symbols;
}

/** The layout may meet the same mistake in each round. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((one) => [`${one.line}:${one.column}:${one.reason}`, one]));
  return [...seen.values()];
}
