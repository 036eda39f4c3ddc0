/**
 * The clock: a hand goes round all frames of memory. Where it finds that a page was touched, it clears the A bit and goes on;
 * the first page that was not touched since the hand came by last time leaves. No list is kept and nothing is moved.
 * As in Multics (Corbató 1968), with one bit.
 */
import type { FrameView, ReplacementPolicy } from "./policy.js";

export class Clock implements ReplacementPolicy {
  readonly name = "clock";
  /** 1 where a page may leave; the dial. */
  private dial = new Uint8Array(64);
  private hand = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  admit(frame: number): void {
    if (frame >= this.dial.length) this.grow(frame);
    this.dial[frame] = 1;
    this.count++;
  }

  remove(frame: number): void {
    if (!this.dial[frame]) return;
    this.dial[frame] = 0;
    this.count--;
  }

  choose(view: FrameView): number | undefined {
    if (this.count === 0) return undefined;
    for (;;) {
      const frame = this.advance();
      if (!view.takeAccessed(frame)) return frame;
    }
  }

  /** The next frame that the hand comes to; it goes past it. */
  private advance(): number {
    let found = this.dial.indexOf(1, this.hand);
    if (found < 0) found = this.dial.indexOf(1);
    this.hand = found + 1;
    return found;
  }

  order(): readonly number[] {
    const frames = [...this.dial.keys()].filter((frame) => this.dial[frame]);
    return [...frames.filter((frame) => frame >= this.hand), ...frames.filter((frame) => frame < this.hand)];
  }

  private grow(frame: number): void {
    const dial = new Uint8Array(Math.max(frame + 1, this.dial.length * 2));
    dial.set(this.dial);
    this.dial = dial;
  }
}
