/** What happened to a page that left memory or came back, for those who watch. */
import type { Mapping, PageKind } from "../page-holder.js";
import { type SwapEntry, swapOffset, swapType } from "../swap/swap-entry.js";

/**
 * dropped: the page was given up, since a copy of it lies elsewhere or nobody wants it; written-back: the same, after it had been
 * written into its file; swapped-out: it was written into a swap area; swapped-in, read-back: it has come back from there, or
 * from its file after it had been given up.
 */
export type MovementKind = "dropped" | "written-back" | "swapped-out" | "swapped-in" | "read-back";

export interface PageMovement {
  readonly kind: MovementKind;
  readonly frame: number;
  /** Whose page it is: private memory, a file's, or memory shared without one. */
  readonly page: PageKind;
  /** The entries that led to it before it left, or that lead to it since it came. */
  readonly mappings: readonly Pick<Mapping, "space" | "address">[];
  /** Its place in a swap area, if it has one: number of the area and of the page in it. */
  readonly slot: { readonly type: number; readonly offset: number } | undefined;
  /** It was written to a disk, or read from one: else its copy there was still true. */
  readonly transferred: boolean;
}

export function slotOf(entry: SwapEntry | undefined): PageMovement["slot"] {
  return entry === undefined ? undefined : { type: swapType(entry), offset: swapOffset(entry) };
}

/** Who hears of it at once: the kernel, which lets time pass for disks and tells observers. */
export interface MemoryWatcher {
  moved(movement: PageMovement): void;
  /** No frame is free and none can be made free: true when something was done about it, so that it is worth trying again. */
  outOfMemory(): boolean;
}
