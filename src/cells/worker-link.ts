/**
 * The page's end of a worker: made when first needed, replaced when it broke or does not answer.
 * A worker in a loop of our own making cannot hear `stop`, so one that stays silent is ended.
 */
import type { FromWorker, ToWorker } from "./protocol.js";

/** A worker yields within a few hundredths of a second, an assembler within a few seconds; beyond this one hangs. */
const PATIENCE_MS = 10_000;

export class WorkerLink {
  private worker: Worker | undefined;
  private watch: ReturnType<typeof setTimeout> | undefined;
  /** Messages that the present worker was posted. */
  private posted = 0;

  /**
   * @param make starts a worker
   * @param heard is called with each message; after `broken` the worker has been ended
   */
  constructor(
    private readonly make: () => Worker,
    private readonly heard: (message: FromWorker) => void,
  ) {}

  get isAwake(): boolean {
    return this.worker !== undefined;
  }

  /** Posts a message; every message is answered soon, a run by a first state. Returns which one it was, from 1. */
  post(message: ToWorker): number {
    this.worker ??= this.start();
    this.worker.postMessage(message);
    this.posted++;
    this.watch ??= setTimeout(() => this.broke("it did not answer"), PATIENCE_MS);
    return this.posted;
  }

  /** Ends the worker; the next message makes a fresh one. */
  end(): void {
    clearTimeout(this.watch);
    this.watch = undefined;
    this.worker?.terminate();
    this.worker = undefined;
  }

  private start(): Worker {
    this.posted = 0;
    const worker = this.make();
    worker.addEventListener("message", (event: MessageEvent<FromWorker>) => {
      if (worker !== this.worker) return;
      clearTimeout(this.watch);
      this.watch = undefined;
      if (event.data.kind === "broken") this.broke(event.data.reason);
      else this.heard(event.data);
    });
    worker.addEventListener("error", (event) => {
      if (worker === this.worker) this.broke(event.message || "it could not be loaded");
    });
    return worker;
  }

  private broke(reason: string): void {
    this.end();
    this.heard({ kind: "broken", reason });
  }
}
