/**
 * The way out of the kernel: long work, signals, then whoever's turn it is. A switch happens only here, so a task that wakes
 * during a system call gets the CPU when that call is over, if the policy says so, or within its long work.
 * Models Linux kernel/sched/core.c (`__schedule`, `context_switch`, `try_to_wake_up`), reduced to one CPU.
 */
import { RSP } from "../../machine/isa/registers.js";
import { DOOR_WORK } from "../entry/doors.js";
import { continueCall } from "../entry/system-call.js";
import type { Kernel } from "../kernel.js";
import { deliverSignals, isUndisturbed } from "../process/signal-delivery.js";
import type { Task } from "../process/task.js";
import type { DecisionReason, SchedulingDecision } from "./decision.js";
import { beginWork, givesUpWork } from "./kernel-work.js";
import { makePolicy, type PolicyChoice, ticksOf } from "./policies.js";
import { describeQueue, type SchedEntity, type SchedulingPolicy } from "./policy.js";
import { RealTimeFirst } from "./real-time.js";
import { flushSpace, type SpaceSwitch } from "./switch-mm.js";
import { momentOf, nanosecondsPerUnit, tellTask } from "./tell.js";

/** A turn of SCHED_RR: 100 ms. Source: Linux include/linux/sched/rt.h. */
const RR_TIMESLICE = 100e6;

/** The way out: signals, then whoever's turn it is, then a TLB that tells the truth. */
export function leave(kernel: Kernel, door: number): void {
  admitWoken(kernel);
  const { current } = kernel;
  if (current?.work.isUnderWay) {
    if (givesUpWork(kernel, current, door === DOOR_WORK)) schedule(kernel);
  } else if (!current || !beginWork(kernel, current)) leaveToProgram(kernel);
  if (kernel.current?.space.stale) {
    kernel.current.space.stale = false;
    flushSpace(kernel);
  }
  kernel.clockEvent.program(kernel);
  if (!kernel.current && !kernel.somebodyWakesByTime()) kernel.machine.stop();
  if (kernel.isOver) kernel.machine.stop();
}

function leaveToProgram(kernel: Kernel): void {
  if (kernel.current) {
    leaveDisturbed(kernel, kernel.current);
    deliverSignals(kernel, kernel.current);
  }
  const { current } = kernel;
  if (!current || current.state !== "runnable" || current.call || kernel.reschedule) schedule(kernel);
}

/** Puts those who woke into the run queue. The current task is not put there while it has the CPU. */
export function admitWoken(kernel: Kernel): void {
  const { woken, current, scheduler } = kernel;
  if (woken.length === 0) return;
  const { now } = kernel.machine.clock;
  for (const task of woken.splice(0)) {
    if (task.state !== "runnable" || task === current || task.entity.queued) continue;
    scheduler.enqueue(task.entity, "woken", now);
    const preempts = current?.state === "runnable" && scheduler.preempts(task.entity, current.entity, now);
    if (kernel.observer.scheduled) tellTask(kernel, task, { kind: "woken", preempts });
    if (preempts) kernel.reschedule ??= "woken";
  }
}

/** Gives the CPU to the next task that can use it; to the idle loop when there is none. */
export function schedule(kernel: Kernel): void {
  const previous = kernel.current;
  let reason = reasonFor(kernel, previous);
  kernel.reschedule = undefined;
  admitWoken(kernel);
  let from = previous;
  for (;;) {
    const next = reason === "forced" && from ? chooseAnother(kernel, from) : chooseAny(kernel, reason, from);
    if (from && from !== next) countSwitch(from);
    switchTo(kernel, next, previous);
    if (!next || readyToReturn(kernel, next)) {
      // A wake-up in the course of this was answered by the choice.
      kernel.reschedule = undefined;
      return;
    }
    from = next;
    reason = next.ending ? "exited" : "blocked";
  }
}

/** It slept or ended; or it could have gone on. */
function countSwitch({ state, switches }: Task): void {
  if (state === "runnable") switches.involuntary++;
  else switches.voluntary++;
}

function chooseAny(kernel: Kernel, reason: DecisionReason, from: Task | undefined): Task | undefined {
  if (from) putBack(kernel, from);
  return choose(kernel, reason, from);
}

/** Anybody but the one that has the CPU, if there is anybody. */
function chooseAnother(kernel: Kernel, from: Task): Task | undefined {
  if (kernel.scheduler.length === 0) return chooseAny(kernel, "forced", from);
  kernel.scheduler.account(from.entity, kernel.machine.clock.now);
  const next = choose(kernel, "forced", from);
  putBack(kernel, from);
  return next;
}

function reasonFor(kernel: Kernel, previous: Task | undefined): DecisionReason {
  if (!previous) return "idle";
  if (previous.ending) return "exited";
  return kernel.reschedule ?? "blocked";
}

/** A task that had the CPU: back to the queue when it can go on, else out of the policy's accounts. */
function putBack(kernel: Kernel, task: Task): void {
  const { scheduler, machine } = kernel;
  const { entity } = task;
  if (entity.queued) return;
  const { now } = machine.clock;
  scheduler.account(entity, now);
  if (task.state === "runnable") scheduler.enqueue(entity, "put", now);
  else {
    scheduler.remove(entity);
    if (kernel.observer.scheduled && !task.ending)
      tellTask(kernel, task, { kind: "slept", on: sleepsOn(task) });
  }
}

