/** `youcpu run` as a user meets it: streams, exit codes, errors, trace and counters. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import { writeElfExecutable } from "../../src/toolchain/elf-writer.js";

const root = join(import.meta.dirname, "..", "..");
const fixtures = join(root, "tests", "programs", "fixtures");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "you-in-cpu-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function youcpu(words: readonly string[], input = "") {
  const tsx = join(root, "node_modules", ".bin", "tsx");
  const done = spawnSync(tsx, [join(root, "src", "cli", "youcpu.ts"), ...words], { cwd: folder, input });
  return {
    status: done.status,
    stdout: done.stdout.toString(),
    stderr: done.stderr.toString().replace(/^npm warn.*\n/gm, ""),
  };
}

/** A program of these instructions; its path. */
function written(name: string, instructions: string): string {
  const assembly = assemble(`.globl _start\n_start:\n${instructions}\n`);
  if (!assembly.ok) throw new Error("the program does not assemble");
  writeFileSync(join(folder, name), writeElfExecutable(assembly), { mode: 0o755 });
  return join(folder, name);
}

const run = (...words: string[]) => youcpu(["run", ...words]);

describe("youcpu run", () => {
  it("hands output and exit status through", () => {
    expect(run("--", join(fixtures, "hello"))).toEqual({
      status: 0,
      stdout: "Hello from ring 3\n",
      stderr: "",
    });
    expect(run("--cwd", "/tmp", "--", `${fixtures}/arguments`, "7").status).toBe(7);
  });

  it("gives 127 for a program that is not there and 126 for one that cannot run, with errno, reason and next step", () => {
    expect(run("--", "./nothing")).toMatchObject({ status: 127, stderr: expect.stringMatching(/ENOENT/) });
    expect(run("--", "nothing")).toMatchObject({
      status: 127,
      stderr: expect.stringMatching(/ENOENT.*PATH/),
    });
    writeFileSync(join(folder, "text"), "just text\n", { mode: 0o755 });
    expect(run("--", "./text")).toMatchObject({
      status: 126,
      stderr: expect.stringMatching(/ENOEXEC: .+; .+/),
    });
    writeFileSync(join(folder, "plain"), readFileSync(join(fixtures, "hello")), { mode: 0o644 });
    expect(run("--", "./plain")).toMatchObject({ status: 126, stderr: expect.stringMatching(/EACCES/) });
  });

  it("gives 128 + n for death by signal n, and says why", () => {
    const bytes = Uint8Array.from(readFileSync(join(fixtures, "hello")));
    const entry = Number(new DataView(bytes.buffer).getBigUint64(24, true) & 0xfffn);
    bytes.set([0x0f, 0x0b], entry);
    writeFileSync(join(folder, "ud2"), bytes, { mode: 0o755 });
    expect(run("--", "./ud2")).toMatchObject({ status: 132, stderr: expect.stringMatching(/SIGILL.*#UD/) });
  });

  it("gives 124 when the instructions run out and 2 for wrong use", () => {
    expect(run("--max-instructions", "100", "--", join(fixtures, "pipe")).status).toBe(124);
    for (const words of [
      [],
      ["--ram", "1"],
      ["--disk", "big"],
      ["--engine", "warp", "--", "x"],
      ["--env", "noequals", "--", "x"],
      ["--root", "/nowhere", "--", "x"],
      ["--unknown"],
    ]) {
      expect(run(...words), words.join(" ")).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/^youcpu run: /),
      });
    }
  });

  it("gives the guest as much room to write as --disk says", () => {
    const write = `
    mov eax, 2
    lea rdi, [rip + path]
    mov esi, 0x241
    mov edx, 0x1a4
    syscall
    mov edi, eax
    mov eax, 1
    lea rsi, [rip + path]
    mov edx, 3
    syscall
    mov edi, eax
    mov eax, 60
    syscall
path: .string "/f"`;
    const program = written("writes", write);
    expect(run("--", program).status).toBe(3);
    // -ENOSPC
    expect(run("--disk", "0", "--", program).status).toBe(256 - 28);
  });

  it("gives 125 when nothing can go on, and names who sleeps in which call", () => {
    expect(run("--", written("pause", "mov eax, 34\n syscall"))).toEqual({
      status: 125,
      stdout: "",
      stderr: "youcpu run: every process sleeps and nothing can wake one\n  [pid 2] pause: pause()\n",
    });
  });

  it("writes a trace in strace's form and counters as JSON", () => {
    const result = run("--strace", "trace", "--stats", "stats", "--", join(fixtures, "copy-on-write"));
    expect(result.status).toBe(0);
    const trace = readFileSync(join(folder, "trace"), "utf8");
    expect(trace).toMatch(/^\[pid 2\] write\(1, "waited for the child: ", 22\) = 22$/m);
    expect(trace).toMatch(
      /^\[pid 2\] wait4\(-1, \[\{WIFEXITED\(s\) && WEXITSTATUS\(s\) == 7\}\], 0, NULL\) = 3$/m,
    );
    expect(trace).toMatch(/^\[pid 3\] exit(_group)?\(7\) = \?\n\[pid 3\] \+\+\+ exited with 7 \+\+\+$/m);
    expect(trace).toMatch(/^\[pid 2\] exit(_group)?\(0\) = \?\n\[pid 2\] \+\+\+ exited with 0 \+\+\+\n$/m);
    const stats = JSON.parse(readFileSync(join(folder, "stats"), "utf8"));
    expect(stats).toMatchObject({
      forks: 1,
      systemCalls: { fork: 1, wait4: 2 },
      pageFaults: { major: 0 },
    });
    expect(stats.translatedRegions).toEqual(expect.any(Number));
    expect(stats.pageFaults.copyOnWrite).toBeGreaterThan(0);
    expect(stats.instructions).toBeGreaterThan(500);
  });

  it("names a system call that the kernel does not have, once, and goes on", () => {
    const asks = written(
      "asks",
      `
    mov ebx, 2
again:
    mov eax, 321
    syscall
    dec ebx
    jnz again
    neg eax
    mov edi, eax
    mov eax, 60
    syscall
`,
    );
    expect(run("--", asks)).toMatchObject({
      status: 38,
      stderr:
        "youcpu run: asks asked for bpf, system call 321, which this kernel does not have: it answers ENOSYS\n",
    });
  });

  it("takes a host folder as root, and never writes it", () => {
    mkdirSync(join(folder, "rootfs", "bin"), { recursive: true });
    writeFileSync(join(folder, "rootfs", "bin", "files"), readFileSync(join(fixtures, "files")), {
      mode: 0o755,
    });
    const result = run("--root", "rootfs", "--", "files");
    expect(result).toMatchObject({ status: 0, stdout: expect.stringMatching(/^opened 1\nwrote 12\n/) });
    expect(
      spawnSync("find", ["rootfs"], { cwd: folder }).stdout.toString().trim().split("\n").sort(),
    ).toEqual(["rootfs", "rootfs/bin", "rootfs/bin/files"]);
  });

  it("takes a tar file as root", () => {
    spawnSync("tar", ["cf", "root.tar", "-C", "rootfs", "."], { cwd: folder });
    expect(run("--root", "root.tar", "--", "/bin/files").status).toBe(0);
    writeFileSync(join(folder, "broken.tar"), "no archive".repeat(100));
    expect(run("--root", "broken.tar", "--", "x")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/tar/),
    });
  });

  it("explains itself", () => {
    expect(run("--help")).toMatchObject({ status: 0, stdout: expect.stringMatching(/--strace FILE/) });
    expect(youcpu(["--help"]).stdout).toMatch(/youcpu run/);
    expect(youcpu(["wrong"]).status).toBe(2);
  });

  it("writes the schedule with --schedule: turns, waits and what they mean", () => {
    const file = join(folder, "schedule.json");
    const words = [
      "--sched",
      "eevdf",
      "--slice",
      "3ms",
      "--hz",
      "250",
      "--preempt",
      "full",
      "--schedule",
      file,
    ];
    expect(run(...words, "--", join(fixtures, "hello")).status).toBe(0);
    const schedule = JSON.parse(readFileSync(file, "utf8"));
    expect(schedule.policy).toBe("eevdf");
    expect(schedule.tasks).toHaveLength(1);
    expect(schedule.tasks[0]).toMatchObject({ name: "hello", kind: "program", nice: 0 });
    expect(schedule.turns[0]).toMatchObject({ pid: schedule.tasks[0].pid, endedBy: "exited" });
    expect(schedule.metrics).toMatchObject({ fairness: 1, switches: 1, turn: { count: 1 } });
  });
});
