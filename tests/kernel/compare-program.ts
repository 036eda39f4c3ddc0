/**
 * Compiles a C program and compares what it prints on the real kernel and on ours. The real one may answer in several ways, as
 * its other work goes: ours must give one of its answers.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type GuestProgram, runGuest } from "../programs/run-guest.js";
import { realSharesZeros, withFolder } from "./abi/native.js";

/** How often the real kernel is asked when it has not said what ours says. */
const ASKED = 4;

/** Lines that ours says must be what the real kernel says, at once or when it is asked again. */
export function expectAnswerOf(said: readonly string[], ask: () => readonly string[]): void {
  let real = ask();
  for (let n = 1; n < ASKED && real.join("\n") !== said.join("\n"); n++) real = ask();
  expect(said).toEqual(real);
}

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
      const source = join(folder, "programs", name);
      execFileSync("gcc", ["-O1", "-w", "-static", ...options, "-o", program, source]);
      const ours = runGuest({
        files: { "/bin/program": readFileSync(program) },
        path: "/bin/program",
        argv: ["program"],
        maxSteps: 4_000_000_000,
        ...guest,
        kernel: { zeroPage: realSharesZeros(), ...guest.kernel },
      });
      expectAnswerOf(answer(ours.stdout, ours.status), () => realAnswer(program, built));
    }),
  );
}

function realAnswer(program: string, folder: string): string[] {
  const { stdout, status } = spawnSync(program, [], { cwd: folder, encoding: "latin1", timeout: 60_000 });
  return answer(stdout, status);
}

const answer = (output: string, status: unknown): string[] => [...output.split("\n"), `status ${status}`];
