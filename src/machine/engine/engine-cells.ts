/**
 * Where generated code and TypeScript leave each other small things, in linear memory from `LINEAR.ENGINE` on; and the
 * numbers of the functions that every generated module imports.
 */
import { LINEAR } from "../memory/linear-memory.js";

/** Byte offsets in linear memory. */
export const CELL = {
  FS_BASE: LINEAR.ENGINE,
  GS_BASE: LINEAR.ENGINE + 8,
  /** Where a branch with a computed target went when it left the region. */
  NEXT_RIP: LINEAR.ENGINE + 16,
  /** `LazyFlags.lazyBits` and `lazyRule`. */
  FLAG_BITS: LINEAR.ENGINE + 24,
  FLAG_RULE: LINEAR.ENGINE + 28,
  /** Number of the exit that was taken. */
  EXIT: LINEAR.ENGINE + 32,
} as const;

/** Entries of the jump cache: computed branch targets inside regions. */
export const JUMP_CACHE = {
  ENTRIES: 1024,
  /** int32 [rip 31:0 | rip 63:32 | region << 8 + block | physical page]. */
  BYTES: 16,
} as const;

/** Imported functions, in the order of the import section. */
export const IMPORT = {
  /** (linear address, bytes): enters the page into the quick tables; 0 when the evaluator must do the access. */
  ADMIT_READ: 0,
  ADMIT_WRITE: 1,
  /** (bits, rule, a, b, result): RFLAGS. */
  SETTLE_FLAGS: 2,
  /** (exit of the instruction, budget): executes it in the evaluator; see `CALLOUT`. */
  CALL_OUT: 3,
} as const;

/** What a call-out answers in its low two bits; above them stand additional steps that it took. */
export const CALLOUT = { GO_ON: 0, RETRY: 1, LEAVE: 2 } as const;
