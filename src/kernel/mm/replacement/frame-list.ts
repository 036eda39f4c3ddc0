/**
 * Frames in an order of which any may leave at any time: a doubly linked list whose links lie in two arrays, so that every step
 * takes the same time however long the list is.
 * Models struct list_head (Linux include/linux/list.h). Link 0 is the list's own head, link n + 1 that of frame n.
 */
export class FrameList implements Iterable<number> {
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** The frame that came first; undefined when there is none. */
  get first(): number | undefined {
    return this.count > 0 ? this.next[0]! - 1 : undefined;
  }

  has(frame: number): boolean {
    const link = frame + 1;
    // A frame that is not here links to nothing; the only one that is here links to the head, on both sides.
    return (
      this.next[link] !== undefined &&
      (this.next[link] !== 0 || this.next[0] === link || this.previous[0] === link)
    );
  }

  /** Puts a frame last that is not here. */
  append(frame: number): void {
    const link = frame + 1;
    if (link >= this.next.length) this.grow(link);
    const last = this.previous[0]!;
    this.next[last] = link;
    this.previous[link] = last;
    this.next[link] = 0;
    this.previous[0] = link;
    this.count++;
  }

  /** Takes a frame out, if it is here. */
  remove(frame: number): void {
    if (!this.has(frame)) return;
    const link = frame + 1;
    const [before, behind] = [this.previous[link]!, this.next[link]!];
    this.next[before] = behind;
    this.previous[behind] = before;
    this.next[link] = this.previous[link] = 0;
    this.count--;
  }

  /** Puts a frame of the list last. */
  moveToEnd(frame: number): void {
    this.remove(frame);
    this.append(frame);
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let link = this.next[0]!; link !== 0; link = this.next[link]!) yield link - 1;
  }

  private grow(link: number): void {
    const size = Math.max(link + 1, this.next.length * 2);
    const [next, previous] = [new Int32Array(size), new Int32Array(size)];
    next.set(this.next);
    previous.set(this.previous);
    [this.next, this.previous] = [next, previous];
  }
}
