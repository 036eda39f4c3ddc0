/**
 * A CPU, a timer and tasks that are descriptions only, under the same policy objects that the kernel uses: what takes the
 * kernel millions of instructions takes this some thousand steps, and a slider can be moved while one looks.
 * The order of things is that of `core.ts` and `interrupt.ts`: a tick costs, wakes nobody by itself, and may end a turn; who
 * wakes may take the CPU; a switch costs, with interrupts off, and is charged to whom it brings in.
 * Leaves out: threads of one process (each task has its own page tables), several CPUs, real-time classes.
 */
import { type SwitchCost, totalCost } from "../../costs.js";
import type { DecisionReason, RescheduleReason } from "../decision.js";
import type { SchedulingEvent, TaskEvent } from "../events.js";
import { makePolicy } from "../policies.js";
import { describeQueue, type SchedulingPolicy } from "../policy.js";
import { tickPeriod } from "../tick-rate.js";
import { checkWorkload } from "./check-workload.js";
import { returnCost, SIMULATION_DEFAULTS, type Simulation, type SimulationOptions } from "./options.js";
import { SECOND } from "./schedule.js";
import { scheduleFrom } from "./schedule-builder.js";
import { type AfterAct, SimulatedTask } from "./simulated-task.js";
import type { Workload } from "./workload.js";

/** The pid of the first task of a workload; the others follow in order. */
export const FIRST_PID = 1;

type Settings = SimulationOptions & Required<Omit<SimulationOptions, "policy" | "duration">>;

/** Lets the workload run. Throws a RangeError for a workload in which `checkWorkload` finds something wrong. */
export function simulate(workload: Workload, options: SimulationOptions): Simulation {
  const wrong = checkWorkload(workload);
  if (wrong) throw new RangeError(wrong);
  const settings = settingsFrom(options);
  const simulator = new Simulator(workload, settings);
  const events = simulator.run();
  const schedule = scheduleFrom(events, {
    begin: 0,
    end: simulator.now,
    policy: simulator.policy.name,
    kinds: new Map(workload.tasks.map(({ kind }, n) => [FIRST_PID + n, kind])),
  });
  return { schedule, events };
}

/** Whole nanoseconds throughout, so that sums are exact. */
function settingsFrom(options: SimulationOptions): Settings {
  const { round } = Math;
  const settings: Settings = { ...SIMULATION_DEFAULTS, ...options };
  const { registers, tlb, cache } = settings.switchCost;
  if (settings.tickCost > tickPeriod(settings.timerHertz) / 2)
    throw new RangeError("a tick costs more than half the time between two: nothing else would ever run");
  return {
    ...settings,
    tickCost: round(settings.tickCost),
    switchCost: { registers: round(registers), tlb: round(tlb), cache: round(cache) },
    reschedulePoints: Math.max(1, round(settings.reschedulePoints)),
  };
}

class Simulator {
  now = 0;
  readonly policy: SchedulingPolicy;
  private readonly tasks: readonly SimulatedTask[];
  private readonly events: SchedulingEvent[] = [];
  private current: SimulatedTask | undefined;
  /** Whose page tables the CPU has. */
  private last: SimulatedTask | undefined;
  private needResched: RescheduleReason | undefined;
  private readonly period: number;
  private ticks = 0;

  constructor(
    workload: Workload,
    private readonly settings: Settings,
  ) {
    this.tasks = workload.tasks.map((task, n) => new SimulatedTask(task, FIRST_PID + n, settings.seed));
    this.period = tickPeriod(settings.timerHertz);
    this.policy = makePolicy(settings.policy, {
      unitsPerSecond: SECOND,
      timerHertz: settings.timerHertz,
      onFault: (fault) => this.events.push({ kind: "policy-fault", at: this.now, fault }),
    });
  }

  run(): readonly SchedulingEvent[] {
    const { duration } = this.settings;
    while (this.now < duration) {
      while (this.nextEvent <= this.now) this.takeWhatIsDue();
      const { current } = this;
      if (!current) {
        if (this.policy.length > 0) this.schedule("idle");
        else this.now = Math.min(duration, this.nextEvent);
      } else if (current.left === 0) this.finishAct(current);
      else if (this.needResched && this.mayPreempt(current)) this.schedule(this.needResched);
      else this.work(current);
    }
    return this.events;
  }

  private tell(task: SimulatedTask, event: DistributedOmit<TaskEvent, "pid">): void {
    this.events.push({ at: this.now, pid: task.entity.pid, ...event });
  }

  private get nextTick(): number {
    return Math.round((this.ticks + 1) * this.period);
  }

  private get nextEvent(): number {
    return this.tasks.reduce((first, { nextEvent }) => Math.min(first, nextEvent), this.nextTick);
  }

  /** The current task works until its act is over, or something happens, or the kernel looks up. */
  private work(task: SimulatedTask): void {
    const until = Math.min(this.now + task.left, this.nextEvent, this.settings.duration, this.lookUp(task));
    const passed = until - this.now;
    task.done += passed;
    task.left = Math.max(0, task.left - passed);
    this.now = until;
  }

  /** When a long call next asks whether the CPU is wanted; Infinity when that is not awaited. */
  private lookUp(task: SimulatedTask): number {
    if (!this.needResched || this.settings.preemption !== "voluntary") return Number.POSITIVE_INFINITY;
    const { reschedulePoints } = this.settings;
    return this.now + reschedulePoints - (task.done % reschedulePoints);
  }

