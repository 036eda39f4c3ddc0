/** Telling what happens to tasks, to whoever watches; nothing is put together when nobody does. */
import type { Kernel } from "../kernel.js";
import type { Task } from "../process/task.js";
import type { Moment } from "./decision.js";
import type { SchedulingEvent, TaskEvent } from "./events.js";

/** Now. */
export function momentOf(kernel: Kernel): Required<Moment> {
  const { cpu, clock } = kernel.machine;
  return { at: clock.now * nanosecondsPerUnit(kernel), t: cpu.time };
}

/** Of the machine's clock. */
export function nanosecondsPerUnit({ machine }: Kernel): number {
  return 1e9 / machine.clock.stepsPerSecond;
}

/** What happens to one task, without saying to which. */
export type Happening = TaskEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, "pid">
    : never
  : never;

export function tellTask(kernel: Kernel, task: Task, happening: Happening): void {
  const { observer } = kernel;
  if (observer.scheduled)
    observer.scheduled({ ...momentOf(kernel), pid: task.pid, ...happening } as SchedulingEvent);
}

/** It is there, with a name that its program may change. */
export function tellCreation(kernel: Kernel, task: Task): void {
  const { nice, weight } = task.entity;
  tellTask(kernel, task, { kind: "created", name: task.name, nice, weight });
}

/** TASK_COMM_LEN without the zero at the end. */
const LONGEST_NAME = 15;

/** Gives it a name, a byte string, cut to what there is room for. */
export function nameTask(kernel: Kernel, task: Task, name: string): void {
  task.name = name.slice(0, LONGEST_NAME);
  tellTask(kernel, task, { kind: "renamed", name: task.name });
}
