/**
 * From events to a schedule. Events of a simulation and of a kernel are the same, so this is the one place where a Gantt
 * chart's pieces come from. Only what lies between `begin` and `end` is kept.
 */
import { totalCost } from "../../costs.js";
import type { DecisionReason, SchedulingDecision } from "../decision.js";
import type { ContextSwitch, SchedulingEvent, TaskEvent } from "../events.js";
import type {
  Interval,
  Schedule,
  ScheduledTask,
  Segment,
  SegmentKind,
  Turn,
  Wait,
  WaitReason,
} from "./schedule.js";
import { TaskHistory } from "./task-history.js";
import type { TaskKind } from "./workload.js";

export interface ScheduleFrame extends Interval {
  readonly policy: string;
  /** What the tasks of a simulation are; others are programs. */
  readonly kinds?: ReadonlyMap<number, TaskKind>;
}

/** The schedule that the events tell. They must be in the order of time, from the creation of the first task on. */
export function scheduleFrom(events: Iterable<SchedulingEvent>, frame: ScheduleFrame): Schedule {
  const builder = new ScheduleBuilder(frame);
  for (const event of events) builder.add(event);
  return builder.finish();
}

export class ScheduleBuilder {
  private readonly histories = new Map<number, TaskHistory>();
  private readonly segments: Segment[] = [];
  private readonly turns: Turn[] = [];
  private readonly decisions: SchedulingDecision[] = [];
  private readonly switches: ContextSwitch[] = [];
  private readonly ticks: number[] = [];
  private fault: Schedule["fault"];
  /** What the CPU does, and since when. */
  private pid: number | undefined;
  private since: number;
  private turn: Pick<Turn, "begin" | "switchCost" | "t"> | undefined;

  constructor(private readonly frame: ScheduleFrame) {
    this.since = frame.begin;
  }

  add(event: SchedulingEvent): void {
    switch (event.kind) {
      case "decided":
        this.decided(event);
        return;
      case "switched":
        this.switched(event);
        return;
      case "tick":
        this.ticks.push(event.at);
        this.interrupted(event.at, event.cost);
        return;
      case "timer":
        this.interrupted(event.at, event.cost);
        return;
      case "policy-fault":
        this.fault ??= { at: event.at, fault: event.fault };
        return;
      default:
        this.ofTask(event, event.at);
    }
  }

  finish(): Schedule {
    const { begin, end, policy } = this.frame;
    this.fill(end);
    this.endTurn(end, undefined);
    const histories = [...this.histories.values()].sort((a, b) => a.pid - b.pid);
    for (const history of histories) history.finish(end);
    const within = ({ at }: { at: number }) => at >= begin && at < end;
    const overlaps = (interval: Interval) => interval.end > begin && interval.begin < end;
    return {
      ...{ begin, end, policy, segments: this.segments },
      tasks: histories
        .filter(({ born, ended }) => born < end && (ended ?? end) > begin)
        .map((one) => this.taskOf(one)),
      turns: this.turns.filter(overlaps),
      waits: histories
        .flatMap(({ waits }) => waits)
        .filter(overlaps)
        .sort(byBegin),
      responses: histories
        .flatMap(({ responses }) => responses)
        .filter(({ answered }) => answered >= begin && answered <= end)
        .sort((a, b) => a.answered - b.answered || a.pid - b.pid),
      decisions: this.decisions.filter(within),
      switches: this.switches.filter(within),
      ticks: this.ticks.filter((at) => at >= begin && at < end),
      ...(this.fault ? { fault: this.fault } : {}),
    };
  }

  private taskOf({ pid, name, nice, weight, born, ended }: TaskHistory): ScheduledTask {
    return { pid, name, kind: this.frame.kinds?.get(pid) ?? "program", nice, weight, born, ended };
  }

  private history(pid: number, at: number): TaskHistory {
    const known = this.histories.get(pid);
    if (known) return known;
    const history = new TaskHistory(pid, at);
    this.histories.set(pid, history);
    return history;
  }

  private ofTask(event: TaskEvent, at: number): void {
    const history = this.history(event.pid, at);
    // A piece of the program ends where work of the kernel begins, and the other way round.
    if (event.kind === "kernel-work" && event.pid === this.pid) this.fill(at);
    history.add(event, at);
  }

  private decided(decision: SchedulingDecision): void {
    const { at, from, to, reason } = decision;
    this.decisions.push(decision);
    if (to === this.pid) return;
    this.fill(at);
    this.endTurn(at, reason);
    const goesOn = from !== undefined && from !== to && reason !== "blocked" && reason !== "exited";
    if (goesOn) this.history(from, at).waitFrom(at, waitReasonOf(reason));
    this.pid = to;
  }

  private switched(event: ContextSwitch): void {
    const { at, to, cost } = event;
    this.switches.push(event);
    this.fill(at);
    this.pid = to;
    const begin = at + totalCost(cost);
    this.push("switch", to, begin);
    this.turn = { begin, switchCost: totalCost(cost), t: event.t };
    this.history(to, at).run(begin);
  }

  private interrupted(at: number, cost: number): void {
    if (cost === 0) return;
    this.fill(at);
    this.push("interrupt", this.pid, at + cost);
  }

  /** What the CPU has done since the last event, by itself. */
  private fill(until: number): void {
    const { pid } = this;
    if (pid === undefined) this.push("idle", undefined, until);
    else this.push(this.histories.get(pid)?.inKernel ? "kernel" : "user", pid, until);
  }

  private push(kind: SegmentKind, pid: number | undefined, until: number): void {
    const begin = this.since;
    if (until <= begin) return;
    this.since = until;
    const { frame, segments } = this;
    const last = segments.at(-1);
    const visible = { begin: Math.max(begin, frame.begin), end: Math.min(until, frame.end) };
    if (visible.begin >= visible.end) return;
    if (last?.kind === kind && last.pid === pid && last.end === visible.begin && kind !== "switch")
      segments[segments.length - 1] = { ...last, end: visible.end };
    else segments.push({ ...visible, kind, pid });
  }

  private endTurn(at: number, endedBy: DecisionReason | undefined): void {
    if (!this.turn || this.pid === undefined) return;
    const { begin, switchCost, t } = this.turn;
    this.turns.push({ pid: this.pid, begin, end: Math.max(begin, at), switchCost, t, endedBy });
    this.turn = undefined;
  }
}

function waitReasonOf(reason: DecisionReason): WaitReason {
  return reason === "yield" ? "yielded" : "preempted";
}

const byBegin = (a: Wait, b: Wait): number => a.begin - b.begin || a.pid - b.pid;
