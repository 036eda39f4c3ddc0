/** Addresses for everything: sections one after the other on fresh pages, and the values of symbols. */
import { LARGEST } from "./data-directives.js";
import { type Expression, evaluate, type Scope } from "./expression.js";
import type { Parser } from "./parser.js";
import { BrokenDefinition, SourceError } from "./problem.js";
import { Relaxation } from "./relaxation.js";
import { type Label, offsetOf, type Section } from "./section.js";
import { type Definition, isLocal, shorten, sourceName } from "./symbols.js";

const PAGE = 4096n;
/** Passes after which every branch that is still short becomes long. */
const PATIENT_PASSES = 60;
const MOST_PASSES = 100;
const MOST_DEFINITIONS_DEEP = 100;
const MOST_SUGGESTIONS = 20;
/** Sections in this order, then all others as they come. */
const ORDER = [".text", ".rodata", ".data", ".bss"];

export class Layout {
  private readonly order: Section[];
  /** Values of definitions in this pass; the next one may find others. */
  private readonly values = new Map<string, bigint>();

  constructor(
    private readonly parser: Parser,
    private readonly addresses: Readonly<Record<string, bigint>>,
    private readonly base: bigint,
  ) {
    const rank = (section: Section) =>
      ORDER.includes(section.name) ? ORDER.indexOf(section.name) : ORDER.length;
    this.order = [...parser.sections.all].sort((a, b) => rank(a) - rank(b));
  }

  /** Gives every item its size and place. False when that is impossible; mistakes go to the parser's list. */
  run(): boolean {
    const before = this.parser.problems.length;
    const parts = this.order.map((section) => new Relaxation(section, this));
    this.placeSections();
    for (const part of parts) part.start();
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const moved = this.placeSections();
      this.values.clear();
      const changed = parts.map((part) => part.pass(pass >= PATIENT_PASSES)).includes(true);
      this.values.clear();
      if (this.parser.problems.length > before || this.isTooLarge()) return false;
      if (!moved && !changed) return true;
    }
    const open = this.order
      .flatMap((section) => section.items)
      .find((item) => item.kind === "space" || item.kind === "origin");
    this.report(
      open?.line ?? 1,
      new SourceError(
        1,
        1,
        "the sizes in this source depend on themselves",
        "use a fixed number in .zero, .fill or .org",
      ),
    );
    return false;
  }

  /** True when an address changed. */
  private placeSections(): boolean {
    let moved = false;
    let next = this.base;
    for (const section of this.order) {
      const address = BigInt.asUintN(64, this.addresses[section.name] ?? next);
      moved ||= section.address !== address;
      section.address = address;
      if (section.size > 0) next = ((address + BigInt(section.size) + PAGE - 1n) / PAGE) * PAGE;
    }
    return moved;
  }

  private isTooLarge(): boolean {
    let total = 0;
    for (const section of this.order) {
      total += section.size;
      if (total <= LARGEST) continue;
      const item = section.items.find((one) => one.offset + one.size > LARGEST) ?? section.items.at(-1);
      const reason = `the program has ${total} bytes up to here, and ${LARGEST} are the most`;
      this.report(item?.line ?? 1, new SourceError(1, 1, reason, "make it smaller"));
      return true;
    }
    return false;
  }

  report(line: number, error: SourceError): void {
    this.parser.report(line, error);
  }

  /** The value of an expression that stands at `here`; undefined after a mistake in it has been reported. */
  valueOf(expression: Expression, here: bigint, line: number): bigint | undefined {
    try {
      return evaluate(expression, this.scope(here, 0));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error instanceof BrokenDefinition) return undefined;
      if (!this.parser.hasManyProblems) this.report(line, this.withSuggestion(error));
      return undefined;
    }
  }

  private scope(here: bigint, depth: number): Scope {
    return { here, value: (name) => this.symbol(name, depth) };
  }

  /** The label of this name; another name for one counts too. */
  labelOf(name: string, depth = 0): Label | undefined {
    const { labels, definitions } = this.parser.symbols;
    const label = labels.get(name);
    const expression = label ? undefined : definitions.get(name)?.expression;
    if (expression?.kind !== "symbol" || depth > MOST_DEFINITIONS_DEEP) return label;
    return this.labelOf(expression.name, depth + 1);
  }

  /** The value of a label or definition; undefined when there is none of this name. */
  symbol(name: string, depth = 0): bigint | undefined {
    const { labels, definitions, predefined } = this.parser.symbols;
    const label = labels.get(name);
    if (label) return addressOf(label);
    const definition = definitions.get(name);
    if (!definition) return predefined.get(name);
    if (definition.folded && definition.folded.fragment === undefined) return definition.folded.value;
    const kept = this.values.get(name);
    if (kept !== undefined) return kept;
    if (depth > MOST_DEFINITIONS_DEEP) throw new BrokenDefinition(name, endless(definition.column, name));
    const value = this.definedValue(name, definition, depth);
    this.values.set(name, value);
    return value;
  }

  private definedValue(name: string, { expression, place }: Definition, depth: number): bigint {
    try {
      return evaluate(expression, this.scope(addressOf(place), depth + 1));
    } catch (error) {
      if (error instanceof BrokenDefinition || !(error instanceof SourceError)) throw error;
      throw new BrokenDefinition(name, this.withSuggestion(error));
    }
  }

  private withSuggestion(error: SourceError): SourceError {
    const name = error.missing;
    if (name === undefined) return error;
    if (isLocal(name)) {
      return new SourceError(
        error.column,
        sourceName(name).length + 1,
        `there is no label ${sourceName(name)}: in this direction`,
        "define it, or use the other of f (forward) and b (back)",
      );
    }
    // The search through all names takes its time, and nobody reads as many suggestions.
    if (this.parser.problems.length >= MOST_SUGGESTIONS) return error;
    return this.parser.symbols.misspelt(error);
  }
}

function endless(column: number, name: string): SourceError {
  const reason = `${shorten(name)} is defined by itself, or by more than ${MOST_DEFINITIONS_DEEP} others in a row`;
  return new SourceError(column, name.length, reason, "give it a number");
}

function addressOf(label: Label): bigint {
  return label.section.address + BigInt(offsetOf(label));
}
