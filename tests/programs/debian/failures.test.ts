/**
 * Something fails in the middle of Debian's programs: the n-th frame of memory, the disk at its n-th page, the n-th sleep by EINTR.
 * They may say so or die of it, but the kernel goes on, everything ends, and what was written and closed before is still there.
 * A run takes a few n of some lines; COMPLETE_TESTS=true takes every line.
 */
import { describe, expect, it } from "vitest";
import { sampleOf } from "../../sampling.js";
import { ALL_LINES } from "./all-lines.js";
import type { CommandLine } from "./command-line.js";
import { type LineOptions, runLine } from "./outcome.js";
import { hasDebianRoot } from "./root.js";

const LONGEST = 600_000;
/** Memory comes in pieces; with the smallest the kernel has room for itself. */
const UNIT = 64 << 10;
const SMALLEST = 4 << 20;
/** A program that tries again takes longer; one that does so for ever does not come to an end. */
const MOST_TIMES = 10;
/** Moments of failure for each line and kind. */
const MOMENTS = 2;

/** More than a page of what must not be lost, and a file that says that it was written. */
const KEPT = Array.from({ length: 700 }, (_, n) => `line ${n}\n`).join("");
const KEEPS = "cat kept.txt > /tmp/kept && echo > /tmp/done";

type Failing = Pick<LineOptions, "kernel" | "capacity" | "ram" | "maxSteps">;

/** What there was to fail, and what became of it. */
interface Run {
  readonly status: number | string;
  readonly frames: number;
  readonly sleeps: number;
  readonly bytes: number;
  /** Most bytes of memory that were in use at a time. */
  readonly most: number;
  /** Steps that it took. */
  readonly length: number;
}

function run({ line, ...rest }: CommandLine, { kernel, ...more }: Failing): Run {
  let frames = 0;
  let sleeps = 0;
  const { ran, files } = runLine(
    { ...rest, line: `${KEEPS}\n${line}`, files: { ...rest.files, "kept.txt": KEPT } },
    {
      ...more,
      kernel: {
        refuseFrame: (n) => {
          frames = n;
          return kernel?.refuseFrame?.(n) ?? false;
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
  return { status: ran.status, frames, sleeps, bytes: files.space.used, most, length: machine.time };
}

/** `MOMENTS` numbers below `count`, spread, and others for other lines. */
function momentsOf(count: number, salt: number): number[] {
  return Array.from({ length: Math.min(count, MOMENTS) }, (_, n) =>
    Math.min(count - 1, Math.floor(((n + ((salt * 0.618034) % 1)) * count) / Math.min(count, MOMENTS))),
  );
}

const FAILURES: Readonly<Record<string, { of(run: Run): number; at(n: number): Failing }>> = {
  "no frame is free once": {
    of: ({ frames }) => frames,
    at: (n) => ({ kernel: { refuseFrame: (number) => number === n } }),
  },
  "memory is small": { of: ({ most }) => most / UNIT, at: (n) => ({ ram: SMALLEST + n * UNIT }) },
  "the disk is full": { of: ({ bytes }) => bytes / 4096, at: (n) => ({ capacity: n * 4096 }) },
  "a sleep ends with EINTR": {
    of: ({ sleeps }) => sleeps,
    at: (n) => {
      let slept = 0;
      return { kernel: { interruptSleep: () => slept++ === n } };
    },
  },
};

describe.skipIf(!hasDebianRoot())("when something fails, all comes to an end and nothing is lost in", () => {
  for (const line of sampleOf(ALL_LINES, 40)) {
    it(
      line.line.replaceAll("\n", "\\n"),
      () => {
        const salt = ALL_LINES.indexOf(line);
        const whole = run(line, {});
        for (const [kind, { of, at }] of Object.entries(FAILURES)) {
          for (const n of momentsOf(Math.floor(of(whole)), salt)) {
            const { status } = run(line, { ...at(n), maxSteps: MOST_TIMES * whole.length });
            if (typeof status === "string" && status.startsWith("refused")) continue;
            expect([`${kind}, ${n}`, status]).toEqual([`${kind}, ${n}`, expect.any(Number)]);
          }
        }
      },
      LONGEST,
    );
  }
});
