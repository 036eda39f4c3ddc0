/**
 * Least recently used: the page that was not touched for longest leaves. The processor notes that a page was touched, not when;
 * so this policy looks at all A bits again and again, and whatever was touched since the last look counts as used now. The more
 * often it looks the truer the order, and the more it costs: after every reference, as in the simulation, it is exact.
 */
import { FrameList } from "./frame-list.js";
import type { FrameView, ReplacementPolicy } from "./policy.js";

export class Lru implements ReplacementPolicy {
  readonly name = "lru";
  /** The least recently used first. */
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

  observe(view: FrameView): void {
    for (const frame of this.order()) if (view.takeAccessed(frame)) this.queue.moveToEnd(frame);
  }

  choose(): number | undefined {
    return this.queue.first;
  }

  order(): readonly number[] {
    return [...this.queue];
  }
}
