/**
 * What programs have stored through mappings, and their files do not hold yet, is brought there: for `sync` by a thread of the
 * kernel's while the caller waits; on a kernel without threads, by the caller.
 * Models sync_inodes_sb and wb_workfn (Linux fs/fs-writeback.c). Leaves out: writing back by age.
 */
import { Blocked, type Blocking, type Progress, WaitQueue } from "../fs/blocking.js";
import type { Kernel } from "../kernel.js";
import type { KernelWorkItem } from "../process/work-queue.js";
import type { MappedFile } from "./vma.js";

/** A wish that everything be written, and its fulfilment. */
class Synchronisation implements Progress, KernelWorkItem {
  readonly done = 0;
  readonly finished = new WaitQueue("files to be written back");
  isFinished = false;

  carryOut(kernel: Kernel): void {
    writeBackAll(kernel);
    this.isFinished = true;
    this.finished.wake();
  }
}

/** 0 as soon as all files hold what was stored before. */
export function synchronise(kernel: Kernel, progress: Progress | undefined): Blocking<number> {
  const { workQueue } = kernel;
  if (!workQueue) {
    writeBackAll(kernel);
    return 0;
  }
  const wish = progress instanceof Synchronisation ? progress : new Synchronisation();
  if (wish.isFinished) return 0;
  if (wish !== progress) workQueue.add(wish);
  return new Blocked([wish.finished], wish);
}

/** One file, by the caller itself: fsync. */
export function writeBackFile(kernel: Kernel, file: MappedFile): void {
  const pages = kernel.pageCache.of(file);
  const before = pages.dirtyCount;
  pages.writeBack();
  kernel.chargeWork((before - pages.dirtyCount) * kernel.costs.pageOut);
}

function writeBackAll(kernel: Kernel): void {
  const written = kernel.pageCache.writeBack();
  kernel.chargeWork(written * kernel.costs.pageOut);
}
