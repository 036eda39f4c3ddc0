/**
 * The assembler: Intel syntax as GNU as reads it, from the instruction definitions that the processor executes.
 * Left out: macros, conditional assembly, relocatable output (all symbols must be defined here).
 */
import { bytesOf } from "./emit.js";
import { Layout } from "./layout.js";
import { MOST_PROBLEMS, Parser } from "./parser.js";
import { BrokenDefinition, type Problem } from "./problem.js";
import type { Section } from "./section.js";
import { isLocal } from "./symbols.js";

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
  /** An executable file holds no bytes for it. */
  readonly zero: boolean;
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
const LONGEST_SOURCE = 1 << 20;

/** Assembles a source. A mistake in it is a value; nothing is thrown. */
export function assemble(source: string, options: AssembleOptions = {}): AssembleResult {
  if (source.length > LONGEST_SOURCE) return tooLong(source.length);
  const parser = new Parser(options.symbols ?? new Map());
  parser.parse(source);
  const layout = new Layout(parser, options.addresses ?? {}, options.base ?? DEFAULT_BASE);
  // Even after a mistake: undefined symbols and sizes too large are found here.
  const isLaidOut = layout.run();
  const made = parser.sections.all.filter((section) => isLaidOut && section.size > 0 && section.allocated);
  const sections = made.map((section) => finished(section, bytesOf(section, layout, parser)));
  const symbols = symbolTable(parser, layout);
  if (parser.problems.length > 0) return { ok: false, errors: inOrder(parser.problems) };
  const text = parser.sections.all.find((section) => section.name === ".text");
  const entry = symbols.get("_start") ?? text?.address ?? DEFAULT_BASE;
  const listing = made.flatMap((section, n) => listingOf(section, sections[n]!.bytes));
  return { ok: true, sections, symbols, listing, entry };
}

function finished(section: Section, bytes: Uint8Array): AssembledSection {
  const { name, address, executable, writable, zero } = section;
  return { name, address, bytes, executable, writable, zero };
}

function listingOf(section: Section, bytes: Uint8Array): ListingLine[] {
  return section.items.map((item) => ({
    line: item.line,
    section: section.name,
    address: section.address + BigInt(item.offset),
    bytes: bytes.subarray(item.offset, item.offset + item.size),
    isCode: item.kind === "branch" || (item.kind === "bytes" && item.isCode),
  }));
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
  const { labels, definitions } = parser.symbols;
  for (const name of [...labels.keys(), ...definitions.keys()]) {
    if (isLocal(name)) continue;
    if (parser.hasManyProblems) break;
    try {
      const value = layout.symbol(name);
      if (value !== undefined) symbols.set(name, BigInt.asUintN(64, value));
    } catch (error) {
      if (!(error instanceof BrokenDefinition)) throw error;
      parser.report(definitions.get(error.symbol)?.line ?? 1, error);
    }
  }
  return symbols;
}

/** Each mistake once, though rounds of the layout may meet it again, by lines; not more than anybody reads. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((one) => [`${one.line}:${one.column}:${one.reason}`, one]));
  return [...seen.values()].sort((a, b) => a.line - b.line || a.column - b.column).slice(0, MOST_PROBLEMS);
}
