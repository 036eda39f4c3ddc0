/**
 * The pages in memory that could leave it: whom each belongs to, and in which order a policy would let them go.
 * Models struct page and struct lruvec as far as reclaim needs them (Linux include/linux/mm_types.h, mmzone.h).
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { Mapping, MappingVisitor, PageHolder } from "./page-holder.js";
import { FrameList } from "./replacement/frame-list.js";
import type { FrameView, ReplacementPolicy } from "./replacement/policy.js";

export class Residents implements FrameView {
  private readonly holders: (PageHolder | undefined)[] = [];
  private readonly indexes: Float64Array;
  /** Pages that cannot leave for now, by why. */
  private readonly parked = { locked: new FrameList(), "no-room": new FrameList() };
  /** The page for which a frame is looked for, as address / 4096. */
  wanted: number | undefined;

  /** @param frames how many frames the memory has */
  constructor(
    frames: number,
    private order: ReplacementPolicy,
    /** Whether a page has no true copy outside of memory, all entries apart. */
    private readonly copies: { isWithoutCopy(frame: number): boolean },
  ) {
    this.indexes = new Float64Array(frames);
  }

  get policy(): ReplacementPolicy {
    return this.order;
  }

  /** Another policy takes over, with all pages that are there, in the order of the old one. */
  set policy(policy: ReplacementPolicy) {
    for (const frame of this.order.order()) policy.admit(frame, this);
    this.order = policy;
  }

  /** Pages that cannot leave for now. */
  get unevictable(): number {
    return this.parked.locked.length + this.parked["no-room"].length;
  }

  /** A page has come into a frame. */
  enter(frame: number, holder: PageHolder, index: number): void {
    this.holders[frame] = holder;
    this.indexes[frame] = index;
    this.order.admit(frame, this);
  }

  /** The frame was freed. */
  leave(frame: number): void {
    if (!this.holders[frame]) return;
    this.holders[frame] = undefined;
    this.order.remove(frame);
    this.parked.locked.remove(frame);
    this.parked["no-room"].remove(frame);
  }

  /** A private page has another address now. */
  moved(frame: number, index: number): void {
    if (this.holders[frame]) this.indexes[frame] = index;
  }

  /** The page cannot leave for now: the policy is not asked about it. */
  park(frame: number, why: "locked" | "no-room"): void {
    this.order.remove(frame);
    this.parked[why].append(frame);
  }

  /** A page that the policy was told to forget for a while: it comes last, if it is still there. */
  takeBack(frame: number): void {
    if (this.holders[frame]) this.order.admit(frame, this);
  }

  /** Up to `count` pages that could not leave for a reason are asked about again. */
  readmit(why: "locked" | "no-room", count = Number.POSITIVE_INFINITY): void {
    const parked = this.parked[why];
    for (let n = Math.min(count, parked.length); n > 0; n--) {
      const frame = parked.first!;
      parked.remove(frame);
      this.order.admit(frame, this);
    }
  }

  holder(frame: number): PageHolder | undefined {
    return this.holders[frame];
  }

  /** Which page of its holder is in the frame. */
  index(frame: number): number {
    return this.indexes[frame]!;
  }

  /** The entries that lead to the page. */
  mappings(frame: number): Mapping[] {
    const found: Mapping[] = [];
    this.visit(frame, (space, at, address) => {
      found.push({ space, at, address });
      return false;
    });
    return found;
  }

  private visit(frame: number, visitor: MappingVisitor): boolean {
    return this.holders[frame]?.visitMappings(this.indexes[frame]!, frame, visitor) ?? false;
  }

  /** Whether one of the entries has one of these bits of its low half set. */
  private hasBit(frame: number, bits: number): boolean {
    return this.visit(frame, ({ memory }, at) => (memory.read32(at) & bits) !== 0);
  }

  pageIn(frame: number): number {
    const index = this.indexes[frame]!;
    if (this.holders[frame]?.kind === "private") return index;
    const [mapping] = this.mappings(frame);
    return mapping ? mapping.address / PAGE_SIZE : index;
  }

  isAccessed(frame: number): boolean {
    return this.hasBit(frame, PTE.A);
  }

  takeAccessed(frame: number): boolean {
    let accessed = false;
    this.visit(frame, (space, at) => {
      const low = space.memory.read32(at);
      if ((low & PTE.A) === 0) return false;
      accessed = space.stale = true;
      space.memory.write32(at, low & ~PTE.A);
      return false;
    });
    return accessed;
  }

  isDirty(frame: number): boolean {
    return this.copies.isWithoutCopy(frame) || this.hasBit(frame, PTE.D);
  }
}
