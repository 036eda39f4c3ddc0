/**
 * What stands in the place of the first instruction of a translated block. The same code may be mapped at several addresses, as a
 * library is in each process, and regions hold for one of them: a head knows which region goes on at which.
 */
import type { CodePage } from "../cpu/code-cache.js";
import type { Insn } from "../isa/insn.js";
import type { Region } from "./region.js";
import type { RegionBlock } from "./region-plan.js";

/** A way into a region. */
export interface RegionEntry {
  readonly region: Region;
  /** The block, and its number in the region. */
  readonly block: RegionBlock;
  readonly index: number;
  /** The linear address of the page, in halves, its physical address, and the place in it. */
  readonly low: number;
  readonly high: number;
  readonly physical: number;
  readonly offset: number;
}

/** Of code at more addresses than this, those that were translated first are forgotten. */
const MOST_ADDRESSES = 8;

export class RegionHead {
  /** The youngest first. */
  private entries: RegionEntry[] = [];
  /** What runs in the place of `original`. */
  insn!: Insn;

  constructor(readonly original: Insn) {}

  /** The way in for a page at this linear address. */
  at(low: number, high: number): RegionEntry | undefined {
    const { entries } = this;
    for (let n = 0; n < entries.length; n++) {
      const entry = entries[n]!;
      if (entry.low === low && entry.high === high) return entry;
    }
    return undefined;
  }

  /** Takes the place of an entry for the same address. */
  add(entry: RegionEntry): void {
    const others = this.entries.filter(({ low, high }) => low !== entry.low || high !== entry.high);
    this.entries = [entry, ...others].slice(0, MOST_ADDRESSES);
  }

  remove(region: Region): void {
    this.entries = this.entries.filter((entry) => entry.region !== region);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }
}

export class RegionHeads {
  private readonly known = new WeakMap<Insn, RegionHead>();

  /** @param makeInsn what runs in the place of a head's instruction */
  constructor(private readonly makeInsn: (head: RegionHead) => Insn) {}

  /** Puts a way into a region in the place of an instruction. */
  install(code: CodePage, entry: RegionEntry): RegionHead {
    const { offset } = entry;
    const head = this.headAt(code, offset) ?? this.make(code, offset, entry.block.insns[0]!);
    head.add(entry);
    return head;
  }

  private make(code: CodePage, offset: number, original: Insn): RegionHead {
    const head = new RegionHead(original);
    head.insn = this.makeInsn(head);
    this.known.set(head.insn, head);
    code.replace(offset, head.insn);
    return head;
  }

  private headAt(code: CodePage, offset: number): RegionHead | undefined {
    const insn = code.insns[offset];
    return insn && this.known.get(insn);
  }

  /** Whether nothing can be put there for a page at this address: a region goes on there, or a debugger watches. */
  isTaken(code: CodePage, offset: number, low: number, high: number): boolean {
    const head = this.headAt(code, offset);
    return head ? head.at(low, high) !== undefined : code.insns[offset] !== code.original(offset);
  }

  /** The region is given up. */
  remove(region: Region): void {
    for (const { code, offset, head } of region.entries) {
      head.remove(region);
      if (head.isEmpty && code.insns[offset] === head.insn) code.putBack(offset);
    }
  }
}
