/** A run can be wound to any t, and is there what it was when it first passed. */
import { describe, expect, it } from "vitest";
import { Machine } from "../../../src/machine/machine.js";
import { DENSE_STEPS } from "../../../src/machine/time/kept-moments.js";
import { MOMENT_STEPS, Timeline } from "../../../src/machine/time/timeline.js";
import { numbers } from "../engine/random-program.js";
import { busyMachine, digest } from "./busy-machine.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Runs with inputs at odd times; returns what the machine was at some of the times. */
function recorded(): {
  machine: Machine;
  timeline: ReturnType<typeof timelineOf>;
  known: Map<number, string>;
} {
  const { machine } = busyMachine();
  const timeline = timelineOf(machine);
  const known = new Map<number, string>();
  const next = numbers(3);
  for (let n = 0; n < 40; n++) {
    timeline.run(timeline.time + 1 + next(30_000));
    if (n % 3 === 1) timeline.send({ device: "serial", bytes: bytes(`input ${n}`) });
    known.set(timeline.time, digest(machine));
  }
  return { machine, timeline, known };
}

const timelineOf = (machine: Machine) => new Timeline(machine);

describe("a timeline", () => {
  it("shows any t again as it was, whatever the order, inputs from outside included", () => {
    const { machine, timeline, known } = recorded();
    const times = [...known.keys()];
    const next = numbers(4);
    expect(timeline.end).toBeGreaterThan(3 * MOMENT_STEPS);
    for (let n = 0; n < 25; n++) {
      const time = times[next(times.length)]!;
      timeline.seek(time);
      expect(timeline.time).toBe(time);
      expect(digest(machine), `t = ${time}`).toBe(known.get(time));
    }
  });

  it("steps back one by one as it went forth", () => {
    const { machine } = busyMachine();
    const timeline = timelineOf(machine);
    timeline.run(MOMENT_STEPS - 5);
    const forth: string[] = [];
    for (let n = 0; n < 12; n++) {
      forth.push(digest(machine));
      timeline.run(timeline.time + 1);
    }
    for (const there of forth.reverse()) {
      timeline.back();
      expect(digest(machine)).toBe(there);
    }
  });

  it("runs on from the past into the same future, and into another one after another input", () => {
    const { machine, timeline, known } = recorded();
    const end = timeline.end;
    timeline.seek(end >> 1);
    timeline.run(end);
    expect(digest(machine)).toBe(known.get(end));
    timeline.seek(end >> 1);
    const forks: number[] = [];
    timeline.onFork = (time) => forks.push(time);
    const before = timeline.inputs.length;
    timeline.send({ device: "serial", bytes: bytes("quite another") });
    expect(forks).toEqual([end >> 1]);
    expect(timeline.inputs.length).toBeLessThan(before);
    timeline.run(end);
    const other = digest(machine);
    expect(other).not.toBe(known.get(end));
    timeline.seek(100);
    timeline.seek(end);
    expect(digest(machine)).toBe(other);
  });

  it("repeats the waiting for input, too", () => {
    const { machine } = busyMachine();
    const timeline = timelineOf(machine);
    timeline.run(3000);
    machine.timer.writePort(0x43, 0x30);
    const quiet = timelineOf(machine);
    const known = new Map<number, string>();
    for (let n = 0; n < 30; n++) {
      expect(quiet.run(quiet.time + 100_000)?.reason).toBe("halted");
      quiet.send({ device: "serial", bytes: bytes("wake up") });
      known.set(quiet.time, digest(machine));
    }
    for (const time of [...known.keys()].reverse()) {
      quiet.seek(time);
      expect(digest(machine)).toBe(known.get(time));
    }
    expect(quiet.end).toBeGreaterThan(quiet.start + 1000);
  });

  it("stops at breakpoints when it runs, forth and back, and not when it seeks", () => {
    const bare = busyMachine();
    const { machine } = bare;
    const timeline = timelineOf(machine);
    timeline.run(2 * MOMENT_STEPS + 1000);
    const end = timeline.time;
    timeline.seek(timeline.start);
    machine.breakpoints.add({ kind: "vector", vector: 0x20 });
    machine.breakpoints.add({ kind: "address", address: bare.at("again") }, () => machine.time % 100 === 0);
    const stops: number[] = [];
    while (timeline.run(end)?.reason === "breakpoint") stops.push(timeline.time);
    expect(stops.length).toBeGreaterThan(100);
    expect(timeline.time).toBe(end);
    for (const time of stops
      .filter((one) => one < end)
      .reverse()
      .slice(0, 40)) {
      expect(timeline.runBack()?.reason).toBe("breakpoint");
      expect(timeline.time).toBe(time);
    }
    timeline.seek(stops[0]!);
    expect(timeline.runBack()).toBeUndefined();
    expect(timeline.time).toBe(timeline.start);
    timeline.seek(end);
    expect(timeline.time).toBe(end);
  });

  it("shows the same at any t, whatever engine runs", () => {
    const timelines = (["evaluator", "translator"] as const).map((engine) => {
      const machine = Machine.create({ ram: 4 << 20, engine });
      machine.restore(busyMachine().machine.snapshot());
      return { machine, timeline: timelineOf(machine) };
    });
    for (const { timeline } of timelines) timeline.run(3 * MOMENT_STEPS);
    const next = numbers(8);
    for (let n = 0; n < 20; n++) {
      const time = next(3 * MOMENT_STEPS);
      for (const { timeline } of timelines) timeline.seek(time);
      const [evaluated, translated] = timelines.map(({ machine }) => digest(machine));
      expect(translated, `t = ${time}`).toBe(evaluated);
    }
  });

  it("is told whole by its beginning and its inputs", () => {
    const { timeline, machine, known } = recorded();
    const again = busyMachine().machine;
    const replayed = new Timeline(again, { inputs: timeline.inputs });
    const middle = [...known.keys()][20]!;
    replayed.run(timeline.end);
    expect(digest(again)).toBe(digest(machine));
    replayed.seek(middle);
    expect(digest(again)).toBe(known.get(middle));
  });

  it("goes to its start when asked for what was before, and no further than where the machine halts for good", () => {
    const { machine, timeline } = recorded();
    timeline.seek(-5);
    expect(timeline.time).toBe(timeline.start);
    machine.memory.writeBytes(Number(machine.cpu.rip), Uint8Array.of(0xfa, 0xf4));
    const halting = timelineOf(machine);
    expect(halting.seek(1000)?.reason).toBe("halted");
    expect(halting.time).toBe(2);
  });

  it("keeps all moments of the last million steps, and a bounded number of what is longer ago", () => {
    const world = {
      time: 0,
      run: (limit: number) => {
        world.time = limit;
        return { reason: "limit" };
      },
      replay: (limit: number) => world.run(limit),
      snapshot: () => world.time,
      restore: (time: number) => {
        world.time = time;
      },
      accept: () => {},
    };
    const timeline = new Timeline(world, { moments: 10 });
    timeline.run(6000 * MOMENT_STEPS);
    const near = timeline.moments.filter((time) => time >= timeline.end - DENSE_STEPS);
    expect(near).toHaveLength(DENSE_STEPS / MOMENT_STEPS + 1);
    expect(timeline.moments.length - near.length).toBe(10);
    // Twice as far away, at most some times as far apart.
    for (const steps of [2, 4, 8, 16, 32, 64, 128, 256].map((n) => n * DENSE_STEPS)) {
      const before = timeline.moments.findLast((time) => time <= timeline.end - steps)!;
      expect(timeline.end - steps - before).toBeLessThanOrEqual(steps * 2);
    }
    timeline.seek(1500 * MOMENT_STEPS + 7);
    timeline.back();
    expect(timeline.time).toBe(1500 * MOMENT_STEPS + 6);
  });
});

describe("runTo", () => {
  it("ends at exactly t, also across interrupts, halts and stops", () => {
    const { machine } = busyMachine();
    let stops = 0;
    machine.serialPort.output = () => {
      stops++;
      machine.stop();
    };
    for (const time of [1, 2, 1000, 1001, 54_321]) {
      if (time === 1000) machine.accept({ device: "serial", bytes: bytes("stop!") });
      expect(machine.runTo(time)).toBe(true);
      expect(machine.time).toBe(time);
    }
    expect(stops).toBe(5);
    expect(() => machine.runTo(3)).toThrow(RangeError);
  });
});

it("running on while halted for good changes nothing", () => {
  const { machine } = busyMachine();
  machine.runTo(30);
  machine.memory.writeBytes(Number(machine.cpu.rip), Uint8Array.of(0xf4));
  machine.interruptController.writePort(0x21, 0xff);
  expect(machine.run(1000).reason).toBe("halted");
  const there = digest(machine);
  for (let n = 0; n < 3; n++) expect(machine.run(1000).reason).toBe("halted");
  expect(digest(machine)).toBe(there);
});
