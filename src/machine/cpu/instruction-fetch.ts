/**
 * Finds the instruction at RIP: translation for fetching, the cache of decoded instructions, decoding.
 * Source: Intel SDM Vol. 2A §2.3.11 (15 bytes), Vol. 3A §4.6 (rights of a fetch).
 */
import { decode, MAX_LENGTH } from "../isa/decoder.js";
import type { CodeSize, Insn } from "../isa/insn.js";
import type { Mmu } from "../memory/mmu.js";
import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE, type PhysicalMemory } from "../memory/physical-memory.js";
import { CodeCache, type CodePage, NO_PAGE, type Traps } from "./code-cache.js";
import type { Evaluator } from "./evaluator.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { undecodable } from "./undecodable.js";

/** The chipset shows the firmware, which lies below 1 MiB, below 4 GiB, too: there the first instruction is fetched. */
function romAlias(physical: number): number {
  return physical >= 0xffff0000 ? physical - 0xfff00000 : physical;
}

export class InstructionFetch {
  /** Decoded instructions of the page that RIP is in, by offset; `NO_PAGE` until it is looked up. */
  page: CodePage = NO_PAGE;
  /** Somebody wants to know that code of a physical page was written and its decoded form is gone. */
  onCodeDropped: (page: number) => void = () => {};
  readonly cache: CodeCache;
  private readonly crossing = new Uint8Array(MAX_LENGTH);

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly mmu: Mmu,
  ) {
    this.cache = new CodeCache(memory, mmu.tlb);
    memory.onCodeWritten = (page) => this.drop(page);
  }

  /** A debugger wants to be asked before certain instructions, or other ones than before: all code is decoded anew. */
  setTraps(traps: Traps | undefined): void {
    this.cache.traps = traps;
    for (const page of this.cache.known) this.drop(page);
  }

  private drop(page: number): void {
    if (this.cache.drop(page) === this.page) this.page = NO_PAGE;
    this.onCodeDropped(page);
  }

  /** RIP moved to another page, or translations changed: the next fetch looks the page up again. */
  forget(): void {
    this.page = NO_PAGE;
  }

  /** Looks up the page of RIP, then the instruction there. Raises #PF, #GP or #UD. */
  fetch(evaluator: Evaluator): Insn {
    const { memory } = this;
    const lo = evaluator.pageLow + evaluator.offset;
    const hi = evaluator.pageHigh;
    const at = this.mmu.fetchAddress(lo, hi);
    if (at >= memory.size)
      throw new GuestFault(VECTOR.UD, undefined, undefined, "there is no memory at this address");
    this.page = this.cache.page(at >>> PAGE_SHIFT);
    const known = this.page.insns[evaluator.offset];
    if (known) return known;
    const decoded = decode(memory.bytes, at, (at | PAGE_MASK) + 1);
    if (typeof decoded === "object") return this.cache.keep(this.page, evaluator.offset, decoded);
    return decoded === "truncated"
      ? this.fetchAcross(at, lo, hi, 64)
      : undecodable(decoded, memory.bytes.subarray(at, at + MAX_LENGTH));
  }

  /**
   * The instruction at a linear address outside of 64-bit mode. Decoded anew each time, since its meaning depends on CS, too.
   * Raises #PF, #GP or #UD.
   */
  fetchLegacy(linear: number, codeSize: CodeSize): Insn {
    const { memory } = this;
    const at = romAlias(this.mmu.fetchAddress(linear | 0, 0));
    if (at >= memory.size)
      throw new GuestFault(VECTOR.UD, undefined, undefined, "there is no memory at this address");
    const decoded = decode(memory.bytes, at, (at | PAGE_MASK) + 1, codeSize);
    if (decoded === "truncated") return this.fetchAcross(at, linear | 0, 0, codeSize);
    if (typeof decoded !== "object") return undecodable(decoded, memory.bytes.subarray(at, at + MAX_LENGTH));
    return this.trapped(decoded, linear);
  }

  private trapped(decoded: Insn, lo: number): Insn {
    const { traps } = this.cache;
    return traps?.covers(lo & PAGE_MASK) ? traps.cover(decoded) : decoded;
  }

  /** An instruction that goes on in the next page, which may be anywhere in memory. */
  private fetchAcross(at: number, lo: number, hi: number, codeSize: CodeSize): Insn {
    const here = PAGE_SIZE - (at & PAGE_MASK);
    const next = (lo + here) | 0;
    const there = this.mmu.fetchAddress(next, next === 0 ? (hi + 1) | 0 : hi);
    this.crossing.set(this.memory.bytes.subarray(at, at + here));
    this.crossing.set(this.memory.bytes.subarray(there, there + MAX_LENGTH - here), here);
    const decoded = decode(this.crossing, 0, MAX_LENGTH, codeSize);
    if (typeof decoded !== "object") return undecodable(decoded, this.crossing);
    return this.trapped(decoded, lo);
  }
}
