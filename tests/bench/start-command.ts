/**
 * The part of `npm run bench` about starting: how much machine time a dynamically linked glibc program takes from the boot of
 * the kernel to its end, when nothing of it was run or translated before. Each run is one of a fresh process.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROUNDS = 5;
const COMMAND = join(import.meta.dirname, "../../src/cli/youcpu.ts");
const PROGRAM = "/bin/true";

interface Statistics {
  readonly instructions: number;
  readonly wallSeconds: number;
}

/** What `--stats` says of one run of PROGRAM with the host's files as its root. */
function runOnce(folder: string): Statistics | string {
  const file = join(folder, "stats.json");
  const options = ["run", "--root", "/", "--stats", file, "--", PROGRAM];
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", COMMAND, ...options], {
    encoding: "utf8",
  });
  if (status !== 0) return `${PROGRAM} ended with ${status}: ${stderr}`;
  return JSON.parse(readFileSync(file, "utf8")) as Statistics;
}

const folder = mkdtempSync(join(tmpdir(), "you-in-cpu-start-"));
try {
  const runs: Statistics[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const run = runOnce(folder);
    if (typeof run === "string") throw new Error(run);
    runs.push(run);
  }
  runs.sort((a, b) => a.wallSeconds - b.wallSeconds);
  const { instructions, wallSeconds } = runs[ROUNDS >> 1]!;
  console.log(
    `cold start of ${PROGRAM}, dynamic: ${instructions} instructions in ${wallSeconds.toFixed(3)} s (at most 0.3 s)`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
