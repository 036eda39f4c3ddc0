/**
 * A worker in stock: it has loaded its code and waits for its first machine, so that a cell that comes near need not wait for
 * that. There is at most one, and another is made only when the page has nothing else to do.
 */
import type { WorkerLike } from "./policy/reader-worker.js";
import type { WarmUp } from "./protocol.js";

export class WorkerStock {
  private spare: WorkerLike | undefined;
  private isDue = false;

  /**
   * @param make starts a worker
   * @param later calls its argument when there is time
   */
  constructor(
    private readonly make: () => WorkerLike,
    private readonly later: (action: () => void) => void,
  ) {}

  /** The spare one, or if there is none a fresh one. */
  take(): WorkerLike {
    const taken = this.spare ?? this.make();
    this.spare = undefined;
    this.restock();
    return taken;
  }

  /** Sees to it that there will be a spare one. */
  restock(): void {
    if (this.isDue || this.spare) return;
    this.isDue = true;
    this.later(() => {
      this.isDue = false;
      const made = this.make();
      this.spare = made;
      made.postMessage({ kind: "warm up" } satisfies WarmUp);
      // Whoever takes the next one hears what is wrong with it.
      made.addEventListener("error", () => {
        if (this.spare === made) this.spare = undefined;
      });
    });
  }
}
