/**
 * Something fails in the middle of Debian's programs: a frame of memory at each place of the kernel that asks for one, the disk at
 * its n-th page, the n-th sleep by EINTR, or every second one.
 * They may say so or die of it, but the kernel goes on, everything ends, and what was written and closed before is still there.
 * A run takes a few moments of some lines; COMPLETE_TESTS=true takes every line, and its sleeps and pages all in turn.
 */
import { describe, expect, it } from "vitest";
import { COMPLETE, sampleOf } from "../../sampling.js";
import { ALL_LINES } from "./all-lines.js";
import type { CommandLine } from "./command-line.js";
import { type LineOptions, runLine } from "./outcome.js";
import { hasDebianRoot } from "./root.js";

const LONGEST = COMPLETE ? 3_600_000 : 600_000;
/** Memory comes in pieces; with the smallest the kernel has room for itself. */
const UNIT = 64 << 10;
const SMALLEST = 4 << 20;
/** Milliseconds in which what is used must stay in memory: with less than that programs would go on for hours. */
const MIN_TTL = 10_000;
/** A program that tries again takes longer; one that does so for ever does not come to an end. */
const MOST_TIMES = 10;
/** Moments of failure for each line and kind, where not all are tried. */
const MOMENTS = 2;

/** More than a page of what must not be lost, and a file that says that it was written. */
const KEPT = Array.from({ length: 700 }, (_, n) => `line ${n}\n`).join("");
const KEEPS = "cat kept.txt > /tmp/kept && echo > /tmp/done";

type Failing = Pick<LineOptions, "kernel" | "capacity" | "ram" | "maxSteps">;

/** What there was to fail, and what became of it. */
interface Run {
  readonly status: number | string;
  /** The first and the last frame that each place of the kernel asked for. */
  readonly places: ReadonlyMap<string, { readonly first: number; last: number }>;
  readonly sleeps: number;
  readonly bytes: number;
  /** Most bytes of memory that were in use at a time. */
  readonly most: number;
  /** Steps that it took. */
  readonly length: number;
}

function run({ line, ...rest }: CommandLine, { kernel, ...more }: Failing): Run {
  const places = new Map<string, { readonly first: number; last: number }>();
  let sleeps = 0;
  const { ran, files } = runLine(
    { ...rest, line: `${KEEPS}\n${line}`, files: { ...rest.files, "kept.txt": KEPT } },
    {
      ...more,
      kernel: {
        refuseFrame: (n) => {
          if (kernel) return kernel.refuseFrame?.(n) ?? false;
          const place = whoAsks();
          const known = places.get(place);
          if (known) known.last = n;
          else places.set(place, { first: n, last: n });
          return false;
        },
        interruptSleep: (task, call) => {
          sleeps++;
          return kernel?.interruptSleep?.(task, call) ?? false;
        },
      },
    },
  );
  if (files.find("/tmp/done"))
    expect(Buffer.from(files.contents("/tmp/kept") ?? []).toString("latin1")).toBe(KEPT);
  const { machine, frames: memory } = ran.kernel;
  const most = memory.peak * 4096;
  return { status: ran.status, places, sleeps, bytes: files.space.used, most, length: machine.time };
}

/** The kernel's functions that lead from its entry to the allocator now. */
function whoAsks(): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const lines = new Error().stack!.split("\n").filter((line) => line.includes("/src/kernel/"));
  Error.stackTraceLimit = before;
  const entry = lines.findIndex((line) => line.includes("Kernel.enter"));
  return lines.slice(0, entry + 1 || lines.length).join("\n");
}

/** All numbers below `count`. */
const each = (count: number): number[] => Array.from({ length: Math.floor(count) }, (_, n) => n);

/** `MOMENTS` of `moments`, spread, and others for other lines. */
function someOf(moments: readonly number[], salt: number): number[] {
  const count = Math.min(moments.length, MOMENTS);
  const shift = (salt * 0.618034) % 1;
  return Array.from(
    { length: count },
    (_, n) => moments[Math.floor(((n + shift) * moments.length) / count)]!,
  );
}

/** Places that were refused a frame in an earlier line. */
const refused = new Set<string>();

/** The moments at which the places that no earlier line had ask for frames. */
function newPlaces({ places }: Run): number[] {
  const added = [...places].filter(([place]) => !refused.has(place));
  for (const [place] of added) refused.add(place);
  return [...new Set(added.flatMap(([, { first, last }]) => [first, last]))];
}

/** A kind of failure: the moments at which it can happen, whether a complete run tries them all, and what it is. */
interface Kind {
  of(run: Run): number[];
  readonly inTurn: boolean;
  at(n: number): Failing;
}

/** Sleeps by their number that end with EINTR. */
function interrupted(which: (number: number) => boolean): Failing {
  let slept = 0;
  return { kernel: { interruptSleep: () => which(slept++) } };
}

const FAILURES: Readonly<Record<string, Kind>> = {
  "a place in the kernel gets no frame": {
    of: newPlaces,
    inTurn: true,
    at: (n) => ({ kernel: { refuseFrame: (number) => number === n } }),
  },
  "memory is small": {
    of: ({ most }) => each(most / UNIT),
    inTurn: false,
    at: (n) => ({ ram: SMALLEST + n * UNIT, kernel: { minTtl: MIN_TTL } }),
  },
  "the disk is full": {
    of: ({ bytes }) => each(bytes / 4096),
    inTurn: true,
    at: (n) => ({ capacity: n * 4096 }),
  },
  "a sleep ends with EINTR": {
    of: ({ sleeps }) => each(sleeps),
    inTurn: true,
    at: (n) => interrupted((number) => number === n),
  },
  "every second sleep ends with EINTR": {
    of: ({ sleeps }) => each(Math.min(sleeps, 2)),
    inTurn: true,
    at: (n) => interrupted((number) => number % 2 === n),
  },
};

describe.skipIf(!hasDebianRoot())("when something fails, all comes to an end and nothing is lost in", () => {
  for (const line of sampleOf(ALL_LINES, 40)) {
    it(
      line.line.replaceAll("\n", "\\n"),
      () => {
        const salt = ALL_LINES.indexOf(line);
        const whole = run(line, {});
        for (const [kind, { of, inTurn, at }] of Object.entries(FAILURES)) {
          const moments = of(whole);
          for (const n of COMPLETE && inTurn ? moments : someOf(moments, salt)) {
            const { status } = run(line, { kernel: {}, ...at(n), maxSteps: MOST_TIMES * whole.length });
            if (typeof status === "string" && status.startsWith("refused")) continue;
            expect([`${kind}, ${n}`, status]).toEqual([`${kind}, ${n}`, expect.any(Number)]);
          }
        }
      },
      LONGEST,
    );
  }
});
