/** `youcpu trace` as a user meets it, and exported runs as programs read them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const fixtures = join(root, "tests", "programs", "fixtures");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "you-in-cpu-trace-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function trace(words: readonly string[], input = "") {
  const tsx = join(root, "node_modules", ".bin", "tsx");
  const done = spawnSync(tsx, [join(root, "src", "cli", "youcpu.ts"), "trace", ...words], {
    cwd: folder,
    input,
  });
  return { status: done.status, stdout: done.stdout.toString(), stderr: done.stderr.toString() };
}

const lines = (text: string) => text.trimEnd().split("\n");

describe("youcpu trace", () => {
  it("tells what happens in lines that begin with t, in order", () => {
    const { status, stdout } = trace(["--", join(fixtures, "hello")]);
    expect(status).toBe(0);
    const rows = lines(stdout);
    expect(rows.find((row) => row.includes("call "))).toMatch(
      /^ +\d+ {2}\[2\] {3}call {11}write\(1, "Hello from ring 3\\n", 18\) = 18$/,
    );
    const times = rows.map((row) => Number(row.slice(0, 10)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("is the same in every run, by any engine", () => {
    const words = (engine: string) => ["--json", "--engine", engine, "--", join(fixtures, "preemption")];
    const [one, other] = [trace(words("evaluator")), trace(words("auto"))];
    expect(lines(one.stdout).slice(1)).toEqual(lines(other.stdout).slice(1));
  });

  it("writes lines of JSON: what determines the run, the events, the end", () => {
    const { stdout, status } = trace(["--json", "--ram", "16M", "--", join(fixtures, "arguments"), "7"]);
    expect(status).toBe(7);
    const values = lines(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(values[0]).toMatchObject({
      format: "you-in-cpu trace",
      version: 1,
      setup: { arguments: ["7"], ram: 16 << 20, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      inputs: [],
    });
    const events = values.slice(1, -1);
    expect(events.map(({ index }) => index)).toEqual(events.map((_, n) => n));
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "output", bytes: expect.stringMatching(/^[0-9a-f]+$/) }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: "page-fault",
        address: expect.stringMatching(/^0x/),
        reference: expect.stringMatching(/^memory:0x/),
      }),
    );
    expect(values.at(-1)).toMatchObject({
      kind: "end",
      events: events.length,
      ending: { kind: "exited", status: 7 },
    });
  });

  it("with --registers tells what the registers had become by then", () => {
    const { stdout } = trace([
      "--json",
      "--registers",
      "--kinds=syscall-entry",
      "--",
      join(fixtures, "hello"),
    ]);
    const [, first, second] = lines(stdout).map((line) => JSON.parse(line));
    expect(first.registers).toMatchObject({ rax: "0x1", rdx: "0x12" });
    expect(second.registers).toMatchObject({ rax: "0x3c", rdi: "0x0" });
    expect(second.registers).not.toHaveProperty("rbx");
  });

  it("with --output hands the guest's output through, and its input in", () => {
    const { stdout, status } = trace(
      ["--kinds", "input,exit", "--output", "run.txt", "--", join(fixtures, "pipe")],
      "some input",
    );
    expect([stdout.startsWith("pipe 0"), status]).toEqual([true, 0]);
    expect(lines(readFileSync(join(folder, "run.txt"), "utf8")).at(-1)).toMatch(/exit +ends with status 0$/);
  });

  it("stops where --max-instructions says", () => {
    const { status, stderr, stdout } = trace([
      "--json",
      "--max-instructions",
      "100",
      "--",
      join(fixtures, "hello"),
    ]);
    expect([status, stderr]).toEqual([124, expect.stringContaining("stopped after 100 instructions")]);
    expect(JSON.parse(lines(stdout).at(-1)!)).toMatchObject({ ending: { kind: "unfinished" } });
  });

  it.each([
    [["--kinds", "calls", "--", "x"], 2, /--kinds calls: use call, /],
    [["--registers", "--", "x"], 2, /--registers is for --json/],
    [["--strace", "f", "--", "x"], 2, /--strace is an option of youcpu run/],
    [["--json"], 2, /no PROGRAM given; try: youcpu trace/],
    [["--output", "/no/such/folder/f", "--", `${fixtures}/hello`], 2, /--output \/no\/such/],
    [["--kinds"], 2, /--kinds: a value is needed/],
    [["--", "./nothing"], 127, /ENOENT/],
  ] as const)("%j ends with %i and says why", (words, code, says) => {
    const { status, stderr, stdout } = trace([...words]);
    expect(stderr).toMatch(says);
    expect([status, stdout]).toEqual([code, ""]);
  });

  it("explains itself", () => {
    const { stdout, status } = trace(["--help"]);
    expect(status).toBe(0);
    for (const word of ["--json", "--registers", "--kinds", "--output", "--root", "--ram"])
      expect(stdout).toContain(word);
  });
});
