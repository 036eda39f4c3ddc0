/** Calls on files drawn by lot, in several processes at once: each result, and what is left, as on the real kernel. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../abi/native.js";

const canCompare = hasCompiler && existsSync("/dev/shm") && process.getuid?.() === 0;

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const CALLS = process.env["COMPLETE_TESTS"] === "true" ? 20_000 : 4000;
const PROCESSES = 5;

describe.skipIf(!canCompare)("calls on files drawn by lot", { timeout: 300_000 }, () => {
  it("end as on a real kernel, whatever other processes do meanwhile", () =>
    withFolder((folder) => {
      const program = join(folder, "program");
      const source = join(import.meta.dirname, "programs", "random-calls.c");
      execFileSync("gcc", ["-O1", "-w", "-static", "-o", program, source]);
      const words = [String(SEED * 1000), String(CALLS), String(PROCESSES)];
      const place = mkdtempSync("/dev/shm/youcpu-");
      try {
        const options = { cwd: place, encoding: "latin1", maxBuffer: 1 << 28 } as const;
        const real = spawnSync(program, words, options).stdout.split("\n");
        const ours = runGuest({
          files: { "/bin/program": readFileSync(program) },
          path: "/bin/program",
          argv: ["program", ...words],
          maxSteps: 8_000_000_000,
        }).stdout.split("\n");
        expect(real.length).toBeGreaterThan(CALLS * PROCESSES);
        const different = real.findIndex((line, n) => line !== ours[n]);
        // The first difference, with what led to it: all that follows are its consequences.
        const context = (lines: readonly string[]) =>
          different < 0 ? [] : lines.slice(Math.max(0, different - 20), different + 3);
        expect(context(ours)).toEqual(context(real));
        expect(ours.length).toBe(real.length);
      } finally {
        rmSync(place, { recursive: true, force: true });
      }
    }));
});
