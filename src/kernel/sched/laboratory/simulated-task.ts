/** One task of a simulation: where it is in its acts, and what is on its way to it. All times are nanoseconds. */
import { RandomPool } from "../../fs/random-pool.js";
import { SchedEntity } from "../policy.js";
import { setNice } from "../weights.js";
import type { Act, Span, WorkloadTask } from "./workload.js";

export type SimulatedState = "unborn" | "runnable" | "sleeping" | "ended";

/** What has become of a task at the end of an act. */
export type AfterAct = "goes on" | "sleeps" | "yields" | "ends";

export class SimulatedTask {
  readonly entity: SchedEntity;
  state: SimulatedState = "unborn";
  /** When it wakes by itself. */
  wakeAt = Number.POSITIVE_INFINITY;
  nextArrival = Number.POSITIVE_INFINITY;
  /** The act under way is a call into the kernel, and has been told as one. */
  inKernel = false;
  toldInKernel = false;
  /** Time that the act under way still takes, and has taken. */
  left = 0;
  done = 0;
  /** Questions answered since somebody looked. */
  answers = 0;
  private answering = false;
  /** It sleeps until something arrives. */
  private awaits = false;
  private arrived = 0;
  private position = -1;
  /** What it draws for its acts is not moved by what arrives, and the other way round. */
  private readonly ofActs: RandomPool;
  private readonly ofArrivals: RandomPool;

  constructor(
    readonly description: WorkloadTask,
    pid: number,
    seed: number,
  ) {
    this.entity = new SchedEntity(pid);
    setNice(this.entity, description.nice ?? 0);
    this.entity.request = description.request ?? 0;
    this.ofActs = new RandomPool(seed * 1009 + pid * 2);
    this.ofArrivals = new RandomPool(seed * 1009 + pid * 2 + 1);
  }

  /** When the next thing happens to it that is not its own doing. */
  get nextEvent(): number {
    if (this.state === "unborn") return Math.round(this.description.begins ?? 0);
    return Math.min(this.wakeAt, this.nextArrival);
  }

  /** What it sleeps for, in words. */
  get waitsFor(): string {
    return this.awaits ? "its next event" : "a time";
  }

  /** Its first act begins. */
  begin(now: number): AfterAct {
    const { arrivals } = this.description;
    if (arrivals) this.nextArrival = now + draw(arrivals.first ?? arrivals.every, this.ofArrivals);
    return this.goOn(now);
  }

  /** Something arrives. True when it was awaited: the task is to wake. */
  arrive(now: number): boolean {
    this.nextArrival = now + draw(this.description.arrivals!.every, this.ofArrivals);
    this.arrived++;
    return this.state === "sleeping" && this.awaits;
  }

  /** It is awake: what it awaited, if it did, is taken. */
  wake(now: number): AfterAct {
    this.wakeAt = Number.POSITIVE_INFINITY;
    if (this.awaits) this.take();
    return this.goOn(now);
  }

  /** The act under way is over, and the next one begins. */
  goOn(now: number): AfterAct {
    this.inKernel = false;
    for (;;) {
      const act = this.nextAct();
      if (!act) return "ends";
      const after = this.start(act, now);
      if (after) return after;
    }
  }

  private nextAct(): Act | undefined {
    const { acts, repeats } = this.description;
    this.position++;
    if (this.position === acts.length && repeats) this.position = 0;
    return acts[this.position];
  }

  /** Undefined when the act is over at once. */
  private start(act: Act, now: number): AfterAct | undefined {
    switch (act.act) {
      case "run":
      case "call":
        this.inKernel = act.act === "call";
        this.left = draw(act.time, this.ofActs);
        this.done = 0;
        return "goes on";
      case "sleep":
        this.wakeAt = now + draw(act.time, this.ofActs);
        return "sleeps";
      case "yield":
        return "yields";
      case "await":
        if (this.answering) this.answers++;
        this.answering = false;
        if (this.arrived > 0) {
          this.take();
          return undefined;
        }
        this.awaits = true;
        return "sleeps";
    }
  }

  private take(): void {
    this.arrived--;
    this.awaits = false;
    this.answering = true;
  }
}

/** A time of at least one nanosecond. */
export function draw(span: Span, pool: RandomPool): number {
  const time =
    typeof span === "number" ? span : "mean" in span ? span.mean * exponential(pool) : between(span, pool);
  return Math.max(1, Math.round(time));
}

const uniform = (pool: RandomPool): number => pool.next() / 2 ** 32;

function between({ from, to }: { from: number; to: number }, pool: RandomPool): number {
  return from + (to - from) * uniform(pool);
}

/**
 * Exponentially distributed with mean 1, by comparisons only: a logarithm need not be the same on every host.
 * Source: von Neumann, Various techniques used in connection with random digits (1951).
 */
function exponential(pool: RandomPool): number {
  for (let whole = 0; ; whole++) {
    const first = uniform(pool);
    let last = first;
    let falls = 0;
    for (let next = uniform(pool); next < last; next = uniform(pool)) {
      last = next;
      falls++;
    }
    if (falls % 2 === 0) return whole + first;
  }
}
