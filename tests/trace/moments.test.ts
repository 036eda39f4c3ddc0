/** A run of programs under the kernel that was taken back is the run that never was: same t, same bytes, same events. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TraceEvent } from "../../src/trace/event.js";
import { Session } from "../../src/trace/session.js";
import type { KernelWorld } from "../../src/trace/worlds/kernel-world.js";
import { hasCompiler, withFolder } from "../kernel/abi/native.js";
import { numbers } from "../machine/engine/random-program.js";
import { eventText, fixture, kernelWorld, type ProgramOptions, worldDigest } from "./kernel-program.js";

const FIXTURES = [
  "hello",
  "copy-on-write",
  "exec",
  "faults",
  "files",
  "gates",
  "memory",
  "pipe",
  "preemption",
  "tour",
];

const NEAR = 300_000;

/** Runs to the end in odd slices, noting what the world was at some times; then goes everywhere again. */
function goesEverywhere(make: () => KernelWorld, most: number, visits: number): void {
  const world = make();
  const session = Session.open(world, { events: 1_000_000 });
  const known = new Map<number, string>();
  const next = numbers(most);
  const slice = () => 1 + next(Math.max(NEAR, most >> 4));
  while (!session.ending && session.time - session.start < most) {
    session.run(session.time + slice());
    if (known.size < 2 * visits) known.set(session.time, worldDigest(world));
  }
  known.set(session.time, worldDigest(world));
  const { end, ending } = session;
  const events = allEvents(session);

  session.log.onKnown = (before, again) => {
    const { index, ...rest } = before;
    if (eventText(rest as TraceEvent) !== eventText(again as TraceEvent))
      throw new Error(`event ${index} was ${eventText(before)} and is ${eventText(again as TraceEvent)}`);
  };
  const times = [...known.keys()];
  for (let n = 0; n < visits; n++) {
    const time = times[next(times.length)]!;
    session.seek(time);
    expect([session.time, worldDigest(world)]).toEqual([time, known.get(time)]);
    if (n % 3 === 2) session.run(Math.min(end, session.time + slice()));
  }
  session.seek(session.start + next(end - session.start));
  while (!session.ending && session.time < end) session.run(Math.min(end, session.time + slice()));
  expect([session.time, session.ending, worldDigest(world)]).toEqual([end, ending, known.get(end)]);
  expect(session.log.total).toBe(events.length);

  // Another machine, never taken back, in one go.
  const straight = make();
  const told: string[] = [];
  straight.tell = (event) => told.push(eventText(event as TraceEvent));
  while (!straight.ending && straight.time < end) straight.run(end);
  expect([straight.time, worldDigest(straight)]).toEqual([end, known.get(end)]);
  expect(told).toEqual(events);
}

function allEvents(session: Session): string[] {
  return session.log
    .between(0, Number.POSITIVE_INFINITY)
    .map(({ index, ...event }) => eventText(event as TraceEvent));
}

describe("a compiled program, wherever one goes in its run, is the same again", () => {
  it.each(FIXTURES)("%s", (name) => {
    goesEverywhere(() => kernelWorld(fixture(name), { argv: [name] }), 3_000_000, 6);
  });
});

/** The programs that other tests compare with the real kernel: locks, sockets, terminals, threads, signals, timers … */
const FOLDERS = ["fs", "log", "mm", "process", "sched", "signals"];

describe.skipIf(!hasCompiler)("a program that asks the kernel for everything, too", () => {
  const folder = (name: string) => new URL(`../kernel/${name}/programs/`, import.meta.url).pathname;
  const sources = FOLDERS.flatMap((name) =>
    readdirSync(folder(name)).flatMap((file) => (file.endsWith(".c") ? [join(folder(name), file)] : [])),
  );
  it.each(sources.map((path) => [path.split("/").slice(-3).join("/"), path]))("%s", (_, path) => {
    withFolder((built) => {
      const program = join(built, "program");
      execFileSync("gcc", ["-O1", "-w", "-static", "-pthread", "-o", program, path]);
      const bytes = readFileSync(program);
      const options: ProgramOptions = { ram: 32 << 20 };
      goesEverywhere(() => kernelWorld(bytes, options), 2_500_000, 4);
    });
  });
});