function sleepsOn({ state, waitingOn }: Task): string {
  if (state === "stopped") return "SIGCONT";
  return waitingOn.map(({ name }) => name).join(" or ") || "a time";
}

function choose(kernel: Kernel, reason: DecisionReason, from: Task | undefined): Task | undefined {
  const { scheduler, observer } = kernel;
  const { now } = kernel.machine.clock;
  if (!observer.scheduled) {
    const chosen = scheduler.pickNext(now);
    return chosen && taskOf(kernel, chosen);
  }
  const scale = nanosecondsPerUnit(kernel);
  const queue = describeQueue(scheduler, scale);
  const { virtualTime } = scheduler;
  const chosen = scheduler.pickNext(now);
  const { name, rule } = scheduler;
  const decision: SchedulingDecision = {
    ...{ ...momentOf(kernel), kind: "decided", policy: name, reason, from: from?.pid, to: chosen?.pid },
    ...{ rule: chosen ? rule : "nobody waits", queue },
    virtualTime: virtualTime === undefined ? undefined : virtualTime * scale,
  };
  observer.scheduled(decision);
  return chosen && taskOf(kernel, chosen);
}

function taskOf(kernel: Kernel, entity: SchedEntity): Task {
  const task = kernel.tasks.get(entity.pid);
  if (!task) throw new Error(`the run queue holds task ${entity.pid}, which does not exist`);
  return task;
}

/** Finishes what a woken task had begun; false when it sleeps again or has ended. */
function readyToReturn(kernel: Kernel, task: Task): boolean {
  if (task.work.isUnderWay) return true;
  // What the call waited for may have come beside the signal: then the call ends as if there were none.
  if (task.call && task.state === "runnable") continueCall(kernel, task);
  if (beginWork(kernel, task)) return true;
  leaveDisturbed(kernel, task);
  deliverSignals(kernel, task);
  admitWoken(kernel);
  return task.state === "runnable" && !task.call;
}

/** A thread that had lost the CPU leaves its restartable sequence, if it was in one. */
function leaveDisturbed(kernel: Kernel, task: Task): void {
  if (!task.lostCpu || task.call || task.state !== "runnable") return;
  task.lostCpu = false;
  if (task.sequence) isUndisturbed(kernel, task);
}

/** The context switch: what the hardware holds of the running task is kept, `next` takes its place. */
function switchTo(kernel: Kernel, next: Task | undefined, previous: Task | undefined): void {
  const { cpu } = kernel.machine;
  const running = kernel.current;
  if (running && running !== next) {
    running.kernelRip = cpu.evaluator.following();
    running.fpu.save(cpu.state);
    running.fsBase = cpu.evaluator.fsBase;
    running.gsBase = cpu.system.kernelGsBase;
    running.lostCpu = true;
  }
  kernel.current = next;
  if (!next) {
    kernel.enterIdle();
    kernel.observer.idle?.();
    return;
  }
  if (running === next) return;
  next.fpu.load(cpu.state);
  const space = kernel.loadHardware(next);
  if (previous !== next) {
    kernel.statistics.contextSwitches++;
    paySwitch(kernel, previous, next, space);
  }
  cpu.state.general[RSP] = next.kernelRsp;
  cpu.rip = next.kernelRip;
}

/** A thread of the same process finds TLB and caches as it left them. */
function paySwitch(kernel: Kernel, previous: Task | undefined, next: Task, space: SpaceSwitch): void {
  const { observer, costs } = kernel;
  const registers = costs.switchRegisters;
  const tlb = space.flushes ? costs.switchTlb : 0;
  const cache = space.cr3Written ? costs.switchCache : 0;
  if (observer.scheduled) {
    const scale = nanosecondsPerUnit(kernel);
    observer.scheduled({
      ...{ ...momentOf(kernel), kind: "switched", from: previous?.pid, to: next.pid, ...space },
      cost: { registers: registers * scale, tlb: tlb * scale, cache: cache * scale },
    });
  }
  kernel.charge(registers + tlb + cache);
}

/** The scheduler of a new kernel: real-time tasks first, then what the policy says. */
export function makeScheduler(kernel: Kernel, choice: PolicyChoice): SchedulingPolicy {
  const { timerHertz, machine } = kernel;
  const fair = makePolicy(choice, {
    ...{ unitsPerSecond: machine.clock.stepsPerSecond, timerHertz },
    onFault: (fault) => kernel.observer.scheduled?.({ ...momentOf(kernel), kind: "policy-fault", fault }),
  });
  return new RealTimeFirst(fair, ticksOf(RR_TIMESLICE, timerHertz), machine.clock.stepsPerSecond);
}

/** Another policy takes over, with all who wait. Virtual times are the old policy's own and begin anew. */
export function changePolicy(kernel: Kernel, choice: PolicyChoice): void {
  const { now } = kernel.machine.clock;
  const old = kernel.scheduler;
  if (kernel.current) old.account(kernel.current.entity, now);
  const waiting = [...old.waiting()];
  for (const entity of waiting) old.remove(entity);
  for (const task of kernel.tasks.values()) {
    task.entity.vruntime = task.entity.deadline = task.entity.lag = 0;
  }
  kernel.scheduler = makeScheduler(kernel, choice);
  for (const entity of waiting) kernel.scheduler.enqueue(entity, "new", now);
  if (kernel.current) kernel.reschedule = "yield";
}
