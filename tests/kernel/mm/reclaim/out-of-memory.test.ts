/** When no frame can be made free somebody dies, and the others go on. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { KernelOptions } from "../../../../src/kernel/kernel.js";
import type { OomKill } from "../../../../src/kernel/process/oom-killer.js";
import { runGuest } from "../../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../../abi/native.js";

describe.skipIf(!hasCompiler)("out of memory", { timeout: 120_000 }, () => {
  const program = withFolder((folder) => {
    const path = join(folder, "program");
    const source = join(import.meta.dirname, "programs", "hogs.c");
    execFileSync("gcc", ["-O1", "-w", "-static", "-o", path, source]);
    return readFileSync(path);
  });

  function run(word: string, ram: number, kernel: Omit<KernelOptions, "files"> = {}) {
    const kills: OomKill[] = [];
    const result = runGuest({
      ...{ files: { "/bin/program": program }, path: "/bin/program", argv: ["program", word] },
      ...{ ram, maxSteps: 2_000_000_000 },
      kernel: { ...kernel, observer: { oomKilled: (kill) => kills.push(kill) } },
    });
    return { ...result, kills, log: result.kernel.log.lines.map(({ text }) => text) };
  }

  it("2 GiB touched on a machine of 64 MiB cost the hog its life, and nobody else anything", () => {
    const { stdout, status, kills, kernel } = run("hog", 64 << 20);
    expect([stdout, status]).toEqual(["hog: signal 9\nworker: exit 20\n", 0]);
    expect(kills).toHaveLength(1);
    expect(kernel.reclaim.events.oomKill).toBe(1);
    const [{ candidates, victim, invokedBy }] = kills as [OomKill];
    expect(victim).toBe(invokedBy);
    const points = Math.max(...candidates.map((one) => one.points ?? 0));
    expect(candidates.find(({ pid }) => pid === victim)?.points).toBe(points);
    for (const { points: all, anonymous, file, shared, swapped, tables } of candidates)
      expect(all).toBe(anonymous + file + shared + swapped + tables);
  });

  it("with swap it takes longer and ends the same, and the slots are free afterwards", () => {
    const { stdout, status, kernel } = run("hog", 16 << 20, { swap: 32 << 20 });
    expect([stdout, status]).toEqual(["hog: signal 9\nworker: exit 20\n", 0]);
    expect(kernel.reclaim.events.pswpout).toBeGreaterThan((32 << 20) / 4096 / 2);
    expect(kernel.reclaim.swap.free).toBe(kernel.reclaim.swap.total);
  });

  it("oom_score_adj decides who dies: one may never, one rather than the one that eats", () => {
    const { stdout, status, kills } = run("spared", 32 << 20);
    expect(stdout).toBe("spared: exit 2\nadjusted: signal 9\neater: signal 9\nworker: exit 20\n");
    expect([status, kills.length]).toEqual([0, 2]);
  });

  it("min_ttl_ms ends who wants more at a time than memory holds, swap or not; without it all go on, slowly", () => {
    const machine = { swap: 32 << 20 };
    const slow = run("circle", 16 << 20, machine);
    expect([slow.stdout, slow.kills.length]).toEqual(["hog: exit 2\nworker: exit 20\n", 0]);
    expect(slow.kernel.reclaim.events.pswpin).toBeGreaterThan(10_000);
    const ended = run("circle", 16 << 20, { ...machine, minTtl: 10_000 });
    expect([ended.stdout, ended.kills.length]).toEqual(["hog: signal 9\nworker: exit 20\n", 1]);
    const roomy = run("circle", 32 << 20, { ...machine, minTtl: 10_000 });
    expect([roomy.stdout, roomy.kills.length]).toEqual(["hog: exit 2\nworker: exit 20\n", 0]);
  });

  it("the log says it as Linux does", () => {
    const { log } = run("hog", 64 << 20);
    const at = log.findIndex((line) => line.includes("invoked oom-killer"));
    expect(log[at]).toBe(
      "program invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), order=0, oom_score_adj=0",
    );
    expect(log[at + 1]).toBe("Tasks state (memory values in pages):");
    expect(log[at + 2]).toBe(
      "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
    );
    // [%7d] %5d %5d %8lu %8lu %8lu %8lu %9lu %8ld %8lu         %5hd %s
    expect(log[at + 3]).toMatch(/^\[.{7}\] .{5} .{5} .{8} .{8} .{8} .{8} .{9} .{8} .{8} {9}.{5} program$/);
    expect(log[at + 3]).toMatch(/^\[ +\d+\]( +\d+){10} program$/);
    expect(log.at(-2)).toMatch(
      /^oom-kill:constraint=CONSTRAINT_NONE,nodemask=\(null\),cpuset=\/,mems_allowed=0,global_oom,task_memcg=\/,task=program,pid=\d+,uid=0$/,
    );
    expect(log.at(-1)).toMatch(
      /^Out of memory: Killed process \d+ \(program\) total-vm:20\d{5}kB, anon-rss:6\d{4}kB, file-rss:\d+kB, shmem-rss:0kB, UID:0 pgtables:1\d{2}kB oom_score_adj:0$/,
    );
  });
});
