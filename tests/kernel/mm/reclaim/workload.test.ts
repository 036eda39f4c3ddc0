/** Programs see nothing of it when memory is short and there is swap: not with any policy, not on any engine. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  REPLACEMENT_POLICY_NAMES,
  type ReplacementPolicyName,
} from "../../../../src/kernel/mm/replacement/policies.js";
import type { Engine } from "../../../../src/machine/machine.js";
import { type GuestResult, runGuest } from "../../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../../abi/native.js";

describe.skipIf(!hasCompiler)("a program that uses more memory than there is", { timeout: 120_000 }, () => {
  const built = withFolder((folder) => {
    const path = join(folder, "program");
    const source = join(import.meta.dirname, "programs", "workload.c");
    execFileSync("gcc", ["-O1", "-w", "-static", "-o", path, source]);
    return {
      program: readFileSync(path),
      real: spawnSync(path, [], { cwd: folder, encoding: "latin1" }).stdout,
    };
  });

  function run(ram: number, swap: number, replacement: ReplacementPolicyName, engine: Engine): GuestResult {
    return runGuest({
      ...{ files: { "/bin/program": built.program }, path: "/bin/program", argv: ["program"] },
      ...{ ram, engine, maxSteps: 1_000_000_000, kernel: { swap, replacement } },
    });
  }

  it("prints with plenty of memory what it prints on a real kernel", () => {
    const { stdout, status } = run(64 << 20, 0, "second-chance", "auto");
    expect([stdout, status]).toEqual([built.real, 0]);
  });

  it.each(REPLACEMENT_POLICY_NAMES)("prints the same with 3 MiB and swap, on both engines: %s", (name) => {
    const [one, other] = (["evaluator", "translator"] as const).map((engine) =>
      run(3 << 20, 32 << 20, name, engine),
    );
    expect([one!.stdout, one!.status]).toEqual([built.real, 0]);
    expect(other!.stdout).toBe(one!.stdout);
    const { kernel } = one!;
    expect(other!.kernel.machine.time, "both engines end at the same t").toBe(kernel.machine.time);
    expect(other!.kernel.reclaim.events).toEqual(kernel.reclaim.events);
    expect(kernel.reclaim.events.pswpin).toBeGreaterThan(500);
    expect(kernel.statistics.majorFaults).toBeGreaterThan(500);
    expect(kernel.reclaim.swap.free, "with the last process the slots are free").toBe(
      kernel.reclaim.swap.total,
    );
  });
});
