/**
 * Where generated code and TypeScript leave each other small things, in linear memory from `LINEAR.ENGINE` on; and the
 * numbers of the functions that every generated module imports.
 */
import { LINEAR } from "../memory/linear-memory.js";

/** Byte offsets in linear memory. */
export const CELL = {
  FS_BASE: LINEAR.ENGINE,
  GS_BASE: LINEAR.ENGINE + 8,
  /** Where the guest goes on after an exit that does not say it itself. */
  NEXT_RIP: LINEAR.ENGINE + 16,
  /** `LazyFlags.lazyBits` and `lazyRule`. */
  FLAG_BITS: LINEAR.ENGINE + 24,
  FLAG_RULE: LINEAR.ENGINE + 28,
  /** Number of the exit that was taken. */
  EXIT: LINEAR.ENGINE + 32,
  /** Number of the region that runs. */
  REGION: LINEAR.ENGINE + 36,
  /** The region that goes on, and its block, as the jump cache has them; 0 for none. */
  FOLLOWER: LINEAR.ENGINE + 40,
  /** Bits of `GIVEN` that hold while generated code runs. */
  GIVEN: LINEAR.ENGINE + 44,
  /** How many more times one region may follow another before TypeScript sees which they are. */
  UNSEEN: LINEAR.ENGINE + 48,
  /** The budget after `END_BLOCK`. */
  BUDGET: LINEAR.ENGINE + 52,
  /** KERNEL_GS_BASE, and whether generated code has exchanged it with GS_BASE and nobody else knows yet. */
  KERNEL_GS_BASE: LINEAR.ENGINE + 56,
  EXCHANGED: LINEAR.ENGINE + 64,
  /** The ring that generated code has gone to by SYSCALL or SYSRET and nobody else knows yet: one of `CROSSED`. */
  CROSSED: LINEAR.ENGINE + 68,
  /** 1 where generated code may do SYSCALL; where it may do SYSRET. */
  CALLS: LINEAR.ENGINE + 72,
  RETURNS: LINEAR.ENGINE + 76,
  /** LSTAR, and the flags that SYSCALL leaves as they are. */
  LSTAR: LINEAR.ENGINE + 80,
  KEPT_FLAGS: LINEAR.ENGINE + 88,
} as const;

export const CROSSED = { NOT: 0, TO_RING_0: 1, TO_RING_3: 2 } as const;

/** What regions may take for granted. */
export const GIVEN = { VECTORS: 1, X87: 2, FLOATS: 4, EXACT_FLOATS: 8 } as const;

/** Heads of blocks by their addresses: where branches that leave a region or whose target is computed go on. */
export const JUMP_CACHE = {
  ENTRIES: 2048,
  /** int32 [rip 31:0 | rip 63:32 | region << 8 + block | physical page + what the region needs of `GIVEN`]. */
  BYTES: 16,
} as const;

/** The caches of ring 3 and of the others lie one behind the other. */
export const jumpCacheAddress = (user: boolean): number =>
  LINEAR.JUMP_CACHE + (user ? JUMP_CACHE.ENTRIES * JUMP_CACHE.BYTES : 0);

/**
 * Where an address stands in a cache: (a ^ a >> JUMP_SHIFT ^ salt) mod ENTRIES, of its low half. The salt is 0 for the
 * region that anybody enters there; a region that has a block there itself finds it by its own salt.
 */
export const JUMP_SHIFT = 11;
export const jumpSalt = (region: number): number => Math.imul(region, 0x9e3779b1) >>> 21;

/** Imported functions, in the order of the import section: those that are TypeScript first. */
export const IMPORT = {
  /** (linear address, bytes): enters the page into the quick tables; 0 when the evaluator must do the access. */
  ADMIT_READ: 0,
  ADMIT_WRITE: 1,
  /** (exit of the instruction, budget): executes it in the evaluator; see `CALLOUT`. */
  CALL_OUT: 2,
  /** (exit of the instruction, budget): executes the last one of a block in the evaluator; the follower, as in `CELL.FOLLOWER`. */
  END_BLOCK: 3,
  /** (bits, rule, a, b, result): RFLAGS. Generated code itself. */
  SETTLE_FLAGS: 4,
} as const;

/** What a call-out answers in its low two bits; above them stand additional steps that it took. */
export const CALLOUT = { GO_ON: 0, RETRY: 1, LEAVE: 2 } as const;
