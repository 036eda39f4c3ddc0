/**
 * What all address spaces have in common: the pages of files, and the settings under /proc/sys/vm and /sys/kernel/mm.
 */
import type { PhysicalMemory } from "../../machine/memory/physical-memory.js";
import type { FrameAllocator } from "./frames.js";
import { HugePagePool } from "./huge-page-pool.js";
import { Overcommit } from "./overcommit.js";
import { PageCache } from "./page-cache.js";
import { Reclaim } from "./reclaim/reclaim.js";
import type { ReplacementPolicy } from "./replacement/policy.js";
import { SecondChance } from "./replacement/second-chance.js";
import { SwapSpace } from "./swap/swap-space.js";
import { TransparentHugePages } from "./transparent-huge-pages.js";

/** mmap_min_addr as Linux distributions have it: what null pointers lead to cannot be mapped. */
const LOWEST_ADDRESS = 0x10000;
/** Pages of a file that are mapped at once when one of them is read, if they are in memory: 64 KiB. */
const FAULT_AROUND = 16;

export class SystemMemory {
  readonly cache: PageCache;
  readonly hugePages: TransparentHugePages;
  /** Huge pages for MAP_HUGETLB. */
  readonly pool: HugePagePool;
  readonly swap = new SwapSpace();
  /** How frames become free when none is left. */
  readonly reclaim: Reclaim;
  /** How much may be promised. */
  readonly overcommit: Overcommit;
  /** /proc/sys/vm/mmap_min_addr: below it only user 0 may map anything. */
  readonly lowestAddress = { value: LOWEST_ADDRESS };
  /** Each address space has a second root for the program, in the frame behind the first. */
  hasTwoRoots = false;
  /** A power of two; 1 maps only the page that was touched. */
  faultAround = FAULT_AROUND;

  private inodes = 1024;

  /** @param policy whose page leaves memory when a frame is needed */
  constructor(
    memory: PhysicalMemory,
    frames: FrameAllocator,
    policy: ReplacementPolicy = new SecondChance(),
  ) {
    this.cache = new PageCache(memory, frames);
    this.reclaim = new Reclaim(memory, frames, this.cache, this.swap, policy);
    this.hugePages = new TransparentHugePages(frames);
    this.pool = new HugePagePool(memory, frames);
    this.overcommit = new Overcommit(this.reclaim, frames.end - frames.first, this.pool);
  }

  /** The number of a file without a name that shared memory is, as /proc/PID/maps shows it. */
  nextInode(): number {
    return this.inodes++;
  }
}
