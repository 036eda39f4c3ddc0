/**
 * How an operation waits. One that cannot go on returns a `Blocked` value naming the queues whose events may help; the kernel
 * puts the task on them, runs others, and makes the whole system call again once one of the queues is woken. There
 * are neither promises nor generators, so that all of the kernel's state is plain data.
 *
 * A call that did part of its work hands over its `Progress`, and gets it back when it is made again.
 * Models wait_queue_head_t (Linux include/linux/wait.h). Leaves out: exclusive waiters; each wake wakes all.
 */
import type { Result } from "../abi/errno.js";
import type { OpenFile } from "./open-file.js";

/** Someone who can be woken: a task. */
export interface Sleeper {
  /** The queue says that something happened; the sleeper is no longer on this queue. */
  wake(queue: WaitQueue): void;
}

/** Tasks that wait for one kind of event, in the order in which they came. */
export class WaitQueue {
  private sleepers: Sleeper[] = [];

  /** @param name what is waited for, in words that a view can show: "data in pipe:[7]" */
  constructor(readonly name: string) {}

  /** The number of tasks waiting. */
  get length(): number {
    return this.sleepers.length;
  }

  /** Adds a sleeper once. */
  add(sleeper: Sleeper): void {
    if (!this.sleepers.includes(sleeper)) this.sleepers.push(sleeper);
  }

  /** Takes a sleeper off, as when a signal woke it or another queue did. */
  remove(sleeper: Sleeper): void {
    this.sleepers = this.sleepers.filter((other) => other !== sleeper);
  }

  /** Empties the queue and wakes all who were on it, first come, first woken. */
  wake(): void {
    const woken = this.sleepers;
    this.sleepers = [];
    for (const sleeper of woken) sleeper.wake(this);
  }
}

/** What a call has done before it had to wait. */
export interface Progress {
  /** Bytes transferred already; they count in the result, also when a signal ends the wait. */
  readonly done: number;
  /** A FIFO's end that is open but waits for the other one; to be released when the wait is given up. */
  readonly opening?: OpenFile;
  /** A signal handler ends it with EINTR even if calls are to be made again after it. */
  readonly neverRestarts?: boolean;
  /** Seconds from the beginning of the call after which it ends with what it has done, or EAGAIN. */
  readonly within?: number;
  /** A place among those who wait for something else; to be released as well. */
  readonly held?: { release(): void };
}

/** The wait is given up: nothing stays behind. */
export function giveUpProgress(progress: Progress | undefined): void {
  progress?.opening?.release();
  progress?.held?.release();
}

/** The value of an operation that has to wait. */
export class Blocked {
  constructor(
    /** Any of these may end the wait. */
    readonly queues: readonly WaitQueue[],
    readonly progress: Progress = { done: 0 },
    /** Clock time at which the wait ends in any case. */
    readonly until = Number.POSITIVE_INFINITY,
  ) {}
}

/** What an operation that may fail or wait gives. */
export type Blocking<T> = Result<T> | Blocked;

/** True when `r` has to wait. */
export function blocked(r: unknown): r is Blocked {
  return r instanceof Blocked;
}
