/**
 * The optimum: the page leaves that will not be needed for longest (Belady 1966). Nobody knows the future, but a run can be made
 * again: this policy is given the references that an earlier one recorded, and is what all others are measured against.
 *
 * Where in the string the run has come to follows from the page that is wanted: a page is missed at its next reference.
 */
import type { FrameView, ReplacementPolicy } from "./policy.js";

export class Optimal implements ReplacementPolicy {
  readonly name = "optimal";
  /** Where in the string each page is referred to, ascending. */
  private readonly places = new Map<number, number[]>();
  /** Frames by the page that they hold. */
  private readonly frames = new Map<number, number>();
  /** What is before it has happened. */
  private position = 0;

  /** @param references pages in the order of their use, as `FrameView.pageIn` calls them */
  constructor(references: readonly number[]) {
    references.forEach((page, place) => {
      const places = this.places.get(page);
      if (places) places.push(place);
      else this.places.set(page, [place]);
    });
  }

  get length(): number {
    return this.frames.size;
  }

  admit(frame: number, view: FrameView): void {
    const page = view.pageIn(frame);
    this.frames.set(frame, page);
    this.moveTo(page);
  }

  remove(frame: number): void {
    this.frames.delete(frame);
  }

  choose(view: FrameView): number | undefined {
    if (view.wanted !== undefined) this.moveTo(view.wanted);
    let chosen: number | undefined;
    let farthest = -1;
    for (const [frame, page] of this.frames) {
      const next = this.nextUse(page);
      if (next <= farthest) continue;
      farthest = next;
      chosen = frame;
    }
    return chosen;
  }

  /** A page is missed: everything before its next reference is past. A page that is not in the string says nothing. */
  private moveTo(page: number): void {
    const next = this.nextUse(page);
    if (next < Number.POSITIVE_INFINITY) this.position = next;
  }

  /** Infinity for never. */
  private nextUse(page: number): number {
    const places = this.places.get(page) ?? [];
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! < this.position) low = middle + 1;
      else high = middle;
    }
    return places[low] ?? Number.POSITIVE_INFINITY;
  }

  order(): readonly number[] {
    const uses = [...this.frames].map(([frame, page]) => ({ frame, next: this.nextUse(page) }));
    return uses.sort((a, b) => (a.next === b.next ? 0 : b.next - a.next)).map(({ frame }) => frame);
  }
}
