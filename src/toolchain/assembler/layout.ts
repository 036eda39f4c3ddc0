/**
 * Addresses for everything: sections one after the other, branches short where they reach, numbers filled in.
 * A branch that does not reach becomes long and never short again, so the iteration ends.
 */

import { LARGEST } from "./directives.js";
import type { Encoding, Fixup } from "./encode.js";
import { type Expression, evaluate, type Scope } from "./expression.js";
import type { Parser } from "./parser.js";
import { SourceError, suggestion } from "./problem.js";
import type { Item, Label, Section } from "./section.js";

const PAGE = 4096n;
const MOST_ROUNDS = 200;
/** Sections in this order, then all others as they come. */
const ORDER = [".text", ".rodata", ".data", ".bss"];

/** Recommended multi-byte no-operations by length. Source: Intel SDM Vol. 2B, NOP, table 4-12. */
const NOPS: readonly (readonly number[])[] = [
  [],
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

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

  /** Gives every item its size and address; mistakes go to the parser's list. */
  run(): void {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const moved = this.place();
      const grown = this.growBranches();
      if ((!moved && !grown) || this.parser.problems.length > 0) return;
    }
    const { line } = this.parser.sections[0]!.items[0] ?? { line: 1 };
    this.parser.report(
      line,
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
    for (const section of this.order) {
      const address = this.addresses[section.name] ?? next;
      moved ||= section.address !== address;
      section.address = address;
      let at = address;
      for (const item of section.items) {
        const size = this.sizeOf(item, section, at);
        moved ||= item.address !== at || item.size !== size;
        item.address = at;
        item.size = size;
        at += BigInt(size);
      }
      section.size = Number(at - address);
      if (section.size > LARGEST) {
        this.parser.report(
          section.items.at(-1)?.line ?? 1,
          new SourceError(
            1,
            1,
            `the section ${section.name} is larger than ${LARGEST} bytes`,
            "make it smaller",
          ),
        );
        return false;
      }
      if (section.size > 0) next = ((at + PAGE - 1n) / PAGE) * PAGE;
    }
    return moved;
  }

  private sizeOf(item: Item, section: Section, at: bigint): number {
    switch (item.kind) {
      case "bytes":
        return item.encoding.bytes.length;
      case "branch":
        return (item.isLong ? item.long : item.short).bytes.length;
      case "align": {
        const missing = Number(
          (BigInt(item.boundary) - (at % BigInt(item.boundary))) % BigInt(item.boundary),
        );
        return missing > item.most ? 0 : missing;
      }
      case "space":
        return this.boundedSize(
          item.line,
          item.column,
          this.value(item.count, at, item.line) * BigInt(item.unit),
        );
      default:
        return this.boundedSize(
          item.line,
          item.column,
          this.originTarget(item.offset, section, at, item.line) - at,
        );
    }
  }

  /** `.org` takes an offset in the section, or an address in it. */
  private originTarget(offset: Expression, section: Section, at: bigint, line: number): bigint {
    const value = this.value(offset, at, line);
    return value >= section.address ? value : section.address + value;
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

  private value(expression: Expression, here: bigint, line: number): bigint {
    try {
      return evaluate(expression, this.scope(here));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.parser.report(line, this.withSuggestion(error));
      return 0n;
    }
  }

  private withSuggestion(error: SourceError): SourceError {
    const name = /^the symbol (\S+) is not defined$/.exec(error.reason)?.[1];
    if (name === undefined) return error;
    if (name.includes("\u0002")) {
      return new SourceError(
        error.column,
        2,
        `there is no label ${name.replace(/\u0002.*/, ":")} in this direction`,
        "define it, or use the other of f (forward) and b (back)",
      );
    }
    const known = [...this.parser.labels.keys(), ...this.parser.definitions.keys()];
    return new SourceError(error.column, error.length, error.reason, suggestion(name, known, error.nextStep));
  }

  private scope(here: bigint, depth = 0): Scope {
    return { here, value: (name) => this.symbol(name, depth) };
  }

  /** The value of a label or definition. */
  symbol(name: string, depth = 0): bigint | undefined {
    const label = this.parser.labels.get(name);
    if (label) return addressOf(label);
    const definition = this.parser.definitions.get(name);
    if (!definition) return this.parser.predefined.get(name);
    if (depth > 100)
      throw new SourceError(
        definition.column,
        name.length,
        `${name} is defined by itself`,
        "give it a number",
      );
    return evaluate(definition.expression, this.scope(addressOf(definition.place), depth + 1));
  }

  private growBranches(): boolean {
    let grown = false;
    for (const section of this.order) {
      for (const item of section.items) {
        if (item.kind !== "branch" || item.isLong) continue;
        const fixup = item.short.fixups[0]!;
        const target = this.value(fixup.expression, item.address, item.line);
        const distance = target - (item.address + BigInt(item.size));
        if (distance >= -128n && distance <= 127n) continue;
        item.isLong = true;
        grown = true;
      }
    }
    return grown;
  }

  /** The finished bytes of a section. */
  bytesOf(section: Section): Uint8Array {
    const bytes = new Uint8Array(section.size);
    for (const item of section.items) {
      const at = Number(item.address - section.address);
      if (item.kind === "bytes") this.emit(item, item.encoding, bytes, at, item.isCode);
      else if (item.kind === "branch") this.emit(item, item.isLong ? item.long : item.short, bytes, at, true);
      else if (item.kind === "align") fillGap(bytes, at, item.size, item.fill);
      else if (item.kind === "origin") bytes.fill(item.fill, at, at + item.size);
      else repeat(bytes, at, item.size, item.unit, item.value);
    }
    return bytes;
  }

  private emit(item: Item, encoding: Encoding, bytes: Uint8Array, at: number, isCode: boolean): void {
    bytes.set(encoding.bytes, at);
    for (const fixup of encoding.fixups) {
      // In data, "." is the place of the number; in code, that of the instruction.
      const here = isCode ? item.address : item.address + BigInt(fixup.offset);
      const value = this.value(fixup.expression, here, item.line);
      const number = fixup.relative ? value - (item.address + BigInt(item.size)) : value;
      this.check(item.line, fixup, number);
      let rest = BigInt.asUintN(fixup.size * 8, number);
      for (let n = 0; n < fixup.size; n++, rest >>= 8n) bytes[at + fixup.offset + n] = Number(rest & 0xffn);
    }
  }

  private check(line: number, fixup: Fixup, number: bigint): void {
    const bits = fixup.size * 8;
    const value = fixup.signed ? BigInt.asIntN(64, number) : number;
    const fits = fixup.signed
      ? BigInt.asIntN(bits, value) === value
      : value >= -(1n << BigInt(bits - 1)) && value < 1n << BigInt(bits);
    if (fits) return;
    const [reason, nextStep] = fixup.relative
      ? [`the target is ${number} bytes away, too far for ${bits} bits`, "use jmp or jcc, or move it nearer"]
      : [
          `0x${BigInt.asUintN(64, number).toString(16)} does not fit in ${bits} bits`,
          bits < 64 ? "use a wider field, or movabs" : "use a smaller number",
        ];
    this.parser.report(line, new SourceError(fixup.column, fixup.length, reason, nextStep));
  }
}

function addressOf(label: Label): bigint {
  const { section, index } = label;
  const item = section.items[index];
  if (item) return item.address;
  const last = section.items[index - 1];
  return last ? last.address + BigInt(last.size) : section.address;
}

/** Code is padded with no-operations, data with the fill byte. */
function fillGap(bytes: Uint8Array, at: number, size: number, fill: number | undefined): void {
  if (fill !== undefined) {
    bytes.fill(fill, at, at + size);
    return;
  }
  for (let done = 0; done < size; ) {
    const nop = NOPS[Math.min(size - done, NOPS.length - 1)]!;
    bytes.set(nop, at + done);
    done += nop.length;
  }
}

function repeat(bytes: Uint8Array, at: number, size: number, unit: number, value: bigint): void {
  for (let n = 0; n < size; n++)
    bytes[at + n] = Number((BigInt.asUintN(64, value) >> BigInt(8 * (n % unit))) & 0xffn);
}
