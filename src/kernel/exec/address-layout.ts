/**
 * Where the parts of a program go in its address space, and how chance moves them.
 *
 *     0x5555 5555 4000   a program for any address that has an interpreter; heaps of those that have none
 *     …                  mapped files and memory, from mmapBase downwards; a program for any address without interpreter
 *     mmapBase           128 MiB or more below the stack's top
 *     0x7fff ffff f000   the stack's top
 *
 * /proc/sys/kernel/randomize_va_space: 0 moves nothing; 1 moves stack, mmapBase and the program; 2 the heap, too.
 * Models arch_pick_mmap_layout, randomize_stack_top, arch_align_stack, arch_mmap_rnd and arch_randomize_brk (Linux 6.18,
 * arch/x86/mm/mmap.c, arch/x86/kernel/process.c, mm/util.c). Leaves out: ADDR_COMPAT_LAYOUT and stacks without a limit.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { RandomPool } from "../fs/random-pool.js";
import { pageDown, pageUp, STACK_TOP, TASK_SIZE } from "../mm/address-space.js";

/** Two thirds of the user's addresses. */
export const DYNAMIC_BASE = Math.floor(TASK_SIZE / 3) * 2;
/** Bits of chance, in pages: of mmapBase and of a program's place, and of the stack's top. */
const MMAP_RANDOM_BITS = 28;
const STACK_RANDOM_BITS = 22;
/** Bytes within which the stack pointer is moved, twice. */
const STACK_JITTER = 8192;
const BRK_RANGE = 2 ** 30;
const SMALLEST_GAP = 128 << 20;
/** Kept free below the stack, so that it cannot run into what lies there. */
const STACK_GUARD_GAP = 256 * PAGE_SIZE;

/** A number that programs may change under /proc/sys. */
export class Setting {
  constructor(public value: number) {}
}

/** How much of an address space is random in one exec. */
export class AddressLayout {
  /** @param pool where chance comes from; undefined when nothing is to be random */
  constructor(
    private readonly level: number,
    private readonly pool: RandomPool | undefined,
  ) {}

  get isRandom(): boolean {
    return this.level > 0 && this.pool !== undefined;
  }

  private pages(bits: number): number {
    return this.isRandom ? (this.pool!.next() % 2 ** bits) * PAGE_SIZE : 0;
  }

  private below(limit: number): number {
    return this.isRandom ? this.pool!.next() % limit : 0;
  }

  /** Where the stack ends. */
  stackTop(): number {
    const top = STACK_TOP - this.pages(STACK_RANDOM_BITS);
    return pageUp(top - this.below(STACK_JITTER));
  }

  /** How far the pointers stand below the strings on the stack. */
  stackGap(): number {
    return this.below(STACK_JITTER);
  }

  mmapBase(stackLimit: number): number {
    const furthest = this.isRandom ? (2 ** STACK_RANDOM_BITS - 1) * PAGE_SIZE : 0;
    const gap = Math.max(SMALLEST_GAP, stackLimit + furthest + STACK_GUARD_GAP);
    return pageUp(TASK_SIZE - Math.min(gap, Math.floor(TASK_SIZE / 6) * 5) - this.pages(MMAP_RANDOM_BITS));
  }

  /** Where a program for any address goes that has an interpreter: a multiple of `alignment`. */
  programPlace(alignment: number): number {
    const place = DYNAMIC_BASE + this.pages(MMAP_RANDOM_BITS);
    return pageDown(place - (place % alignment));
  }

  /** Where the heap begins: at `brk`, or somewhat behind it. `isMoved` says that it lies apart from the program. */
  heapStart(brk: number, isMoved: boolean): number {
    if (!this.isRandom || this.level < 2) return pageUp(brk);
    const start = pageUp(brk) + (isMoved ? 0 : PAGE_SIZE);
    return start + (this.pool!.next() % (BRK_RANGE / PAGE_SIZE)) * PAGE_SIZE;
  }
}
