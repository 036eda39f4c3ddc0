/**
 * Making frames free before the last one is gone: a thread of the kernel's that is woken when few are left and goes on until
 * there are enough. Whoever is faster than it has to make frames free itself.
 * Models kswapd and the watermarks of a zone (Linux mm/vmscan.c, mm/page_alloc.c __setup_per_zone_wmarks).
 * Leaves out: several zones, boosted watermarks, waiting between attempts.
 */
import { PAGE_SIZE } from "../../../machine/memory/physical-memory.js";
import { Blocked, WaitQueue } from "../../fs/blocking.js";
import type { Kernel } from "../../kernel.js";
import type { KernelThreadBody } from "../../process/kernel-threads.js";
import type { ShortageListener } from "../frames.js";

/** Numbers of free frames: with fewer than `low` kswapd is woken, with `high` it goes back to sleep. */
export interface Watermarks {
  readonly min: number;
  readonly low: number;
  readonly high: number;
}

/** As Linux chooses them for memory of so many frames. */
export function watermarksOf(frames: number): Watermarks {
  const kilobytes = (frames * PAGE_SIZE) / 1024;
  const min = Math.floor((Math.floor(Math.sqrt(kilobytes * 16)) * 1024) / PAGE_SIZE);
  // watermark_scale_factor is 10 of 10 000.
  const step = Math.max(Math.floor(min / 4), Math.floor(frames / 1000));
  return { min, low: min + step, high: min + 2 * step };
}

/** The thread's body, which the allocator wakes. */
export class Kswapd implements KernelThreadBody, ShortageListener {
  readonly below: number;
  private readonly enough: number;
  private readonly short = new WaitQueue("free frames running short");

  constructor(kernel: Kernel) {
    const { frames } = kernel;
    const { low, high } = watermarksOf(frames.end - frames.first);
    this.below = low;
    this.enough = high;
    frames.shortageListener = this;
  }

  runsShort(): void {
    this.short.wake();
  }

  step({ frames, reclaim }: Kernel): Blocked | undefined {
    if (frames.available < this.enough && reclaim.inBackground()) return undefined;
    return new Blocked([this.short]);
  }
}
