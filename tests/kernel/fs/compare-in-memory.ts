/** What a C program of this folder prints on the real kernel, in an empty folder of a tmpfs, and on ours. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runGuest } from "../../programs/run-guest.js";
import { withFolder } from "../abi/native.js";

/** @param words the program's arguments */
export function compareInMemory(
  name: string,
  words: readonly string[] = [],
  maxSteps?: number,
): { real: string[]; ours: string[] } {
  return withFolder((folder) => {
    const program = join(folder, "program");
    const source = join(import.meta.dirname, "programs", name);
    execFileSync("gcc", ["-O1", "-w", "-static", "-o", program, source]);
    const real = withFolder(
      (cwd) => spawnSync(program, words, { cwd, encoding: "latin1", timeout: 60_000, maxBuffer: 1 << 28 }),
      "/dev/shm",
    );
    const ours = runGuest({
      files: { "/bin/program": readFileSync(program) },
      path: "/bin/program",
      argv: ["program", ...words],
      ...(maxSteps !== undefined && { maxSteps }),
    });
    const lines = (text: string, status: unknown) => [...text.split("\n"), `status ${status}`];
    return { real: lines(real.stdout, real.status), ours: lines(ours.stdout, ours.status) };
  });
}
