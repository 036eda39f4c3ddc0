/** Programs compiled now by the gcc at hand behave as on the machine under us. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./oracles.js";
import { runGuest } from "./run-guest.js";

const sources = join(import.meta.dirname, "fixtures");
const COMMANDS = [
  "hello",
  "environment",
  "files",
  "memory",
  "recursion",
  "sorting",
  "forking",
  "piping",
  "floating",
];
const VARIANTS = [
  ["-O2", "-static"],
  ["-O0", "-static"],
  ["-O2", "-static-pie"],
];

describe.skipIf(!hasCommand("gcc")).each(VARIANTS)(
  "a program compiled with gcc %s %s",
  (optimisation, linkage) => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "you-in-cpu-"));
      execFileSync("gcc", [optimisation!, linkage!, "-o", join(folder, "tour"), join(sources, "tour.c")]);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each(COMMANDS)("gives the same output and status as natively: %s", (command) => {
      const environment = { BOOK: "fresh", LANG: "C" };
      const native = spawnSync("./tour", [command, "one", "two"], { cwd: folder, env: environment });
      const guest = runGuest({
        files: { "/tmp/tour": readFileSync(join(folder, "tour")) },
        path: "./tour",
        argv: ["./tour", command, "one", "two"],
        environment: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      });
      expect({ stdout: guest.stdout, stderr: guest.stderr, status: guest.status }).toEqual({
        stdout: native.stdout.toString(),
        stderr: native.stderr.toString(),
        status: native.status,
      });
    });
  },
);
