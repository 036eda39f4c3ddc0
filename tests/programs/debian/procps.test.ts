/**
 * Debian's tools that look at processes, memory and mounts, on a system with an init and threads of the kernel's: what /proc
 * tells is what they understand. Their figures are this machine's own, so that there is no real one to compare them with.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HostFolder } from "../../../src/cli/host-folder.js";
import { startInit } from "../../../src/kernel/boot/init.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Kernel } from "../../../src/kernel/kernel.js";
import { Machine } from "../../../src/machine/machine.js";
import { addStandard } from "../run-guest.js";
import { DEBIAN_ROOT, hasDebianRoot } from "./root.js";

/** Not so in a root that was made before it had these. */
function hasProcps(): boolean {
  if (!hasDebianRoot()) return false;
  if (readFileSync(join(DEBIAN_ROOT, ".complete"), "utf8").includes("procps")) return true;
  console.warn(`skipped: ${DEBIAN_ROOT} has no procps: make-root.sh makes it anew`);
  return false;
}

/** What an init that runs one line in a shell prints before it ends. */
function shown(line: string): string {
  const files = new FileSystem({ source: new HostFolder(DEBIAN_ROOT), now: 1_767_225_600_000_000_000n });
  addStandard(files);
  const kernel = Kernel.boot(Machine.create({ ram: 256 << 20 }), { files, kernelThreads: true });
  const environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=vt100", "HOME=/", "LC_ALL=C"];
  const started = startInit(kernel, { init: "/bin/sh", arguments: ["-c", `${line} 2>&1`], environment });
  if (!("streams" in started)) throw new Error(started.refusal.message);
  expect(kernel.run(kernel.machine.time + 2_000_000_000).reason).toBe("panic");
  return started
    .streams!.output.drain()
    .map(({ bytes }) => Buffer.from(bytes).toString("latin1"))
    .join("");
}

const rows = (text: string): string[] => text.trimEnd().split("\n");

describe.skipIf(!hasProcps())("Debian's tools for processes", { timeout: 120_000 }, () => {
  it("ps shows init, the kernel's threads in brackets, and itself", () => {
    expect(
      shown("ps -eo pid,ppid,stat,args | cat")
        .replace(/^ +| +$/gm, "")
        .replace(/ +/g, " "),
    ).toBe(
      [
        "PID PPID STAT COMMAND",
        "1 0 S /bin/sh -c ps -eo pid,ppid,stat,args | cat 2>&1",
        "2 0 S [kthreadd]",
        "3 2 S [kworker/u2:0]",
        "4 2 S [kswapd0]",
        "5 1 R ps -eo pid,ppid,stat,args",
        "6 1 S cat",
        "",
      ].join("\n"),
    );
  });

  it("top adds up tasks, the CPU's time and memory", () => {
    const [load, tasks, cpu, memory] = rows(shown("top -b -n1; :"));
    expect(load).toMatch(/^top - 00:00:\d\d up 0 min, {2}0 users?, {2}load average: 0\.00, 0\.00, 0\.00$/);
    expect(tasks).toMatch(/^Tasks: +5 total, +1 running, +4 sleeping, +0 stopped, +0 zombie$/);
    const shares = [...cpu!.matchAll(/([\d.]+) (?:us|sy|ni|id|wa|hi|si|st)/g)].map(([, share]) =>
      Number(share),
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
    expect(memory).toMatch(/^MiB Mem : +255\.\d total/);
  });

  it("free, uptime and vmstat read memory, load and time", () => {
    expect(shown("free -b; :")).toMatch(/^ +total +used +free.*\nMem: +267\d{6} +\d+ +\d{9} /);
    expect(shown("uptime; :")).toMatch(/load average: 0\.00, 0\.00, 0\.00$/m);
    expect(rows(shown("vmstat; :"))[2]).toMatch(/^ 1 {2}0 +0 \d{6} /);
  });

  it("pgrep, pidof and pkill find the kernel's threads, which hear nothing", () => {
    expect(shown("pgrep -l '^k'; :")).toBe("2 kthreadd\n3 kworker/u2:0\n4 kswapd0\n");
    expect(shown("pkill -KILL kswapd0; pidof kswapd0; pidof nobody || echo none")).toBe("4\nnone\n");
  });

  it("pmap, mount and sysctl read maps, mounts and settings", () => {
    expect(shown("pmap 1; :")).toMatch(/^1: .*\n[0-9a-f]{16} +\d+K r---- dash$/m);
    expect(shown("mount; :")).toMatch(/^proc on \/proc type proc \(rw,relatime\)$/m);
    expect(shown("sysctl kernel.hostname; :")).toBe("kernel.hostname = you-in-cpu\n");
  });
});
