/**
 * Decoded instructions by physical page. Decoding depends on the bytes alone, so an entry stays right until
 * the page is written, whatever the page tables do.
 */
import type { Insn } from "../isa/insn.js";
import { PAGE_SHIFT, PAGE_SIZE, type PhysicalMemory } from "../memory/physical-memory.js";
import type { Tlb } from "../memory/tlb.js";

/** The instructions that begin at each byte of one page and end in it. */
export class CodePage {
  /** What runs at each offset: the decoded instruction, or what an engine or a debugger put in its place. */
  readonly insns: (Insn | undefined)[] = new Array<Insn | undefined>(PAGE_SIZE).fill(undefined);
  /** How often each 64 bytes were found running; 255: not again. */
  readonly heat = new Uint8Array(PAGE_SIZE >> 6);
  private readonly replaced = new Map<number, Insn>();

  /** The decoded instruction, whatever was put in its place. */
  original(offset: number): Insn | undefined {
    return this.replaced.get(offset) ?? this.insns[offset];
  }

  /** Puts another in the place of a decoded instruction. It must have the same length. */
  replace(offset: number, by: Insn): void {
    const original = this.original(offset);
    if (original) this.replaced.set(offset, original);
    this.insns[offset] = by;
  }

  /** The decoded instruction runs again. */
  putBack(offset: number): void {
    const original = this.replaced.get(offset);
    if (original) this.insns[offset] = original;
    this.replaced.delete(offset);
  }
}

/** Stands for "not looked up yet"; nothing is ever stored in it. */
export const NO_PAGE = new CodePage();

export class CodeCache {
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
    this.tlb.dropPhysicalWrites(number << PAGE_SHIFT);
    return made;
  }

  /** The page was written. Returns what was known about it. */
  drop(number: number): CodePage | undefined {
    const dropped = this.pages[number];
    this.pages[number] = undefined;
    return dropped;
  }
}
