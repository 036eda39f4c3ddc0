/** EINTR at every sleep of a system call in turn: a program that tries again does what it would have done. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../abi/native.js";

function compiled(): Uint8Array {
  return withFolder((folder) => {
    const program = join(folder, "program");
    const source = join(import.meta.dirname, "programs", "retries.c");
    execFileSync("gcc", ["-O1", "-w", "-static", "-o", program, source]);
    return readFileSync(program);
  });
}

/** Runs it with the n-th sleep interrupted (none for 0): what it printed, and how many sleeps there were. */
function run(program: Uint8Array, n: number): { text: string; sleeps: string[] } {
  const sleeps: string[] = [];
  const { stdout, status } = runGuest({
    files: { "/bin/program": program },
    path: "/bin/program",
    argv: ["program"],
    kernel: { interruptSleep: (_task, call) => sleeps.push(call) === n },
  });
  return { text: `${stdout}status ${status}`, sleeps };
}

describe.skipIf(!hasCompiler)("a program whose sleeps are interrupted", () => {
  it("goes on as if nothing had happened, whichever sleep it was", () => {
    const program = compiled();
    const { text, sleeps } = run(program, 0);
    expect(text).toContain("kept 5000 1\n");
    const kinds = ["read", "write", "openat", "recvfrom", "poll", "pselect6", "epoll_wait", "wait4"];
    expect(kinds.filter((kind) => !sleeps.includes(kind))).toEqual([]);
    for (let n = 1; n <= sleeps.length; n++) expect(`${n} ${run(program, n).text}`).toBe(`${n} ${text}`);
  }, 60_000);
});
