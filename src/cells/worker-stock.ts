/**
 * A worker in stock: it has loaded its code and made one machine for nobody, so that the next cell that comes near need not
 * wait for that. There is at most one. It is made when the reader has touched the page, which loads no more than it shows until
 * then, and the page has had time to rest; and it ends with the last worker in use.
 */
import type { WorkerLike } from "./policy/reader-worker.js";
import type { WarmUp } from "./protocol.js";

export class WorkerStock {
  private spare: WorkerLike | undefined;
  private isDue = false;
  private isOpen = false;
  /** Workers that were taken and have not ended. */
  private inUse = 0;

  /**
   * @param make starts a worker
   * @param later calls its argument when there is time
   */
  constructor(
    private readonly make: () => WorkerLike,
    private readonly later: (action: () => void) => void,
  ) {}

  /** The reader is there, and will want machines. */
  open(): void {
    this.isOpen = true;
    this.restock();
  }

  /** The spare one, or if there is none a fresh one. */
  take(): WorkerLike {
    const taken = this.spare ?? this.make();
    this.spare = undefined;
    this.inUse++;
    this.restock();
    return this.counted(taken);
  }

  /** The same worker, whose end is noticed. */
  private counted(worker: WorkerLike): WorkerLike {
    let ended = false;
    return {
      postMessage: worker.postMessage.bind(worker),
      addEventListener: worker.addEventListener.bind(worker),
      terminate: () => {
        worker.terminate();
        if (!ended) this.gaveUp();
        ended = true;
      },
    };
  }

  private gaveUp(): void {
    this.inUse--;
    if (this.inUse === 0) this.endSpare();
  }

  private endSpare(): void {
    this.spare?.terminate();
    this.spare = undefined;
  }

  private restock(): void {
    if (this.isDue || !this.isOpen) return;
    this.isDue = true;
    this.later(() => {
      this.isDue = false;
      if (this.inUse > 0 && !this.spare) this.spare = this.prepare();
    });
  }

  private prepare(): WorkerLike {
    const made = this.make();
    made.postMessage({ kind: "warm up" } satisfies WarmUp);
    // Whoever takes the next one hears what is wrong with it.
    made.addEventListener("error", () => {
      if (this.spare === made) this.endSpare();
    });
    return made;
  }
}
