/**
 * The reader's own policy: a function that is shown who can run and says who shall. It gets copies and gives a number, so
 * it can corrupt nothing; what it answers is checked, and with its first mistake it has lost its office: the fault is
 * reported, and from then on everybody takes turns. A function that does not return at all cannot be helped here: whoever
 * takes one from a stranger runs the machine in a worker and watches over it.
 * Models what sched_ext does with BPF schedulers (Linux kernel/sched/ext.c), which falls back to the fair class.
 */
import type { ChoiceRule } from "./decision.js";
import {
  accountTime,
  beginTurn,
  type EnqueueReason,
  type SchedEntity,
  type SchedulingPolicy,
} from "./policy.js";
import { describeAnswer, type PolicyFault, type PolicyFaultKind } from "./reader-fault.js";
import { virtualTime } from "./weights.js";

/** What the function is told of one task. Times are virtual milliseconds. */
export interface ReaderTask {
  readonly pid: number;
  readonly nice: number;
  /** 1024 for nice 0, a factor of about 1.25 a step. */
  readonly weight: number;
  /** How long it has had the CPU in all, and the same divided by its weight (1024 as 1). */
  readonly ran: number;
  readonly vruntime: number;
  /** How long it has waited for the CPU; 0 for the one that has it. */
  readonly waited: number;
  /** It has the CPU, and could go on. */
  readonly running: boolean;
  /** It slept, and has not had the CPU since. */
  readonly woken: boolean;
}

/**
 * The reader's function: out of the tasks that can run, in the order in which they began to wait, the one that shall, as its
 * pid or as an object with `pid` and, if its turn shall end after some milliseconds, `slice`. Asked whenever there is a
 * choice: when a turn is over, when a task wakes, sleeps, ends or yields.
 */
export type Pick = (tasks: ReaderTask[], now: number) => unknown;

export interface ReaderLimits {
  readonly unitsPerSecond: number;
  /** Clock time of a turn when the function does not say. */
  readonly slice: number;
  readonly maximumCalls: number;
  readonly onFault?: (fault: PolicyFault) => void;
}

interface Choice {
  readonly entity: SchedEntity;
  readonly slice: number;
}

export class ReaderPolicy implements SchedulingPolicy {
  readonly name = "reader";
  readonly virtualTime = undefined;
  /** Set with the first mistake. */
  fault: PolicyFault | undefined;
  /** How often the function was asked. */
  calls = 0;
  private readonly queue: SchedEntity[] = [];
  private readonly woken = new Set<SchedEntity>();
  /** How long the present turn may last. */
  private slice: number;
  /** The answer to a wake-up, which is also the answer to the choice that follows it. */
  private answer: { now: number; length: number; choice: Choice } | undefined;

  constructor(
    private readonly ask: Pick,
    private readonly limits: ReaderLimits,
  ) {
    this.slice = limits.slice;
  }

  get length(): number {
    return this.queue.length;
  }

  get rule(): ChoiceRule {
    return this.fault ? "fallback after a fault" : "the reader's function";
  }

  enqueue(entity: SchedEntity, reason: EnqueueReason, now: number): void {
    if (entity.queued) throw new Error(`task ${entity.pid} is already in the run queue`);
    entity.queued = true;
    entity.waitingSince = now;
    if (reason === "woken") this.woken.add(entity);
    this.queue.push(entity);
  }

  remove(entity: SchedEntity): void {
    this.woken.delete(entity);
    if (!entity.queued) return;
    entity.queued = false;
    this.queue.splice(this.queue.indexOf(entity), 1);
  }

  pickNext(now: number): SchedEntity | undefined {
    const first = this.queue[0];
    if (!first) return undefined;
    const { entity, slice } = this.choose(undefined, now) ?? { entity: first, slice: this.limits.slice };
    this.answer = undefined;
    this.remove(entity);
    this.slice = slice;
    beginTurn(entity, now);
    return entity;
  }

