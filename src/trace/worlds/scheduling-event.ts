/** What the scheduler tells, of a kernel or of the laboratory's simulation, as events. */
import type { SchedulingEvent } from "../../kernel/sched/events.js";
import type { EventTold } from "../event.js";

/** An event without its t. */
type Untimed = EventTold extends infer Event ? (Event extends unknown ? Omit<Event, "t"> : never) : never;

export function schedulingEvent(scheduling: SchedulingEvent): Untimed {
  switch (scheduling.kind) {
    case "tick":
      return { ...of(scheduling.pid), kind: "tick", scheduling, says: "the timer ticks" };
    case "decided": {
      const { to, queue, policy, reason } = scheduling;
      const chosen = to === undefined ? "nobody" : `process ${to}`;
      const says = `${policy} chooses ${chosen} of ${queue.length} (${reason})`;
      return { ...of(to), kind: "decision", scheduling, says };
    }
    case "switched": {
      const from = scheduling.from === undefined ? "the idle loop" : `process ${scheduling.from}`;
      const tables = scheduling.cr3Written ? "CR3 is written" : "CR3 stays as it is";
      const says = `the CPU goes from ${from} to process ${scheduling.to}; ${tables}`;
      return { ...of(scheduling.to), kind: "switch", scheduling, says };
    }
    case "timer":
      return { ...of(scheduling.pid), kind: "task", scheduling, says: "a timer is due between two ticks" };
    case "policy-fault":
      return { kind: "task", scheduling, says: "the reader's scheduler did what it must not" };
    default:
      return { ...of(scheduling.pid), kind: "task", scheduling, says: words(scheduling) };
  }
}

const of = (pid: number | undefined) =>
  pid === undefined ? {} : ({ pid, reference: { kind: "process", process: pid } } as const);

function words(
  event: Exclude<SchedulingEvent, { kind: "tick" | "timer" | "decided" | "switched" | "policy-fault" }>,
): string {
  switch (event.kind) {
    case "created":
      return `is there, with nice ${event.nice}`;
    case "renamed":
      return `is called ${event.name}`;
    case "reweighted":
      return `has nice ${event.nice}`;
    case "woken":
      return event.preempts ? "wakes, and takes the CPU" : "wakes";
    case "slept":
      return `sleeps until ${event.on}`;
    case "ended":
      return "needs the CPU no more";
    case "asked":
      return "is asked for something";
    case "answered":
      return "has answered";
    case "kernel-work":
      return event.begins ? "begins long work in the kernel" : "has done long work in the kernel";
    case "need-resched":
      return `must give up the CPU (${event.reason})`;
  }
}
