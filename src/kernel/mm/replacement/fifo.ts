/**
 * First in, first out: the page that has been in memory longest leaves, however much it is used. It looks at no bit.
 * With more frames it may even choose worse (Belady, Nelson and Shedler 1969).
 */
import { FrameList } from "./frame-list.js";
import type { ReplacementPolicy } from "./policy.js";

export class Fifo implements ReplacementPolicy {
  readonly name = "fifo";
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

  choose(): number | undefined {
    return this.queue.first;
  }

  order(): readonly number[] {
    return [...this.queue];
  }
}
