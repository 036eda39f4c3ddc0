/** Compiles a C program and compares what it prints on the real kernel and on ours. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type GuestProgram, runGuest } from "../programs/run-guest.js";
import { withFolder } from "./abi/native.js";

/** Defines the test of `programs/NAME` beside the test file. */
export function compareProgram(
  folder: string,
  name: string,
  options: readonly string[] = [],
  guest: Partial<Omit<GuestProgram, "path" | "argv">> = {},
): void {
  it(name, () =>
    withFolder((built) => {
      const program = join(built, "program");
      execFileSync("gcc", [
        "-O1",
        "-w",
        "-static",
        ...options,
        "-o",
        program,
        join(folder, "programs", name),
      ]);
      const real = spawnSync(program, [], { cwd: built, encoding: "latin1", timeout: 60_000 });
      const ours = runGuest({
        files: { "/bin/program": readFileSync(program) },
        path: "/bin/program",
        argv: ["program"],
        maxSteps: 4_000_000_000,
        ...guest,
      });
      const lines = (text: string, status: unknown) => [...text.split("\n"), `status ${status}`];
      expect(lines(ours.stdout, ours.status)).toEqual(lines(real.stdout, real.status));
    }),
  );
}
