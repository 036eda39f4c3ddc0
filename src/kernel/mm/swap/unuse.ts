/**
 * Emptying a swap area: every page that lies there comes back, wherever it belongs.
 * Models try_to_unuse (Linux mm/swapfile.c).
 */
import { E } from "../../abi/errno.js";
import type { Kernel } from "../../kernel.js";
import type { Task } from "../../process/task.js";
import { type AddressSpace, TASK_SIZE } from "../address-space.js";
import { isDone } from "../page-fault.js";
import type { SharedPages } from "../shared-pages.js";
import type { SwapArea } from "./swap-area.js";
import { type SwapEntry, swapType } from "./swap-entry.js";
import { swapIn } from "./swap-in.js";

/** Takes an area out of use; 0 or an errno, and then it goes on. */
export function emptyArea(kernel: Kernel, task: Task, area: SwapArea): number {
  const { overcommit, reclaim, swap } = kernel.systemMemory;
  if (!overcommit.allows(area.size, task.space, task)) return E.ENOMEM;
  area.closing = true;
  kernel.oomKiller.origin = task;
  const complete = [...reclaim.spaces].every((space) => bringBack(space, area));
  kernel.oomKiller.origin = undefined;
  for (const frame of swap.cachedOf(area)) reclaim.forgetCopy(frame);
  if (!complete || area.used > 0) {
    area.closing = false;
    return E.ENOMEM;
  }
  swap.remove(area);
  return 0;
}

/** False when there was no frame for a page. */
function bringBack(space: AddressSpace, area: SwapArea): boolean {
  const { tables } = space;
  const lies = (entry: SwapEntry | undefined): entry is SwapEntry =>
    entry !== undefined && swapType(entry) === area.type;
  const found: { address: number; at: number; entry: SwapEntry }[] = [];
  tables.forEachUsed(0, TASK_SIZE, (address, at) => {
    const entry = tables.swapEntry(at);
    if (lies(entry)) found.push({ address, at, entry });
  });
  for (const { address, at, entry } of found) {
    const vma = space.find(address);
    // Reading one page in may have made another one leave, but not into this area.
    if (vma && tables.swapEntry(at) === entry && !isDone(swapIn(space, vma, address, at, entry, false)))
      return false;
  }
  const shared = new Set(space.vmas.flatMap((vma) => vma.shared ?? []));
  return [...shared].every((pages) => bringBackShared(space, pages, lies));
}

function bringBackShared(
  space: AddressSpace,
  pages: SharedPages,
  lies: (entry: SwapEntry | undefined) => boolean,
): boolean {
  for (const [index, entry] of [...pages.movedOut])
    if (lies(entry) && pages.bringIn(index, space) === undefined) return false;
  return true;
}
