/** A kernel that runs programs, and the schedule that comes of it: the same type as a simulation's. */
import type { Kernel } from "../../kernel.js";
import type { KernelObserver } from "../../observer.js";
import type { SchedulingEvent } from "../events.js";
import { nanosecondsPerUnit } from "../tell.js";
import type { Interval, Schedule } from "./schedule.js";
import { scheduleFrom } from "./schedule-builder.js";

/** Its `observer` goes into the options of `Kernel.boot`: it must hear of the first process. */
export class ScheduleRecorder {
  /** Everything so far. */
  readonly events: SchedulingEvent[] = [];
  readonly observer: KernelObserver = { scheduled: (event) => this.events.push(event) };

  /** The schedule up to now, or of an interval of virtual time. */
  schedule(kernel: Kernel, interval?: Interval): Schedule {
    const now = kernel.machine.clock.now * nanosecondsPerUnit(kernel);
    return scheduleFrom(this.events, {
      begin: this.events[0]?.at ?? 0,
      end: now,
      ...interval,
      policy: kernel.scheduler.name,
    });
  }
}
