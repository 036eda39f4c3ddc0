/**
 * What somebody may want to hear of a guest's accesses to memory. While nobody does, nothing is asked; otherwise accesses to
 * the pages in question bypass the quick tables of translations, and so become seen one by one.
 * Leaves out: fetching instructions, and what the processor itself reads in page tables.
 */
import type { Access } from "./tlb.js";

/** A linear address comes as two int32, physical addresses as numbers; `bytes` never cross a page. */
export interface AccessWatch {
  /** Accesses of this kind to the page at hi:lo, which lies at `physical`, need not be seen. */
  ignores(access: Access, lo: number, hi: number, physical: number): boolean;
  /** A read that succeeds. */
  reads(lo: number, hi: number, physical: number, bytes: number): void;
  /** A write that will succeed, by the guest or the processor's delivery of an exception. */
  writes(lo: number, hi: number, physical: number, bytes: number): void;
  /** Any write to RAM before it happens, also by devices, by page-table walks, and by what drives the machine. */
  changes(physical: number, bytes: number): void;
  /** A walk of the page tables for the guest has ended. */
  walks?(walk: WalkEnd): void;
}

/** How a walk of the page tables ended. */
export interface WalkEnd {
  readonly linear: bigint;
  readonly access: Access;
  readonly user: boolean;
  /** The error code of a page fault; undefined when the walk found what it looked for. */
  readonly error: number | undefined;
  /** Where the byte lies, when there is no error. */
  readonly physical: number | undefined;
}

/** One for all of them; undefined for none. */
export function together(watches: readonly AccessWatch[]): AccessWatch | undefined {
  if (watches.length < 2) return watches[0];
  return {
    ignores: (...page) => watches.every((one) => one.ignores(...page)),
    reads: (...what) => {
      for (const one of watches) one.reads(...what);
    },
    writes: (...what) => {
      for (const one of watches) one.writes(...what);
    },
    changes: (...what) => {
      for (const one of watches) one.changes(...what);
    },
    walks: (walk) => {
      for (const one of watches) one.walks?.(walk);
    },
  };
}
