/** A policy that a reader wrote: it decides, and when it is wrong nothing else is. */
import { describe, expect, it } from "vitest";
import { measure } from "../../../src/kernel/sched/laboratory/metrics.js";
import { MILLISECOND, SECOND } from "../../../src/kernel/sched/laboratory/schedule.js";
import { simulate } from "../../../src/kernel/sched/laboratory/simulate.js";
import { editor, hog, io, type Workload } from "../../../src/kernel/sched/laboratory/workload.js";
import type { Pick, ReaderTask } from "../../../src/kernel/sched/reader.js";
import type { PolicyFaultKind } from "../../../src/kernel/sched/reader-fault.js";
import { EXIT, fork, runScheduled, WAIT_FOR_ALL } from "./assembled.js";

const workload: Workload = { name: "mixed", tasks: [hog("a"), hog("b"), hog("c"), editor("e"), io("i")] };

const highest: Pick = (tasks) => Math.max(...tasks.map(({ pid }) => pid));

const run = (pick: Pick, more: { slice?: number; maximumCalls?: number } = {}) =>
  simulate(workload, { policy: { name: "reader", pick, ...more }, duration: SECOND });

describe("a reader's function", () => {
  it("decides: who always takes the highest pid lets nobody else run while that one can", () => {
    const { schedule } = simulate(
      { name: "hogs", tasks: [hog("a"), hog("b"), hog("c")] },
      {
        policy: { name: "reader", pick: highest },
        duration: SECOND,
      },
    );
    expect(measure(schedule).tasks.get(3)!.share).toBeGreaterThan(0.99);
    expect(schedule.fault).toBeUndefined();
    expect(schedule.decisions.every(({ rule }) => rule === "the reader's function")).toBe(true);
  });

  it("may answer with a pid, with a task that it was shown, or with a pid and a slice in milliseconds", () => {
    const hogs = { name: "hogs", tasks: [hog("a"), hog("b")] };
    const turn = (pick: Pick) =>
      measure(
        simulate(hogs, { policy: { name: "reader", pick, slice: 2 * MILLISECOND }, duration: SECOND })
          .schedule,
      ).turn.p50;
    expect(turn((tasks) => tasks[0]!.pid) / MILLISECOND).toBeCloseTo(3, 0);
    expect(turn((tasks) => tasks[0]) / MILLISECOND).toBeCloseTo(3, 0);
    // A turn ends with the first tick after its time.
    const long = turn((tasks) => ({ pid: tasks[0]!.pid, slice: 20 })) / MILLISECOND;
    expect(long).toBeGreaterThan(20);
    expect(long).toBeLessThan(21);
  });

  it("is shown plain times in milliseconds, the running task among the others when one wakes", () => {
    const seen: ReaderTask[][] = [];
    const { schedule } = run((tasks, now) => {
      expect(now).toBeGreaterThanOrEqual(0);
      expect(now).toBeLessThan(1001);
      seen.push(tasks);
      return tasks[0];
    });
    expect(schedule.fault).toBeUndefined();
    const woken = seen.filter((tasks) => tasks.some((task) => task.woken));
    expect(woken.length).toBeGreaterThan(0);
    expect(woken.some((tasks) => tasks.some(({ running }) => running))).toBe(true);
    for (const tasks of seen)
      for (const { ran, waited, nice, weight } of tasks) {
        expect([nice, weight]).toEqual([0, 1024]);
        expect(ran).toBeLessThanOrEqual(1000);
        expect(waited).toBeLessThanOrEqual(1000);
      }
  });

  it("may keep the CPU from who wakes by naming the running task", () => {
    const { schedule } = run((tasks) => tasks.find(({ running }) => running) ?? tasks[0]);
    expect(schedule.decisions.some(({ reason }) => reason === "woken")).toBe(false);
  });
});

