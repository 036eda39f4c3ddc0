/**
 * Addresses for everything: sections one after the other, branches short where they reach. A branch that does not
 * reach becomes long and never short again, so the iteration ends.
 */
import { LARGEST } from "./data-directives.js";
import type { Encoding } from "./encode.js";
import { type Expression, evaluate, type Scope } from "./expression.js";
import type { Parser } from "./parser.js";
import { SourceError, suggestion } from "./problem.js";
import type { Item, Label, Section } from "./section.js";
import { isLocal, shorten, sourceName } from "./symbols.js";

const PAGE = 4096n;
/** Rounds after which every branch that is still short becomes long. */
const PATIENT_ROUNDS = 40;
const MOST_ROUNDS = 100;
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
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const moved = this.place();
      if (this.parser.problems.length > 0) return;
      const grown = this.growBranches(round >= PATIENT_ROUNDS);
      if ((!moved && !grown) || this.parser.problems.length > 0) return;
    }
    const open = this.order
      .flatMap((section) => section.items)
      .find((item) => item.kind === "space" || item.kind === "origin");
    this.parser.report(
      open?.line ?? 1,
      new SourceError(
        1,
        1,
        "the sizes in this source depend on themselves",
        "use a fixed number in .zero, .fill or .org",
      ),
    );
  }

  private place(): boolean {
    let moved = false;
    let next = this.base;
    let total = 0;
    for (const section of this.order) {
      const address = this.addresses[section.name] ?? next;
      moved ||= section.address !== address;
      section.address = address;
      moved = this.placeItems(section) || moved;
      total += section.size;
      if (total > LARGEST) {
        this.tooLarge(section, total);
        return false;
      }
      if (section.size > 0) next = ((address + BigInt(section.size) + PAGE - 1n) / PAGE) * PAGE;
    }
    return moved;
  }

  private placeItems(section: Section): boolean {
    let moved = false;
    let at = 0;
    for (const item of section.items) {
      const size = this.sizeOf(item, section, at);
      moved ||= item.offset !== at || item.size !== size;
      item.offset = at;
      item.size = size;
      at += size;
    }
    section.size = at;
    return moved;
  }

  private tooLarge(section: Section, total: number): void {
    const item = section.items.find((one) => one.offset + one.size > LARGEST) ?? section.items.at(-1);
    this.parser.report(
      item?.line ?? 1,
      new SourceError(
        1,
        1,
        `the program has ${total} bytes up to here, and ${LARGEST} are the most`,
        "make it smaller",
      ),
    );
  }

  private sizeOf(item: Item, section: Section, at: number): number {
    switch (item.kind) {
      case "bytes":
        return item.encoding.bytes.length;
      case "branch":
        return (item.isLong ? item.long : item.short).bytes.length;
      case "align": {
        const boundary = BigInt(item.boundary);
        const missing = Number((boundary - ((section.address + BigInt(at)) % boundary)) % boundary);
        return missing > item.most ? 0 : missing;
      }
      case "space": {
        const count = this.value(item.count, section.address + BigInt(at), item.line);
        return this.boundedSize(item.line, item.column, count * BigInt(item.unit));
      }
      default: {
        const here = section.address + BigInt(at);
        const value = this.value(item.target, here, item.line);
        // An offset in the section, or an address in it.
        const target = value >= section.address ? value : section.address + value;
        return this.boundedSize(item.line, item.column, target - here);
      }
    }
  }

  private boundedSize(line: number, column: number, size: bigint): number {
    if (size >= 0n && size <= BigInt(LARGEST)) return Number(size);
    const reason =
      size < 0n ? `a size of ${size} bytes` : `${size} bytes are more than the ${LARGEST} that are allowed`;
    this.parser.report(
      line,
      new SourceError(column, 1, reason, size < 0n ? "the place is already passed" : "make it smaller"),
    );
    return 0;
  }

  private growBranches(all: boolean): boolean {
    let grown = false;
    for (const section of this.order) {
      for (const item of section.items) {
        if (item.kind !== "branch" || item.isLong) continue;
        if (!all && this.reaches(item, section, item.short)) continue;
        item.isLong = true;
        grown = true;
      }
    }
    return grown;
  }

  private reaches(item: Item, section: Section, short: Encoding): boolean {
    const { expression } = short.fixups[0]!;
    const end = item.offset + item.size;
    const label = expression.kind === "symbol" ? this.parser.symbols.labels.get(expression.name) : undefined;
    if (label?.section === section) {
      const distance = offsetOf(label) - end;
      return distance >= -128 && distance <= 127;
    }
    const target = this.value(expression, section.address + BigInt(item.offset), item.line);
    const distance = target - section.address - BigInt(end);
    return distance >= -128n && distance <= 127n;
  }

  /** The value of an expression that stands at `here`; a mistake in it is reported, and the value 0. */
  value(expression: Expression, here: bigint, line: number): bigint {
    try {
      return evaluate(expression, this.scope(here, 0));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.parser.report(line, this.withSuggestion(error));
      return 0n;
    }
  }

  private scope(here: bigint, depth: number): Scope {
    return { here, value: (name) => this.symbol(name, depth) };
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

function offsetOf({ section, index }: Label): number {
  const item = section.items[index];
  if (item) return item.offset;
  const last = section.items[index - 1];
  return last ? last.offset + last.size : 0;
}

function addressOf(label: Label): bigint {
  return label.section.address + BigInt(offsetOf(label));
}