  account(running: SchedEntity, now: number): void {
    running.vruntime += virtualTime(accountTime(running, now), running.weight);
  }

  tick(running: SchedEntity, now: number): boolean {
    this.account(running, now);
    return this.length > 0 && now - running.turnBegan >= this.slice;
  }

  preempts(_woken: SchedEntity, running: SchedEntity, now: number): boolean {
    this.account(running, now);
    const choice = this.choose(running, now);
    if (!choice || choice.entity === running) return false;
    this.answer = { now, length: this.length + 1, choice };
    return true;
  }

  yield(): void {}

  lagOf(): number {
    return 0;
  }

  waiting(): readonly SchedEntity[] {
    return this.queue;
  }

  /** What the function says; undefined when it may not be asked any more. */
  private choose(running: SchedEntity | undefined, now: number): Choice | undefined {
    const entities = running ? [running, ...this.queue] : this.queue;
    const known = this.answer;
    if (known?.now === now && known.length === entities.length && known.choice.entity.queued)
      return known.choice;
    if (this.fault) return undefined;
    if (entities.length === 1) return { entity: entities[0]!, slice: this.limits.slice };
    if (++this.calls > this.limits.maximumCalls)
      return this.fail(
        "too-many-calls",
        entities,
        undefined,
        `it was asked ${this.limits.maximumCalls} times; ask for a shorter run`,
      );
    const ms = 1000 / this.limits.unitsPerSecond;
    let answer: unknown;
    let pid: unknown;
    let slice: unknown;
    try {
      answer = this.ask(
        entities.map((entity) => this.shown(entity, running, now, ms)),
        now * ms,
      );
      // Reading fields of what a stranger made may run the stranger's code.
      [pid, slice] = fieldsOf(answer);
    } catch (error) {
      return this.fail(
        "threw",
        entities,
        undefined,
        `it threw ${describeAnswer(error)}; catch that, or mend its cause`,
      );
    }
    return this.judge(entities, answer, pid, slice, ms);
  }

  private judge(
    entities: readonly SchedEntity[],
    answer: unknown,
    pid: unknown,
    slice: unknown,
    ms: number,
  ): Choice | undefined {
    const pids = entities.map((entity) => entity.pid).join(", ");
    if (typeof pid !== "number")
      return this.fail(
        "not-a-choice",
        entities,
        answer,
        `return the pid of one of the tasks, or an object with such a pid: ${pids}`,
      );
    const entity = entities.find((one) => one.pid === pid);
    if (!entity)
      return this.fail(
        "no-such-task",
        entities,
        answer,
        `no task ${pid} can run; those that can are ${pids}`,
      );
    if (slice === undefined) return { entity, slice: this.limits.slice };
    if (typeof slice !== "number" || !(slice > 0))
      return this.fail("bad-slice", entities, answer, "slice must be a number of milliseconds above 0");
    return { entity, slice: slice / ms };
  }

  private shown(entity: SchedEntity, running: SchedEntity | undefined, now: number, ms: number): ReaderTask {
    const { pid, nice, weight, ran, vruntime, waitingSince } = entity;
    const isRunning = entity === running;
    return {
      ...{ pid, nice, weight },
      ran: ran * ms,
      vruntime: vruntime * ms,
      waited: isRunning ? 0 : (now - waitingSince) * ms,
      running: isRunning,
      woken: this.woken.has(entity),
    };
  }

  private fail(
    kind: PolicyFaultKind,
    entities: readonly SchedEntity[],
    answer: unknown,
    reason: string,
  ): undefined {
    this.fault = {
      kind,
      call: this.calls,
      reason,
      pids: entities.map(({ pid }) => pid),
      answer: describeAnswer(answer),
    };
    this.limits.onFault?.(this.fault);
    return undefined;
  }
}

function fieldsOf(answer: unknown): [pid: unknown, slice: unknown] {
  if (typeof answer !== "object" || answer === null) return [answer, undefined];
  return ["pid" in answer ? answer.pid : undefined, "slice" in answer ? answer.slice : undefined];
}
