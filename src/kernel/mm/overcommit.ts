/**
 * How much memory may be promised. Mappings whose pages could all be written one day (VM_ACCOUNT) count, touched or not.
 *
 *     overcommit_memory 0   any one mapping may be as large as memory and swap together
 *                       1   anything goes
 *                       2   all promises together stay below the limit: swap and a part of memory
 *
 * Models __vm_enough_memory and vm_commit_limit (Linux mm/util.c). The sum is not kept but counted when somebody asks.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import type { MemoryUser } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { committedBy } from "./committed.js";
import type { HugePagePool } from "./huge-page-pool.js";
import { ENTRIES } from "./page-tables.js";
import type { Reclaim } from "./reclaim/reclaim.js";

const OVERCOMMIT_GUESS = 0;
const OVERCOMMIT_ALWAYS = 1;
const OVERCOMMIT_NEVER = 2;
const PAGES_PER_KILOBYTE = 1024 / PAGE_SIZE;
/** Of the memory free at boot, at most: what only user 0 may use, and what is kept from each process for user 0 to help. */
const RESERVED_PART = 32;
const ADMIN_RESERVE = 8192;
const USER_RESERVE = 131072;

/** Whether `bytes` more may be promised to a process (`Overcommit.allows`). */
export function mayPromise(space: AddressSpace, bytes: number, user: Pick<MemoryUser, "capable">): boolean {
  return space.system?.overcommit.allows(bytes / PAGE_SIZE, space, user) ?? true;
}

export class Overcommit {
  readonly mode = { value: OVERCOMMIT_GUESS };
  readonly ratio = new Alternative(50);
  readonly kilobytes = new Alternative(0);
  readonly adminReserve: { value: number };
  readonly userReserve: { value: number };

  /** @param total pages of memory */
  constructor(
    private readonly reclaim: Reclaim,
    readonly total: number,
    /** Memory that is kept for huge pages does not count. */
    private readonly pool: HugePagePool,
  ) {
    this.ratio.other = this.kilobytes;
    this.kilobytes.other = this.ratio;
    const part = Math.floor(total / PAGES_PER_KILOBYTE / RESERVED_PART);
    this.adminReserve = { value: Math.min(part, ADMIN_RESERVE) };
    this.userReserve = { value: Math.min(part, USER_RESERVE) };
  }

  /** Pages that may be promised in mode 2. */
  get limit(): number {
    const kilobytes = this.kilobytes.value;
    const ofMemory =
      kilobytes > 0
        ? Math.floor(kilobytes * PAGES_PER_KILOBYTE)
        : Math.floor(((this.total - this.pool.total * ENTRIES) * this.ratio.value) / 100);
    return ofMemory + this.reclaim.swap.total;
  }

  /** Pages that are promised. */
  get committed(): number {
    return committedBy(this.reclaim.spaces);
  }

  /** Nothing is promised that could not be kept: MAP_NORESERVE has no effect. */
  get isStrict(): boolean {
    return this.mode.value === OVERCOMMIT_NEVER;
  }

  /** Whether `pages` more may be promised to a process. */
  allows(pages: number, space: AddressSpace | undefined, user: Pick<MemoryUser, "capable">): boolean {
    if (this.mode.value === OVERCOMMIT_ALWAYS) return true;
    if (this.mode.value === OVERCOMMIT_GUESS) return pages <= this.total + this.reclaim.swap.total;
    let allowed = this.limit;
    if (!user.capable(CAP.CAP_SYS_ADMIN)) allowed -= Math.floor(this.adminReserve.value * PAGES_PER_KILOBYTE);
    if (space) {
      const reserve = Math.floor(this.userReserve.value * PAGES_PER_KILOBYTE);
      allowed -= Math.min(Math.floor(space.totalPages / 32), reserve);
    }
    return this.committed + pages < allowed;
  }
}

/** A setting that clears another one when it is set. */
class Alternative {
  other: Alternative | undefined;

  constructor(private held: number) {}

  get value(): number {
    return this.held;
  }

  set value(value: number) {
    this.held = value;
    if (this.other) this.other.held = 0;
  }
}
