/**
 * Debian's programs do the same each time: the same output and files, at the same t, with as many calls, faults and switches;
 * and on every engine. A run takes a few lines, and the engine that interprets only short ones; COMPLETE_TESTS=true takes all.
 */
import { describe, expect, it } from "vitest";
import { ENGINES, type Engine } from "../../../src/machine/machine.js";
import { sampleOf } from "../../sampling.js";
import { ALL_LINES } from "./all-lines.js";
import type { CommandLine } from "./command-line.js";
import { leftOf, runLine } from "./outcome.js";
import { hasDebianRoot } from "./root.js";

/** Steps for which every engine has the patience. */
const SHORT = 15_000_000;

function everythingOf(line: CommandLine, engine: Engine) {
  const { ran, files } = runLine(line, { engine });
  const { stdout, stderr, status, kernel } = ran;
  const { machine, statistics, frames, ticks } = kernel;
  return {
    ...{ stdout, stderr, status, ticks, left: leftOf(files) },
    ...{ t: machine.time, clock: machine.clock.now },
    ...{ framesInUse: frames.inUse, framesPeak: frames.peak, statistics: { ...statistics } },
  };
}

describe.skipIf(!hasDebianRoot())("a line of Debian's programs does the same", { timeout: 240_000 }, () => {
  it.each(sampleOf(ALL_LINES, 40).map((line) => [line.line.split("\n")[0]!.slice(0, 60), line] as const))(
    "twice, and on every engine: %s",
    (_, line) => {
      const first = everythingOf(line, "auto");
      expect(everythingOf(line, "auto")).toEqual(first);
      if (first.t > SHORT) return;
      for (const engine of ENGINES) expect(everythingOf(line, engine), engine).toEqual(first);
    },
  );
});
