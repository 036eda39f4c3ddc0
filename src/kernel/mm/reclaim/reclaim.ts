/**
 * Making frames free when none is left: pages of files that nobody maps go first, then the pages that the replacement policy
 * chooses, each in its own way (`evict.ts`). When nothing can go, whoever watches is asked to do something about it.
 * Models try_to_free_pages and shrink_node (Linux mm/vmscan.c). Without kswapd (`kswapd.ts`) frames
 * are made free when one is missing, never before. Leaves out: separate lists for files and private pages, swappiness.
 */
import { PAGE_SIZE, type PhysicalMemory } from "../../../machine/memory/physical-memory.js";
import type { AddressSpace } from "../address-space.js";
import { FilePages } from "../file-pages.js";
import type { FrameAllocator, Reclaimer } from "../frames.js";
import type { PageCache } from "../page-cache.js";
import type { PageKind } from "../page-holder.js";
import type { ReplacementPolicy } from "../replacement/policy.js";
import { Residents } from "../residents.js";
import type { SwapEntry } from "../swap/swap-entry.js";
import type { SwapSpace } from "../swap/swap-space.js";
import { VmEvents } from "../vm-events.js";
import { evict } from "./evict.js";
import { type MemoryWatcher, type PageMovement, slotOf } from "./page-movement.js";
import { splitAnyHugePage } from "./split-huge-page.js";
import { Thrashing } from "./thrashing.js";

/** SWAP_CLUSTER_MAX: pages made free at a time, where there are many. */
const BATCH = 32;
/** Of few pages only this part is made free at a time. */
const SMALLEST_PART = 16;

/** Memory is short when less than this part of it is free. */
const SHORT_PART = 4;

export class Reclaim implements Reclaimer {
  readonly residents: Residents;
  readonly events = new VmEvents();
  readonly thrashing = new Thrashing();
  /** All address spaces there are. */
  readonly spaces = new Set<AddressSpace>();
  watcher: MemoryWatcher | undefined;
  /** Most pages that are made free at a time. */
  batch = BATCH;

  constructor(
    readonly memory: PhysicalMemory,
    readonly frames: FrameAllocator,
    private readonly cache: PageCache,
    readonly swap: SwapSpace,
    policy: ReplacementPolicy,
  ) {
    this.residents = new Residents(frames.end, policy, this);
    cache.reclaim = this;
  }

  reclaim(): boolean {
    this.events.allocstall++;
    if (this.thrashing.take()) this.outOfMemory();
    return this.makeFree();
  }

  /** The same by kswapd, for whom nobody waits. */
  inBackground(): boolean {
    const { events } = this;
    const { pgscan, pgsteal } = events;
    const freed = this.makeFree();
    events.pageoutrun++;
    events.pgscanKswapd += events.pgscan - pgscan;
    events.pgstealKswapd += events.pgsteal - pgsteal;
    return freed;
  }

  private makeFree(): boolean {
    const { policy } = this.residents;
    const wanted = Math.max(1, Math.min(this.batch, Math.floor(policy.length / SMALLEST_PART)));
    return this.shrinkCache(wanted) > 0 || this.shrink(wanted) > 0;
  }

  /** Gives up pages of files that nobody maps. */
  private shrinkCache(wanted: number): number {
    const unmapped: number[] = [];
    for (const frame of this.cache.unmapped()) if (unmapped.push(frame) === wanted) break;
    let freed = 0;
    for (const frame of unmapped) {
      this.events.pgscanFile++;
      if (evict(this, frame) === "gone") freed++;
    }
    if (unmapped.length > 0) this.cache.forgetIdle();
    return freed;
  }

  /** Lets the policy choose until `wanted` frames are free, or every page was tried. Returns how many became free. */
  private shrink(wanted: number): number {
    const { residents, swap } = this;
    residents.readmit("no-room", swap.free);
    const freed = this.shrinkList(wanted);
    if (freed > 0) return freed;
    // Before somebody must die, those that could not go before are looked at again.
    residents.readmit("no-room");
    residents.readmit("locked");
    for (;;) {
      const last = this.shrinkList(wanted);
      if (last > 0 || !splitAnyHugePage(this.spaces)) return last;
    }
  }

