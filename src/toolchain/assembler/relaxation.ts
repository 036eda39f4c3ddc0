/**
 * Sizes and places of a section's items, pass by pass, as GNU as finds them: a branch is short until its target
 * proves too far, then long for good. Within a pass, everything behind an item that grew moves along at once; targets
 * not reached yet are taken to move too, unless an alignment lies between, which may swallow the shift.
 * Source: binutils gas/write.c (relax_segment, relax_frag).
 */
import { LARGEST } from "./data-directives.js";
import type { Encoding } from "./encoding.js";
import type { Expression } from "./expression.js";
import type { Layout } from "./layout.js";
import { SourceError } from "./problem.js";
import { type Item, type Label, offsetOf, type Section } from "./section.js";

type Branch = Extract<Item, { kind: "branch" }>;

/** A target in the same section: a label, or the branch itself, and a distance from there. */
interface Target {
  readonly label: Label | undefined;
  readonly distance: bigint;
}

export class Relaxation {
  /** For each item how many alignments lie before it. */
  private readonly regions: Uint32Array;
  private readonly targets = new Map<Branch, Target>();

  constructor(
    private readonly section: Section,
    private readonly layout: Layout,
  ) {
    this.regions = new Uint32Array(section.items.length + 1);
    let region = 0;
    section.items.forEach((item, n) => {
      this.regions[n] = region;
      if (item.kind === "align" || item.kind === "origin") region++;
      if (item.kind === "branch") this.prepare(item);
    });
    this.regions[section.items.length] = region;
  }

  /** A branch out of the section, or to what is no place, is long from the beginning. */
  private prepare(item: Branch): void {
    const target = this.targetOf(item.short.fixups[0]!.expression);
    if (target) this.targets.set(item, target);
    else item.isLong = true;
  }

  private targetOf(expression: Expression): Target | undefined {
    if (expression.kind === "here") return { label: undefined, distance: 0n };
    if (expression.kind === "symbol") {
      const label = this.layout.labelOf(expression.name);
      return label?.section === this.section ? { label, distance: 0n } : undefined;
    }
    if (expression.kind !== "binary" || !"+-".includes(expression.operator)) return undefined;
    const { operator, left, right } = expression;
    const target = this.targetOf(left);
    if (!target || right.kind !== "number") return undefined;
    const distance = operator === "+" ? target.distance + right.value : target.distance - right.value;
    return { label: target.label, distance };
  }

  /** The first sizes: every branch short. */
  start(): void {
    let at = 0;
    for (const item of this.section.items) {
      item.offset = at;
      item.size = item.kind === "origin" ? 0 : this.sizeOf(item, at);
      at += item.size;
    }
    this.section.size = at;
  }

  /** One pass; true when something changed its size. With `impatient` every branch becomes long. */
  pass(impatient: boolean): boolean {
    let stretch = 0;
    let changed = false;
    this.section.items.forEach((item, n) => {
      item.offset += stretch;
      if (item.kind === "branch" && !item.isLong && (impatient || !this.reaches(item, n, stretch)))
        item.isLong = true;
      const size = this.sizeOf(item, item.offset);
      changed ||= size !== item.size;
      stretch += size - item.size;
      item.size = size;
    });
    this.section.size += stretch;
    return changed;
  }

  private reaches(item: Branch, index: number, stretch: number): boolean {
    const { label, distance } = this.targets.get(item)!;
    const end = item.offset + item.short.bytes.length;
    let to = label ? offsetOf(label) : item.offset;
    if (stretch !== 0 && label && label.index > index) {
      if (stretch < 0 || this.regions[label.index] === this.regions[index]) to += stretch;
      // So much has been stretched before the branch that it seems to lead backwards: the next pass will tell.
      else if (to + Number(distance) < item.offset) return true;
    }
    const aim = BigInt(to - end) + distance;
    return aim >= -128n && aim <= 127n;
  }

  private sizeOf(item: Item, at: number): number {
    switch (item.kind) {
      case "bytes":
        return item.encoding.bytes.length;
      case "branch":
        return branchEncoding(item).bytes.length;
      case "align": {
        const boundary = BigInt(item.boundary);
        const missing = Number((boundary - ((this.section.address + BigInt(at)) % boundary)) % boundary);
        return missing > item.most ? 0 : missing;
      }
      case "space": {
        const count = this.layout.valueOf(item.count, this.section.address + BigInt(at), item.line) ?? 0n;
        return this.boundedSize(item.line, item.column, count * BigInt(item.unit));
      }
      default: {
        const here = this.section.address + BigInt(at);
        const value = this.layout.valueOf(item.target, here, item.line) ?? here;
        // An address in the section, or an offset in it.
        const target = value >= this.section.address ? value : this.section.address + value;
        return this.boundedSize(item.line, item.column, target - here);
      }
    }
  }

  private boundedSize(line: number, column: number, size: bigint): number {
    if (size >= 0n && size <= BigInt(LARGEST)) return Number(size);
    const [reason, nextStep] =
      size < 0n
        ? [`a size of ${size} bytes`, "the place is already passed"]
        : [`${size} bytes are more than the ${LARGEST} that are allowed`, "make it smaller"];
    this.layout.report(line, new SourceError(column, 1, reason, nextStep));
    return 0;
  }
}

/** The encoding of a branch as far as it is decided. */
export function branchEncoding(item: Branch): Encoding {
  return item.isLong ? item.long : item.short;
}
