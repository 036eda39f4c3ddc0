/** Taking swap areas into use and leaving them: what programs see, and what the kernel says of it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../../abi/native.js";

const TITLE = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority";
/** A row of /proc/swaps: sizes in kilobytes. */
const row = (
  path: string,
  type: "partition" | "file",
  size: number,
  used: number,
  priority: number,
): string => `${path.padEnd(40)}${type}${type === "file" ? "\t" : ""}\t${size}\t\t${used}\t\t${priority}`;
const area = (used: number): string => row("/tmp/area", "file", 1024, used, 5);
const partition = row("/dev/sda2", "partition", 2044, 0, -2);
const small = row("/tmp/small", "file", 40, 0, -3);

const EXPECTED = [
  "as it was booted:",
  ...[TITLE, partition],
  'swapon("area", SWAP_FLAG_PREFER | 5) = 0 ',
  'swapon("small", 0) = 0 ',
  'swapon("area", 0) = -1 EBUSY',
  ...[TITLE, area(0), partition, small],
  'unlink("area") = -1 EPERM',
  'rename("area", "other") = -1 EPERM',
  'truncate("area", 0) = -1 ETXTBSY',
  'write(fd, "x", 1) = -1 ETXTBSY',
  "fallocate(fd, 0, 0, 4096) = -1 ETXTBSY",
  "resident 64",
  "madvise(own, SIZE, MADV_PAGEOUT) = 0 ",
  "resident 0",
  area(256),
  "VmSwap:\t     256 kB",
  // The parent finds the pages in memory that the child has brought back, but for the one that the child has changed.
  "child: wrong 0, major faults 64",
  "parent: wrong 0, major faults 1",
  "madvise(own, SIZE, MADV_PAGEOUT) = 0 ",
  "one page written: major faults 1",
  // What was written has no use for its old place.
  area(252),
  "madvise(shared, SIZE, MADV_PAGEOUT) = 0 ",
  area(508),
  "child: shared wrong 0",
  "parent: what the child wrote 1",
  // Only what the parent maps goes: the page that it has read, and 15 around it.
  area(572),
  "madvise(freed, SIZE / 2, MADV_FREE) = 0 ",
  "madvise(freed + SIZE / 2, SIZE / 4, MADV_DONTNEED) = 0 ",
  area(380),
  "0 0 1",
  "munmap(freed, SIZE) = 0 ",
  "sysinfo: total 777 used 79",
  'swapoff("area") = 0 ',
  'swapoff("area") = -1 EINVAL',
  ...[TITLE, partition, small],
  "wrong: own 0, shared 0",
  'swapoff("small") = 0 ',
  'unlink("area") = 0 ',
  ...[TITLE, partition],
];

describe.skipIf(!hasCompiler)("a swap area", { timeout: 60_000 }, () => {
  const result = withFolder((folder) => {
    const path = join(folder, "program");
    execFileSync("gcc", [
      "-O1",
      "-w",
      "-static",
      "-o",
      path,
      join(import.meta.dirname, "programs", "areas.c"),
    ]);
    return runGuest({
      ...{ files: { "/bin/program": readFileSync(path) }, path: "/bin/program", argv: ["program"] },
      ...{ ram: 16 << 20, maxSteps: 200_000_000, kernel: { swap: 2 << 20 } },
    });
  });
  const lines = result.stdout.split("\n");

  it("takes pages and gives them back, to all who had them, with the files of Linux about it", () => {
    expect(lines.slice(0, EXPECTED.length)).toEqual(EXPECTED);
    expect(result.status).toBe(0);
  });

  it("is counted: every page that goes out and comes in", () => {
    const count = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
    const { events } = result.kernel.reclaim;
    expect([count("pswpin"), count("pswpout")]).toEqual([events.pswpin, events.pswpout]);
    expect(events.pswpout).toBe(64 + 64 + 16 + 64);
  });

  it("is announced in the log when it is taken into use", () => {
    const log = result.kernel.log.lines.map(({ text }) => text);
    expect(log).toContain("Adding 2044k swap on /dev/sda2.  Priority:-2 extents:1 across:2044k ");
    expect(log).toContain("Adding 1024k swap on /tmp/area.  Priority:5 extents:1 across:1024k ");
  });
});
