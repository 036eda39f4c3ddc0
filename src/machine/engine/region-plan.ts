/**
 * Which code becomes one function: blocks found from a hot instruction along branches, calls and what follows them, up
 * to a limit. A block is a run of instructions with one entry, its head; conditional branches may leave it in the
 * middle. Only pages that the TLB already holds for fetching take part, and planning changes nothing there.
 */
import type { CodeCache, CodePage } from "../cpu/code-cache.js";
import { decode } from "../isa/decoder.js";
import type { Insn } from "../isa/insn.js";
import type { Mmu } from "../memory/mmu.js";
import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE } from "../memory/physical-memory.js";
import { FETCH, Tlb } from "../memory/tlb.js";
import type { InstructionKind, KindOf } from "./instruction-kinds.js";
import type { RegionHeads } from "./region-heads.js";

/** A page of code as the region sees it. */
export interface RegionPage {
  /** Linear address. */
  readonly base: bigint;
  /** Its halves, as int32. */
  readonly low: number;
  readonly high: number;
  /** Physical address. */
  readonly physical: number;
  readonly code: CodePage;
}

export interface RegionBlock {
  readonly rip: bigint;
  /** Index of its page. */
  readonly page: number;
  readonly insns: readonly Insn[];
  readonly kinds: readonly InstructionKind[];
}

export interface RegionPlan {
  readonly pages: readonly RegionPage[];
  /** By ascending address. */
  readonly blocks: readonly RegionBlock[];
}

/** A block's index has 8 bits. Larger functions take the host longer to compile than they save. */
export const MAXIMUM_BLOCKS = 128;
const MAXIMUM_INSNS = 2000;
const MAXIMUM_BLOCK_INSNS = 64;

const isAlone = (kind: InstructionKind): boolean => kind.how === "alone" || kind.how === "calledAlone";

export class RegionPlanner {
  private readonly pages: RegionPage[] = [];
  private readonly leaders = new Map<bigint, number>();
  /** Leaders that something leads to. */
  private readonly targets = new Set<bigint>();

  constructor(
    private readonly mmu: Mmu,
    private readonly cache: CodeCache,
    private readonly user: boolean,
    private readonly kindOf: KindOf,
    /** How many blocks at most. */
    private readonly limit: number,
    /** Code that never ran so far belongs to it, too. */
    private readonly explores: boolean,
    /** Blocks that another region has, as these say, do not belong to it. */
    private readonly others: RegionHeads | undefined,
  ) {}

  /** The region around `rip`; undefined when not even the instruction there can be translated. */
  plan(rip: bigint): RegionPlan | undefined {
    this.findLeaders([rip]);
    const blocks = this.withoutHead(rip) ?? this.blocks();
    if (!blocks.some((block) => block.rip <= rip && rip < endOf(block))) return undefined;
    return this.sorted(blocks);
  }

  /** The region of all that is reached from these heads. */
  planAll(heads: readonly bigint[]): RegionPlan {
    for (const head of heads) this.targets.add(head);
    this.findLeaders(heads);
    return this.sorted(this.blocks());
  }

  private sorted(blocks: RegionBlock[]): RegionPlan {
    blocks.sort((a, b) => (a.rip < b.rip ? -1 : 1));
    return { pages: this.pages, blocks };
  }

  /** `rip` is where chance found the processor. A block that contains it and has a better head takes its place. */
  private withoutHead(rip: bigint): RegionBlock[] | undefined {
    const page = this.leaders.get(rip);
    if (page === undefined || this.targets.has(rip)) return undefined;
    this.leaders.delete(rip);
    const blocks = this.blocks();
    if (blocks.some((block) => block.rip < rip && rip < endOf(block))) return blocks;
    this.leaders.set(rip, page);
    return undefined;
  }

  private blocks(): RegionBlock[] {
    const blocks: RegionBlock[] = [];
    for (const [leader, page] of this.leaders) {
      const block = this.block(leader, page);
      if (block.insns.length > 0) blocks.push(block);
    }
    return blocks;
  }

