/**
 * Second chance: first in, first out, but a page that was touched since it was looked at last goes to the end of the queue
 * once more. When all were touched, the first one has had its second chance and leaves.
 * Linux's list of inactive pages works so (shrink_inactive_list, mm/vmscan.c).
 */
import { FrameList } from "./frame-list.js";
import type { FrameView, ReplacementPolicy } from "./policy.js";

export class SecondChance implements ReplacementPolicy {
  readonly name = "second-chance";
  private readonly queue = new FrameList();

  get length(): number {
    return this.queue.length;
  }

  admit(frame: number): void {
    this.queue.append(frame);
  }

  remove(frame: number): void {
    this.queue.remove(frame);
  }

  choose(view: FrameView): number | undefined {
    for (let looked = 0; looked < this.queue.length; looked++) {
      const first = this.queue.first!;
      if (!view.takeAccessed(first)) return first;
      this.queue.moveToEnd(first);
    }
    return this.queue.first;
  }

  order(): readonly number[] {
    return [...this.queue];
  }
}