  private mayPreempt({ inKernel, done }: SimulatedTask): boolean {
    const { preemption, reschedulePoints } = this.settings;
    if (!inKernel || preemption === "full") return true;
    return preemption === "voluntary" && done > 0 && done % reschedulePoints === 0;
  }

  private takeWhatIsDue(): void {
    for (const task of this.tasks) while (task.nextEvent <= this.now) this.happen(task);
    if (this.nextTick <= this.now) this.tick();
  }

  private happen(task: SimulatedTask): void {
    const { now } = this;
    if (task.state === "unborn") this.bear(task);
    else if (task.nextArrival <= now) {
      this.tell(task, { kind: "asked" });
      if (task.arrive(now)) this.wake(task);
    } else this.wake(task);
  }

  private bear(task: SimulatedTask): void {
    const { nice, weight } = task.entity;
    this.tell(task, { kind: "created", name: task.description.name, nice, weight });
    task.state = "sleeping";
    const after = task.begin(this.now);
    if (after === "sleeps") this.tell(task, { kind: "slept", on: "its first event" });
    else {
      task.state = "runnable";
      this.policy.enqueue(task.entity, "new", this.now);
    }
    this.tellProgress(task);
  }

  /** What the start of an act has brought to an end, and whether it is a long call. */
  private tellProgress(task: SimulatedTask): void {
    for (; task.answers > 0; task.answers--) this.tell(task, { kind: "answered" });
    if (task.inKernel === task.toldInKernel) return;
    task.toldInKernel = task.inKernel;
    this.tell(task, { kind: "kernel-work", begins: task.inKernel });
  }

  private wake(task: SimulatedTask): void {
    const after = task.wake(this.now);
    this.tellProgress(task);
    if (after === "ends") this.end(task);
    if (after === "sleeps" || after === "ends") return;
    task.state = "runnable";
    this.policy.enqueue(task.entity, "woken", this.now);
    const { current } = this;
    const preempts = current !== undefined && this.policy.preempts(task.entity, current.entity, this.now);
    this.tell(task, { kind: "woken", preempts });
    if (preempts) this.demand("woken");
  }

  private demand(reason: RescheduleReason): void {
    const { current } = this;
    if (!current || this.needResched) return;
    this.needResched = reason;
    if (!this.mayPreempt(current)) this.tell(current, { kind: "need-resched", reason });
  }

  /** Several ticks that fell into a time without interrupts are one. */
  private tick(): void {
    this.ticks = Math.floor((this.now + 0.5) / this.period);
    const { tickCost } = this.settings;
    this.events.push({ kind: "tick", at: this.now, pid: this.current?.entity.pid, cost: tickCost });
    this.now += tickCost;
    if (this.current && this.policy.tick(this.current.entity, this.now)) this.demand("tick");
  }

  private finishAct(task: SimulatedTask): void {
    const wasInKernel = task.inKernel;
    const after = task.goOn(this.now);
    this.tellProgress(task);
    if (after !== "goes on") this.giveUp(task, after);
    else if (this.needResched && wasInKernel) this.schedule(this.needResched);
  }

  private giveUp(task: SimulatedTask, after: AfterAct): void {
    if (after === "yields") {
      this.policy.yield(task.entity, this.now);
      this.schedule("yield");
      return;
    }
    if (after === "ends") this.end(task);
    else {
      task.state = "sleeping";
      this.tell(task, { kind: "slept", on: task.waitsFor });
    }
    this.schedule(after === "ends" ? "exited" : "blocked");
  }

  private end(task: SimulatedTask): void {
    task.state = "ended";
    task.nextArrival = Number.POSITIVE_INFINITY;
    this.tell(task, { kind: "ended" });
  }

  private schedule(reason: DecisionReason): void {
    const from = this.current;
    this.needResched = undefined;
    if (from) this.putBack(from);
    const { policy, now, settings } = this;
    const queue = settings.tellsQueue ? describeQueue(policy, 1) : [];
    const { virtualTime } = policy;
    const entity = policy.pickNext(now);
    const to = entity && this.tasks[entity.pid - FIRST_PID];
    const { rule, name } = policy;
    this.events.push({
      ...{ kind: "decided", at: now, policy: name, reason, from: from?.entity.pid, to: entity?.pid },
      ...{ rule: entity ? rule : "nobody waits", queue, virtualTime },
    });
    this.current = to;
    if (to && to !== from) this.switchTo(to, from);
  }

  private putBack({ entity, state }: SimulatedTask): void {
    this.policy.account(entity, this.now);
    if (state === "runnable") this.policy.enqueue(entity, "put", this.now);
    else this.policy.remove(entity);
  }

  private switchTo(to: SimulatedTask, from: SimulatedTask | undefined): void {
    const cr3Written = to !== this.last;
    const cost: SwitchCost = cr3Written ? this.settings.switchCost : returnCost(this.settings.switchCost);
    const pids = { from: from?.entity.pid, to: to.entity.pid };
    this.events.push({ kind: "switched", at: this.now, ...pids, cost, cr3Written, flushes: cr3Written });
    this.last = to;
    this.now += totalCost(cost);
  }
}

type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