  /** Heads of blocks: where a branch leads to, and where code comes back to after what ends a block. */
  private findLeaders(starts: readonly bigint[]): void {
    const wanted = [...starts];
    const want = (rip: bigint) => {
      this.targets.add(rip);
      wanted.push(rip);
    };
    let insns = 0;
    while (wanted.length > 0 && this.leaders.size < this.limit && insns < MAXIMUM_INSNS) {
      const leader = wanted.shift()!;
      if (this.leaders.has(leader)) continue;
      const page = this.pageOf(leader);
      if (page < 0 || !(this.explores || starts.includes(leader) || this.isWanted(leader, page))) continue;
      this.leaders.set(leader, page);
      let rip = leader;
      for (let count = 0; ; count++) {
        const insn = this.insnAt(rip, page);
        if (!insn || count === MAXIMUM_BLOCK_INSNS) {
          if (insn) want(rip);
          break;
        }
        const kind = this.kindOf(insn);
        if (isAlone(kind) && count > 0) {
          want(rip);
          break;
        }
        insns++;
        const next = BigInt.asUintN(64, rip + BigInt(insn.length));
        if (kind.target) want(BigInt.asUintN(64, next + BigInt(insn.relative)));
        if (kind.ends) {
          if (kind.returns) want(next);
          break;
        }
        rip = next;
      }
    }
  }

  /** Time was seen to pass here, and no region has it yet. */
  private isWanted(rip: bigint, page: number): boolean {
    const { code, low, high } = this.pages[page]!;
    const offset = Number(rip & BigInt(PAGE_MASK));
    if (code.heat[offset >> 6] === 0) return false;
    return !this.others || !(this.others.isTaken(code, offset, low, high) || code.promised.has(offset));
  }

  private block(rip: bigint, page: number): RegionBlock {
    const insns: Insn[] = [];
    const kinds: InstructionKind[] = [];
    let at = rip;
    while (insns.length < MAXIMUM_BLOCK_INSNS && (insns.length === 0 || !this.leaders.has(at))) {
      const insn = this.insnAt(at, page);
      if (!insn) break;
      const kind = this.kindOf(insn);
      if (isAlone(kind) && insns.length > 0) break;
      insns.push(insn);
      kinds.push(kind);
      if (kind.ends) break;
      at = BigInt.asUintN(64, at + BigInt(insn.length));
    }
    return { rip, page, insns, kinds };
  }

  /** The instruction at `rip` when it lies in this page whole. */
  private insnAt(rip: bigint, page: number): Insn | undefined {
    const { base, physical, code } = this.pages[page]!;
    const offset = Number(rip - base);
    if (offset < 0 || offset >= PAGE_SIZE || this.cache.traps?.has(rip)) return undefined;
    const known = code.original(offset);
    if (known || !this.explores) return known;
    const at = physical + offset;
    if (this.isPadding(at)) return undefined;
    const decoded = decode(this.mmu.memory.bytes, at, (at | PAGE_MASK) + 1);
    if (typeof decoded !== "object") return undefined;
    this.cache.keep(code, offset, decoded);
    return decoded;
  }

  /** Zeros are instructions, too, but where nobody has executed them they are the end of the code. */
  private isPadding(at: number): boolean {
    return this.mmu.memory.read16(at) === 0;
  }

  /** The index of the page, or -1 when the TLB does not hold it. */
  private pageOf(rip: bigint): number {
    const base = rip & ~BigInt(PAGE_MASK);
    const known = this.pages.findIndex((page) => page.base === base);
    if (known >= 0) return known;
    const lo = Number(BigInt.asIntN(32, base));
    const hi = Number(BigInt.asIntN(32, base >> 32n));
    const physical = this.mmu.tlb.lookup(Tlb.table(FETCH, this.user), lo, hi);
    if (physical < 0) return -1;
    this.pages.push({ base, low: lo, high: hi, physical, code: this.cache.page(physical >>> PAGE_SHIFT) });
    return this.pages.length - 1;
  }
}

function endOf(block: RegionBlock): bigint {
  return block.insns.reduce((rip, insn) => rip + BigInt(insn.length), block.rip);
}
