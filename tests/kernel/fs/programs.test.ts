/**
 * C programs that make one system call after the other and print what came: the same on the real kernel, in an empty folder of
 * a tmpfs, and on ours.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../abi/native.js";

const sources = join(import.meta.dirname, "programs");
const canCompare = hasCompiler && existsSync("/dev/shm") && process.getuid?.() === 0;

/** What the program prints here and there. */
function compare(name: string): { real: string[]; ours: string[] } {
  return withFolder((folder) => {
    const program = join(folder, "program");
    execFileSync("gcc", ["-O1", "-w", "-static", "-o", program, join(sources, name)]);
    const place = mkdtempSync("/dev/shm/youcpu-");
    try {
      const real = spawnSync(program, { cwd: place, encoding: "latin1", timeout: 20_000 });
      const ours = runGuest({
        files: { "/bin/program": readFileSync(program) },
        path: "/bin/program",
        argv: ["program"],
      });
      const lines = (text: string, status: unknown) => [...text.split("\n"), `status ${status}`];
      return { real: lines(real.stdout, real.status), ours: lines(ours.stdout, ours.status) };
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
}

describe.skipIf(!canCompare)(
  "a program that prints the results of its calls prints what it does on a real kernel",
  () => {
    it.each([
      "inotify.c",
      "transfers.c",
      "waiting.c",
      "locks.c",
      "sockets.c",
      "names.c",
      "mounts.c",
      "scopes.c",
      "pty.c",
      "retries.c",
    ])("%s", (name) => {
      const { real, ours } = compare(name);
      expect(ours).toEqual(real);
    });
  },
);
