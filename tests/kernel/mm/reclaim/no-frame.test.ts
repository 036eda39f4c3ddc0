/**
 * Whichever frame cannot be had, programs get an errno, are killed, or never notice; the kernel goes on, gives back what it took, and
 * files that were written and closed are as they were.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type GuestResult, runGuest } from "../../../programs/run-guest.js";
import { sampleOf } from "../../../sampling.js";
import { hasCompiler, withFolder } from "../../abi/native.js";

const KEPT = Array.from(
  { length: 100 },
  (_, n) => `${String(n).padStart(3, "0")} written before and closed\n`,
).join("");
const WHOLE = "reader: exit 20\nwriter: exit 5\nshared 16\nover\n";
const LINE =
  /^(reader: (exit (20|98|99|0)|signal (9|11)|ENOMEM)|writer: (exit 5|signal 9|ENOMEM)|shared \d+|(mmap|malloc|pthread_create): (ENOMEM|EAGAIN)|over)$/;

describe.skipIf(!hasCompiler)("when a frame cannot be had", { timeout: 300_000 }, () => {
  const program = withFolder((folder) => {
    const path = join(folder, "program");
    const source = join(import.meta.dirname, "programs", "everything.c");
    execFileSync("gcc", ["-O1", "-w", "-static", "-o", path, source]);
    return readFileSync(path);
  });

  function run(refuses: (allocation: number) => boolean, ram = 16 << 20, swap = 0): GuestResult {
    return runGuest({
      ...{ files: { "/bin/program": program }, path: "/bin/program", argv: ["program"] },
      ...{ ram, engine: "evaluator", maxSteps: 20_000_000 },
      kernel: { swap, refuseFrame: refuses },
    });
  }

  /** Frames that are not given back, of files apart. */
  const left = ({ kernel }: GuestResult): number => kernel.frames.inUse - kernel.pageCache.count;

  let asked = 0;
  const plain = run((allocation) => {
    asked = allocation + 1;
    return false;
  });

  function check(result: GuestResult, what: string): void {
    const { stdout, status, kernel } = result;
    expect([stdout.split("\n").filter((line) => line !== "" && !LINE.test(line)), what]).toEqual([[], what]);
    expect(typeof status, `${what}: ${status}`).toBe("number");
    // Killed before it could write, or whole.
    const kept = kernel.files.contents("/tmp/kept");
    if (stdout !== "" || status === 0) expect(Buffer.from(kept ?? []).toString(), what).toBe(KEPT);
    expect(left(result), what).toBe(left(plain));
  }

  it("nothing is refused without reason", () => {
    expect([plain.stdout, plain.status]).toEqual([WHOLE, 0]);
    expect(asked).toBeGreaterThan(150);
  });

  it("any one: nothing is lost", () => {
    const outputs = new Set<string>();
    for (const failing of sampleOf([...Array(asked).keys()], 6)) {
      const result = run((allocation) => allocation === failing);
      // The first program was not started: whoever wanted that is told why.
      if (/^refused: -(12|14)$/.test(`${result.status}`))
        expect(left(result), `frame ${failing}`).toBe(left(plain));
      else check(result, `frame ${failing}`);
      outputs.add(result.stdout);
    }
    expect(outputs).toContain(WHOLE);
    expect([...outputs].some((text) => text.includes("ENOMEM"))).toBe(true);
  });

  it("ten in a row: nothing is lost", () => {
    for (const failing of sampleOf([...Array(asked).keys()].slice(60), 20))
      check(
        run((allocation) => allocation >= failing && allocation < failing + 10),
        `frames from ${failing}`,
      );
  });
});
