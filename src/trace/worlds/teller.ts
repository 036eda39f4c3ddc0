/** Passes events on, and stops the machine at those that somebody waits for. */
import type { Machine } from "../../machine/machine.js";
import type { EventTold } from "../event.js";

export class Teller {
  private listener: ((event: EventTold) => void) | undefined;
  /** What happened before anybody listened. */
  private early: EventTold[] = [];
  /** See `World.stopAt`. */
  stopAt: ((event: EventTold) => boolean) | undefined;
  /** A run is under way that may be stopped. */
  private listening = false;
  private requested = false;

  constructor(private readonly machine: Machine) {}

  /** See `World.tell`. Who begins to listen is told first what has happened already. */
  set tell(listener: (event: EventTold) => void) {
    this.listener = listener;
    for (const event of this.early) listener(event);
    this.early = [];
  }

  get tell(): (event: EventTold) => void {
    return this.listener ?? (() => {});
  }

  /** Something happens. */
  readonly happens = (event: EventTold): void => {
    if (this.listener) this.listener(event);
    else this.early.push(event);
    if (!this.listening || this.requested || !this.stopAt?.(event)) return;
    this.requested = true;
    this.machine.stop();
  };

  /** Runs `work`, during which events may stop the machine if `stops`. */
  during<T>(stops: boolean, work: () => T): T {
    this.listening = stops;
    this.requested = false;
    try {
      return work();
    } finally {
      this.listening = false;
    }
  }

  /** An event of the present run asked for its end. */
  get wantsEnd(): boolean {
    return this.requested;
  }
}

/** Lets nothing stop the machine while `work` runs, which has happened before. */
export function silently<T>({ breakpoints, watchpoints, notifications }: Machine, work: () => T): T {
  const all = [breakpoints, watchpoints, notifications];
  const before = all.map(({ silent }) => silent);
  for (const one of all) one.silent = true;
  try {
    return work();
  } finally {
    all.forEach((one, n) => {
      one.silent = before[n]!;
    });
  }
}
