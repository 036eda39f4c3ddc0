/** Compiles a program of `example-world.h` and runs it on the real kernel and on ours, in folders of the same name, since the length of a path can be seen. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { runGuest } from "../../programs/run-guest.js";

/** glibc registers a structure for rseq at its start unless told not to, and then an example of it could not. */
const ENVIRONMENT = { GLIBC_TUNABLES: "glibc.pthread.rseq=0" };

/** What the program printed on each, line by line, and our kernel after it. */
export interface Both {
  readonly real: readonly string[];
  readonly ours: readonly string[];
  readonly kernel: Kernel;
}

export class ComparedProgram {
  private readonly folder = mkdtempSync("/dev/shm/youcpu-");
  private readonly program = join(this.folder, "program");

  constructor(source: string) {
    const file = join(this.folder, "program.c");
    writeFileSync(file, source);
    execFileSync("gcc", [
      ...["-O1", "-w", "-static", "-no-pie", "-I", import.meta.dirname],
      ...["-o", this.program, file],
    ]);
    // Trials that become another user must find it.
    chmodSync(this.folder, 0o755);
  }

  run(...words: readonly string[]): Both {
    const bytes = readFileSync(this.program);
    const place = join(this.folder, "place");
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    const real = spawnSync(
      "unshare",
      ["--mount", "--uts", "--propagation", "private", this.program, ...words],
      {
        ...{ cwd: place, encoding: "latin1", env: ENVIRONMENT, maxBuffer: 1 << 26 },
      },
    );
    const ours = runGuest({
      files: { "/bin/program": bytes, "/bin/true": bytes, [`${place}/there`]: new Uint8Array() },
      path: "/bin/program",
      argv: ["program", ...words],
      cwd: place,
      environment: Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
      maxSteps: 4_000_000_000,
    });
    return { real: real.stdout.split("\n"), ours: ours.stdout.split("\n"), kernel: ours.kernel };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
