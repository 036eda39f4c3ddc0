/** Draws the newest of many states, once a frame of the screen. */

/** Where a page is not painted, and so gets no frames, it draws this late. */
const PATIENCE_MS = 100;

export class Frame<T> {
  private waiting: { value: T } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private request = 0;

  constructor(private readonly draw: (value: T) => void) {}

  /** Draws `value` in the next frame, unless a newer one comes before. */
  soon(value: T): void {
    const asked = this.waiting !== undefined;
    this.waiting = { value };
    if (asked) return;
    this.request = requestAnimationFrame(() => this.now());
    this.timer = setTimeout(() => this.now(), PATIENCE_MS);
  }

  /** Draws what waits. */
  now(): void {
    const { waiting } = this;
    this.cancel();
    if (waiting) this.draw(waiting.value);
  }

  cancel(): void {
    cancelAnimationFrame(this.request);
    clearTimeout(this.timer);
    this.waiting = undefined;
  }
}
