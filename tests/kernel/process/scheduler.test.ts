/** Round robin: everybody's turn comes, in order, for one timeslice. */
import { describe, expect, it } from "vitest";
import { RoundRobin } from "../../../src/kernel/process/scheduler.js";
import type { Task } from "../../../src/kernel/process/task.js";

const task = (pid: number): Task => ({ pid, slice: 0 }) as unknown as Task;

describe("round robin", () => {
  it("gives each task its timeslice in turn", () => {
    const scheduler = new RoundRobin(3);
    for (const pid of [1, 2, 3]) scheduler.enqueue(task(pid));
    const order: number[] = [];
    let running = scheduler.pick()!;
    for (let tick = 0; tick < 18; tick++) {
      order.push(running.pid);
      if (!scheduler.tick(running)) continue;
      scheduler.enqueue(running);
      running = scheduler.pick()!;
    }
    expect(order.join("")).toBe("111222333111222333");
  });

  it("lets a task that is alone go on", () => {
    const scheduler = new RoundRobin(2);
    const only = task(1);
    expect([1, 2, 3, 4, 5].map(() => scheduler.tick(only))).toEqual([false, false, false, false, false]);
  });

  it("refuses the same task twice", () => {
    const scheduler = new RoundRobin(1);
    const one = task(1);
    scheduler.enqueue(one);
    expect(() => scheduler.enqueue(one)).toThrow(/already/);
    scheduler.remove(one);
    expect(scheduler.pick()).toBeUndefined();
  });
});
