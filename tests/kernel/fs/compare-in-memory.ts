/** What a C program of this folder prints on the real kernel, in an empty folder of a tmpfs, and on ours. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runGuest } from "../../programs/run-guest.js";
import { withFolder } from "../abi/native.js";

export interface BothAnswers {
  readonly ours: string[];
  /** Asks the real kernel, once more each time: its own work goes on beside the program's. */
  ask(): string[];
}

/**
 * Runs `check` with the answers.
 * @param words the program's arguments
 */
export function compareInMemory(
  name: string,
  check: (answers: BothAnswers) => void,
  words: readonly string[] = [],
  maxSteps?: number,
): void {
  withFolder((folder) => {
    const program = join(folder, "program");
    const source = join(import.meta.dirname, "programs", name);
    execFileSync("gcc", ["-O1", "-w", "-static", "-o", program, source]);
    const ran = runGuest({
      files: { "/bin/program": readFileSync(program) },
      path: "/bin/program",
      argv: ["program", ...words],
      ...(maxSteps !== undefined && { maxSteps }),
    });
    const lines = (text: string, status: unknown) => [...text.split("\n"), `status ${status}`];
    const ask = () => {
      const real = withFolder(
        (cwd) => spawnSync(program, words, { cwd, encoding: "latin1", timeout: 60_000, maxBuffer: 1 << 28 }),
        "/dev/shm",
      );
      return lines(real.stdout, real.status);
    };
    check({ ours: lines(ran.stdout, ran.status), ask });
  });
}
