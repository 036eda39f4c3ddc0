/** The sections of a source, and in which of them it is writing. */
import { SourceError } from "./problem.js";
import { type Item, type ItemContent, type Label, newSection, type Section } from "./section.js";

/** More sections than this are refused. */
const MOST_SECTIONS = 1000;

export class SectionList {
  readonly all: Section[] = [];
  private readonly byName = new Map<string, Section>();
  private readonly pushed: Section[] = [];
  private fragments = 0;
  private now: Section;
  private before: Section;

  constructor() {
    this.now = this.before = this.named(".text", undefined);
  }

  /** The section that is written now. */
  get current(): Section {
    return this.now;
  }

  /** Goes on in a section, which is made when it is new; `flags` as `newSection` takes them. */
  switch(name: string, flags?: string): void {
    this.before = this.now;
    this.now = this.named(name, flags);
  }

  push(name: string, flags?: string): void {
    this.pushed.push(this.now);
    this.switch(name, flags);
  }

  pop(column: number): void {
    const section = this.pushed.pop();
    if (!section)
      throw new SourceError(column, 1, ".popsection without .pushsection", "write .section or .previous");
    this.before = this.now;
    this.now = section;
  }

  /** Back to the section before this one, and forth again. */
  previous(): void {
    [this.now, this.before] = [this.before, this.now];
  }

  /** Adds an item whose size is certain, or undefined. */
  append(content: ItemContent, line: number, size: bigint | undefined): void {
    const section = this.now;
    section.items.push(Object.assign(content, { line, size: 0, offset: 0 }) as Item);
    if (size === undefined) {
      section.fragment = this.fragments++;
      section.fragmentSize = 0n;
    } else section.fragmentSize += size;
  }

  /** The place of the next item. */
  here(line: number): Label {
    const { fragment, fragmentSize, items } = this.now;
    return { section: this.now, index: items.length, line, fragment, fragmentOffset: fragmentSize };
  }

  private named(name: string, flags: string | undefined): Section {
    const found = this.byName.get(name);
    if (found) return found;
    if (this.all.length >= MOST_SECTIONS)
      throw new SourceError(1, 1, `more than ${MOST_SECTIONS} sections`, "use fewer sections");
    const section = newSection(name, flags, this.fragments++);
    this.all.push(section);
    this.byName.set(name, section);
    return section;
  }
}
