/**
 * Enhanced second chance: the hand of a clock prefers pages that cost nothing to give up. It looks for the first page of the
 * lowest class, going round at most four times:
 *
 *     A = 0, D = 0   untouched and clean: leaves at once
 *     A = 0, D = 1   untouched, but must be written out first
 *     A = 1          the second round has cleared the bit, so the third and fourth are the first two again
 *
 * As in early Macintosh virtual memory.
 */
import { FrameList } from "./frame-list.js";
import type { FrameView, ReplacementPolicy } from "./policy.js";

export class EnhancedSecondChance implements ReplacementPolicy {
  readonly name = "enhanced-second-chance";
  /** From the hand on; what the hand has passed is at the end. */
  private readonly ring = new FrameList();

  get length(): number {
    return this.ring.length;
  }

  admit(frame: number): void {
    this.ring.append(frame);
  }

  remove(frame: number): void {
    this.ring.remove(frame);
  }

  choose(view: FrameView): number | undefined {
    for (let round = 0; round < 4; round++) {
      for (let looked = 0; looked < this.ring.length; looked++) {
        const frame = this.ring.first!;
        const leaves =
          round % 2 === 0 ? !view.isAccessed(frame) && !view.isDirty(frame) : !view.takeAccessed(frame);
        if (leaves) return frame;
        this.ring.moveToEnd(frame);
      }
    }
    return this.ring.first;
  }

  order(): readonly number[] {
    return [...this.ring];
  }
}
