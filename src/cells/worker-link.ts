/**
 * The page's end of a worker: made when first needed, replaced when it broke or does not answer.
 * A worker in a loop of our own making cannot hear `stop`, so one that stays silent is ended.
 */
import type { WorkerLike } from "./policy/reader-worker.js";
import type { FromWorker, ToWorker } from "./protocol.js";
import { joinDifferences, type Posted } from "./state-difference.js";

/** A worker yields within a few hundredths of a second, an assembler within a few seconds; beyond this one hangs. */
export const PATIENCE_MS = 10_000;

/** The reason when it was too long. */
export const NO_ANSWER = "it did not answer";

export class WorkerLink {
  private worker: WorkerLike | undefined;
  private watch: ReturnType<typeof setTimeout> | undefined;
  /** Messages that the present worker was posted. */
  private posted = 0;

  /**
   * @param make starts a worker
   * @param heard is called with each message; after `broken` the worker has been ended
   * @param patience milliseconds in which each message must be answered
   */
  constructor(
    private readonly make: () => WorkerLike,
    private readonly heard: (message: FromWorker) => void,
    private readonly patience: () => number = () => PATIENCE_MS,
  ) {}

  get isAwake(): boolean {
    return this.worker !== undefined;
  }

  /** Posts a message; every message is answered soon, a run by a first state. Returns which one it was, from 1. */
  post(message: ToWorker): number {
    this.worker ??= this.start();
    this.worker.postMessage(message);
    this.posted++;
    this.watch ??= setTimeout(() => this.broke(NO_ANSWER), this.patience());
    return this.posted;
  }

  /** Ends the worker; the next message makes a fresh one. */
  end(): void {
    clearTimeout(this.watch);
    this.watch = undefined;
    this.worker?.terminate();
    this.worker = undefined;
  }

  private start(): WorkerLike {
    this.posted = 0;
    const worker = this.make();
    const whole = joinDifferences();
    worker.addEventListener("message", (event) => {
      if (worker !== this.worker) return;
      clearTimeout(this.watch);
      this.watch = undefined;
      const message = whole((event as MessageEvent<Posted>).data);
      if (message.kind === "broken") this.broke(message.reason);
      else this.heard(message);
    });
    worker.addEventListener("error", (event) => {
      if (worker === this.worker) this.broke((event as ErrorEvent).message || "it could not be loaded");
    });
    return worker;
  }

  private broke(reason: string): void {
    this.end();
    this.heard({ kind: "broken", reason });
  }
}