  /** Each page is tried once: one that cannot leave is put aside until this is over. */
  private shrinkList(wanted: number): number {
    const { residents } = this;
    const held: number[] = [];
    let freed = 0;
    residents.policy.observe?.(residents);
    for (let left = residents.policy.length; left > 0 && freed < wanted; left--) {
      const frame = residents.policy.choose(residents);
      if (frame === undefined) break;
      if (residents.holder(frame)?.kind === "file") this.events.pgscanFile++;
      else this.events.pgscanAnon++;
      const outcome = evict(this, frame);
      if (outcome === "gone") freed++;
      else if (outcome !== "held") residents.park(frame, outcome);
      else {
        residents.policy.remove(frame);
        held.push(frame);
      }
    }
    for (const frame of held) residents.takeBack(frame);
    return freed;
  }

  /** A program wants a page of its own to leave; nothing happens when others map it, too, or it cannot go. */
  giveUp(frame: number): void {
    if (this.residents.mappings(frame).length === 1) evict(this, frame);
  }

  /** A free slot in a swap area, if need be one that is a copy of a page in memory only. */
  slot(): SwapEntry | undefined {
    const free = this.swap.allocate();
    if (free !== undefined) return free;
    const copied = this.swap.frameWithOnlyCopy();
    if (copied === undefined) return undefined;
    this.forgetCopy(copied);
    return this.swap.allocate();
  }

  /** Time has passed: while memory is short the policy may look which pages were touched. */
  observe(): void {
    const { frames, residents } = this;
    if (residents.policy.observe && frames.available * SHORT_PART < frames.end)
      residents.policy.observe(residents);
  }

  outOfMemory(): boolean {
    return this.watcher?.outOfMemory() ?? false;
  }

  freed(frame: number): void {
    this.residents.leave(frame);
  }

  /** If the one that is left is the swap cache, and no entry names the slot, nobody needs the page. */
  leftWithOne(frame: number): void {
    const entry = this.swap.cached > 0 ? this.swap.entryOf(frame) : undefined;
    if (entry !== undefined && this.swap.users(entry) === 1) this.forgetCopy(frame);
  }

  /** A slot has one user less; if only the page in memory is left that has its copy there, and nobody maps it, both are free. */
  releaseSlot(entry: SwapEntry): void {
    this.swap.release(entry);
    const frame = this.swap.users(entry) === 1 ? this.swap.frameOf(entry) : undefined;
    if (frame !== undefined && this.frames.owners(frame) === 1) this.forgetCopy(frame);
  }

  /** A page in memory has nothing to do any more with its copy in a swap area, if it has one. */
  forgetCopy(frame: number): void {
    const entry = this.swap.uncache(frame);
    if (entry === undefined) return;
    this.swap.release(entry);
    this.frames.release(frame);
  }

  /** Copies of pages that are in memory take up room that pages without one need. Models mem_cgroup_swap_full. */
  get isSwapScarce(): boolean {
    return this.swap.free * 2 < this.swap.total;
  }

  /** A page has come back from a disk. */
  cameBack(
    kind: "swapped-in" | "read-back",
    frame: number,
    page: PageKind,
    mappings: PageMovement["mappings"],
    entry?: SwapEntry,
  ): void {
    this.events.pgpgin += PAGE_SIZE / 1024;
    if (kind === "swapped-in") this.events.pswpin++;
    else this.events.workingsetRefaultFile++;
    this.watcher?.moved({ kind, frame, page, mappings, slot: slotOf(entry), transferred: true });
  }

  isWithoutCopy(frame: number): boolean {
    const holder = this.residents.holder(frame);
    if (holder instanceof FilePages) return holder.isDirty(this.residents.index(frame));
    return this.swap.entryOf(frame) === undefined;
  }
}
