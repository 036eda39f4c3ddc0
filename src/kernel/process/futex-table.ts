/**
 * Who waits at which word of memory. A word that processes share is known by
 * what is mapped and where in it, any other by its address space.
 * Models futex_hash and futex_q (Linux kernel/futex/core.c).
 */
import { PROT_WRITE } from "../abi/memory-flags.js";
import { WaitQueue } from "../fs/blocking.js";
import { type AddressSpace, TASK_SIZE } from "../mm/address-space.js";
import { UserMemory } from "../mm/user-memory.js";

/** FUTEX_BITSET_MATCH_ANY */
export const ANY = 0xffffffff;

/** One call that waits. */
export class FutexWaiter {
  readonly queue: WaitQueue;
  /** Somebody has woken it. */
  woken = false;

  constructor(
    private readonly table: FutexTable,
    /** The word at which it waits now; requeueing changes it. */
    public key: string,
    private readonly bitset: number,
  ) {
    this.queue = new WaitQueue(`a wake at ${key}`);
  }

  matches(bitset: number): boolean {
    return (this.bitset & bitset) !== 0;
  }

  wake(): void {
    this.woken = true;
    this.queue.wake();
  }

  /** It waits no longer. */
  release(): void {
    this.table.remove(this);
  }
}

export class FutexTable {
  private readonly waiters = new Map<string, FutexWaiter[]>();

  /**
   * What a word is known by; undefined when the program may not use it so.
   * @param own the caller says that only its own process uses the word (FUTEX_PRIVATE_FLAG): then nobody looks what is there
   */
  keyOf(space: AddressSpace, address: number, own = false): string | undefined {
    if (address >= TASK_SIZE) return undefined;
    const inSpace = `${space.tables.root}:${address.toString(16)}`;
    if (own) return inSpace;
    const vma = space.find(address);
    const memory = new UserMemory(space);
    if (!vma || memory.readable(address, 4) < 4) return undefined;
    const isWritable = (vma.prot & PROT_WRITE) !== 0;
    if (!vma.isShared) return isWritable ? inSpace : undefined;
    if (memory.physical(address, isWritable) === undefined) return undefined;
    // The page may leave its frame while somebody waits, but not what it is a page of.
    const place = vma.offsetOf(address).toString(16);
    if (vma.shared) return `shared ${vma.shared.inode}:${place}`;
    const inode = vma.dentry?.inode;
    return inode ? `file ${inode.device}:${inode.number}:${place}` : undefined;
  }

  /** Enters somebody who waits; first come, first woken. */
  add(key: string, bitset: number): FutexWaiter {
    const waiter = new FutexWaiter(this, key, bitset);
    this.enter(waiter);
    return waiter;
  }

  /** Wakes at most `count`; returns how many. */
  wake(space: AddressSpace, address: number, count: number, bitset = ANY): number {
    const key = this.keyOf(space, address);
    return key === undefined ? 0 : this.wakeAt(key, count, bitset);
  }

  wakeAt(key: string, count: number, bitset = ANY): number {
    const chosen = (this.waiters.get(key) ?? []).filter((waiter) => waiter.matches(bitset)).slice(0, count);
    for (const waiter of chosen) {
      this.remove(waiter);
      waiter.wake();
    }
    return chosen.length;
  }

  /** The first `count` who wait at one word wait at another one from now on; returns how many. */
  requeue(from: string, to: string, count: number): number {
    const moved = (this.waiters.get(from) ?? []).slice(0, count);
    for (const waiter of moved) {
      this.remove(waiter);
      waiter.key = to;
      this.enter(waiter);
    }
    return moved.length;
  }

  remove(waiter: FutexWaiter): void {
    const left = (this.waiters.get(waiter.key) ?? []).filter((other) => other !== waiter);
    if (left.length > 0) this.waiters.set(waiter.key, left);
    else this.waiters.delete(waiter.key);
  }

  private enter(waiter: FutexWaiter): void {
    const others = this.waiters.get(waiter.key);
    if (others) others.push(waiter);
    else this.waiters.set(waiter.key, [waiter]);
  }
}