const BAD: readonly [string, PolicyFaultKind, (tasks: ReaderTask[]) => unknown][] = [
  [
    "throws",
    "threw",
    () => {
      throw new Error("no idea");
    },
  ],
  [
    "throws something strange",
    "threw",
    () => {
      throw {
        toString() {
          throw 1;
        },
      };
    },
  ],
  ["gives nothing", "not-a-choice", () => undefined],
  ["gives null", "not-a-choice", () => null],
  ["gives a text", "not-a-choice", () => "1"],
  ["gives a promise", "not-a-choice", () => Promise.resolve(1)],
  ["gives a big integer", "not-a-choice", () => 1n],
  ["gives no number", "no-such-task", () => Number.NaN],
  ["gives a task that is not there", "no-such-task", () => 4711],
  ["gives half a task", "no-such-task", () => 1.5],
  [
    "gives an object whose pid throws",
    "threw",
    () => ({
      get pid() {
        throw new TypeError("trap");
      },
    }),
  ],
  [
    "gives a proxy that throws",
    "threw",
    () =>
      new Proxy(
        {},
        {
          has() {
            throw new RangeError("trap");
          },
        },
      ),
  ],
  ["gives a negative slice", "bad-slice", (tasks) => ({ pid: tasks[0]!.pid, slice: -1 })],
  ["gives no slice at all", "bad-slice", (tasks) => ({ pid: tasks[0]!.pid, slice: Number.NaN })],
  ["gives a slice in words", "bad-slice", (tasks) => ({ pid: tasks[0]!.pid, slice: "long" })],
  [
    "empties what it was shown",
    "not-a-choice",
    (tasks) => {
      tasks.length = 0;
      return tasks[0];
    },
  ],
  ["renames who it was shown", "no-such-task", (tasks) => Object.assign(tasks[0]!, { pid: 99 })],
];

describe("a bad function", () => {
  it.each(BAD)("that %s is told as such, and everybody takes turns from then on", (_, kind, pick) => {
    const { schedule, events } = run(pick);
    expect(schedule.fault?.fault).toMatchObject({ kind, call: 1 });
    expect(schedule.fault!.fault.reason.length).toBeGreaterThan(10);
    expect(events.filter((event) => event.kind === "policy-fault")).toHaveLength(1);
    expect(schedule.decisions.at(-1)!.rule).toBe("fallback after a fault");
    const metrics = measure(schedule);
    for (const { longestWait } of metrics.tasks.values()) expect(longestWait / MILLISECOND).toBeLessThan(30);
    const sum = schedule.segments.reduce((total, { begin, end }) => total + end - begin, 0);
    expect(sum).toBe(schedule.end);
  });

  it("that fails later is told with the call and what it answered", () => {
    let calls = 0;
    const { schedule } = run((tasks) => (++calls === 20 ? { pid: -3 } : tasks[0]));
    expect(schedule.fault!.fault).toMatchObject({ kind: "no-such-task", call: 20, answer: '{"pid":-3}' });
    expect(calls).toBe(20);
  });

  it("is asked no more often than is allowed", () => {
    let calls = 0;
    const { schedule } = run(
      (tasks) => {
        calls++;
        return tasks[0];
      },
      { maximumCalls: 50 },
    );
    expect(calls).toBe(50);
    expect(schedule.fault!.fault.kind).toBe("too-many-calls");
  });
});

/** Three children count to some thousands; the parent waits for them. */
const CHILDREN = `
.globl _start
_start:${fork(3)}${WAIT_FOR_ALL}
child:
    mov ecx, 300000
spin:
    dec ecx
    jnz spin
    xor edi, edi${EXIT}
`;

describe("under the real kernel, a reader's function", () => {
  it("decides about real programs: the last born is served first to its end", () => {
    const { status, schedule } = runScheduled(CHILDREN, {
      scheduler: { name: "reader", pick: highest },
      timerHertz: 1000,
    });
    expect(status).toBe(0);
    const ended = [...schedule.tasks].sort((a, b) => a.ended! - b.ended!).map(({ pid }) => pid);
    const [parent, ...children] = schedule.tasks.map(({ pid }) => pid);
    expect(ended).toEqual([...children.reverse(), parent]);
  });

  it.each(BAD.slice(0, 6))("that %s harms nobody", (_, kind, pick) => {
    const { status, schedule } = runScheduled(CHILDREN, {
      scheduler: { name: "reader", pick },
      timerHertz: 1000,
    });
    expect(status).toBe(0);
    expect(schedule.fault?.fault.kind).toBe(kind);
  });
});
