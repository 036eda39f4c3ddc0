/** Addresses for everything: sections one after the other on fresh pages, and the values of symbols. */
import { LARGEST } from "./data-directives.js";
import { type Expression, evaluate, type Scope } from "./expression.js";
import type { Parser } from "./parser.js";
import { SourceError, suggestion } from "./problem.js";
import { Relaxation } from "./relaxation.js";
import { type Label, offsetOf, type Section } from "./section.js";
import { isLocal, shorten, sourceName } from "./symbols.js";

const PAGE = 4096n;
/** Passes after which every branch that is still short becomes long. */
const PATIENT_PASSES = 60;
const MOST_PASSES = 100;
const MOST_DEFINITIONS_DEEP = 100;
/** Sections in this order, then all others as they come. */
const ORDER = [".text", ".rodata", ".data", ".bss"];

export class Layout {
  private readonly order: Section[];

  constructor(
    private readonly parser: Parser,
    private readonly addresses: Readonly<Record<string, bigint>>,
    private readonly base: bigint,
  ) {
    const rank = (section: Section) =>
      ORDER.includes(section.name) ? ORDER.indexOf(section.name) : ORDER.length;
    this.order = [...parser.sections].sort((a, b) => rank(a) - rank(b));
  }

  /** Gives every item its size and place; mistakes go to the parser's list. */
  run(): void {
    const parts = this.order.map((section) => new Relaxation(section, this));
    this.placeSections();
    for (const part of parts) part.start();
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const moved = this.placeSections();
      const changed = parts.map((part) => part.pass(pass >= PATIENT_PASSES)).includes(true);
      if (this.hasProblem() || this.isTooLarge() || (!moved && !changed)) return;
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
  }

  private hasProblem(): boolean {
    return this.parser.problems.length > 0;
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
      this.report(line, this.withSuggestion(error));
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
    if (depth > MOST_DEFINITIONS_DEEP)
      throw new SourceError(
        definition.column,
        name.length,
        `${shorten(name)} is defined by itself`,
        "give it a number",
      );
    return evaluate(definition.expression, this.scope(addressOf(definition.place), depth + 1));
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
    const nextStep = suggestion(name, this.parser.symbols.names(), error.nextStep);
    return new SourceError(error.column, error.length, error.reason, nextStep);
  }
}

function addressOf(label: Label): bigint {
  return label.section.address + BigInt(offsetOf(label));
}
