/**
 * Decoded instructions by physical page. Decoding depends on the bytes alone, so an entry stays right until
 * the page is written, whatever the page tables do.
 */
import type { Insn } from "../isa/insn.js";
import { PAGE_SHIFT, PAGE_SIZE, type PhysicalMemory } from "../memory/physical-memory.js";
import type { Tlb } from "../memory/tlb.js";

/** A debugger that wants to be asked before certain instructions run. */
export interface Traps {
  /** Somebody waits for the instruction at this linear address. */
  has(rip: bigint): boolean;
  /** Somebody waits for an instruction at this offset in some page. */
  covers(offset: number): boolean;
  /** What runs in the place of an instruction at such an offset: it asks, and then does the same. */
  cover(insn: Insn): Insn;
}

/** The instructions that begin at each byte of one page and end in it. */
export class CodePage {
  /** What runs at each offset: the decoded instruction, or what an engine or a debugger put in its place. */
  readonly insns: (Insn | undefined)[] = new Array<Insn | undefined>(PAGE_SIZE).fill(undefined);
  /** How often each 64 bytes were found running. */
  readonly heat = new Uint16Array(PAGE_SIZE >> 6);
  /** Offsets from which nothing new can be translated. */
  readonly untranslatable = new Set<number>();
  /** Which of them have code that a region will have which waits to be compiled; and the heads of its blocks. */
  readonly waiting = new Uint8Array(PAGE_SIZE >> 6);
  readonly promised = new Set<number>();
  private readonly replaced = new Map<number, Insn>();
  /** Offsets where a debugger is asked: there nothing else takes the instruction's place. */
  private readonly covered = new Set<number>();

  /** The decoded instruction, whatever was put in its place. */
  original(offset: number): Insn | undefined {
    return this.replaced.get(offset) ?? this.insns[offset];
  }

  /** Puts a debugger's instruction in the place of a decoded one, to stay. */
  cover(offset: number, decoded: Insn, by: Insn): void {
    this.replaced.set(offset, decoded);
    this.covered.add(offset);
    this.insns[offset] = by;
  }

  /** Puts another in the place of a decoded instruction, unless a debugger's is there. It must have the same length. */
  replace(offset: number, by: Insn): void {
    if (this.covered.has(offset)) return;
    const original = this.original(offset);
    if (original) this.replaced.set(offset, original);
    this.insns[offset] = by;
  }

  /** The decoded instruction, not a debugger's, runs again. */
  putBack(offset: number): void {
    const original = this.replaced.get(offset);
    if (original) this.insns[offset] = original;
    this.replaced.delete(offset);
  }
}

/** Stands for "not looked up yet"; nothing is ever stored in it. */
export const NO_PAGE = new CodePage();

export class CodeCache {
  /** Somebody wants to be asked before certain instructions run. After a change of what is wanted, see `dropAll`. */
  traps: Traps | undefined;
  private readonly pages: (CodePage | undefined)[];

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly tlb: Tlb,
  ) {
    this.pages = new Array<CodePage | undefined>(memory.size >>> PAGE_SHIFT).fill(undefined);
  }

  /** The page's instructions; from now on writes to it are noticed. */
  page(number: number): CodePage {
    const found = this.pages[number];
    if (found) return found;
    const made = new CodePage();
    this.pages[number] = made;
    this.memory.markCode(number);
    this.tlb.parkPhysicalWrites(number << PAGE_SHIFT);
    return made;
  }

  /** Notes what was decoded at an offset of a page; returns what runs there. */
  keep(page: CodePage, offset: number, decoded: Insn): Insn {
    const { traps } = this;
    if (traps?.covers(offset)) page.cover(offset, decoded, traps.cover(decoded));
    else page.insns[offset] = decoded;
    return page.insns[offset]!;
  }

  /** Numbers of all pages with decoded instructions. */
  get known(): number[] {
    return this.pages.flatMap((page, number) => (page ? [number] : []));
  }

  /** The page was written. Returns what was known about it. */
  drop(number: number): CodePage | undefined {
    const dropped = this.pages[number];
    this.pages[number] = undefined;
    return dropped;
  }
}
