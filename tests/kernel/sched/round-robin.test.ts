/** Round robin: everybody's turn comes, in order, for one timeslice. */
import { describe, expect, it } from "vitest";
import { SchedEntity } from "../../../src/kernel/sched/policy.js";
import { RoundRobin } from "../../../src/kernel/sched/round-robin.js";

describe("round robin", () => {
  it("gives each task its timeslice in turn", () => {
    const scheduler = new RoundRobin(3);
    for (const pid of [1, 2, 3]) scheduler.enqueue(new SchedEntity(pid), "new", 0);
    const order: number[] = [];
    let running = scheduler.pickNext(0)!;
    for (let tick = 0; tick < 18; tick++) {
      order.push(running.pid);
      if (!scheduler.tick(running, tick)) continue;
      scheduler.enqueue(running, "put", tick);
      running = scheduler.pickNext(tick)!;
    }
    expect(order.join("")).toBe("111222333111222333");
  });

  it("lets a task that is alone go on", () => {
    const scheduler = new RoundRobin(2);
    const only = new SchedEntity(1);
    expect([1, 2, 3, 4, 5].map((now) => scheduler.tick(only, now))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("refuses the same task twice", () => {
    const scheduler = new RoundRobin(1);
    const one = new SchedEntity(1);
    scheduler.enqueue(one, "new", 0);
    expect(() => scheduler.enqueue(one, "new", 0)).toThrow(/already/);
    scheduler.remove(one);
    expect(scheduler.pickNext(0)).toBeUndefined();
  });
});
