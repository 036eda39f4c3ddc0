/**
 * /proc/meminfo, /proc/vmstat and /proc/swaps: memory as a whole.
 * Models fs/proc/meminfo.c, mm/vmstat.c and swaps_proc_ops of Linux. Leaves out: rows that this kernel has nothing to say for,
 * apart from those that tools insist on, which are 0.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { Kernel } from "../kernel.js";
import { HOLDS } from "../mm/frames.js";
import { HUGE_PAGE } from "../mm/page-tables.js";

/** What all frames hold, in pages. */
export interface FrameUse {
  readonly free: number;
  readonly anonymous: number;
  /** Pages of files, and memory shared without a file. */
  readonly file: number;
  readonly shared: number;
  /** Of both those that page tables lead to. */
  readonly mapped: number;
  readonly tables: number;
  readonly kernelStacks: number;
}

export function frameUse(kernel: Kernel): FrameUse {
  const { frames, reclaim, tasks } = kernel;
  const counts = {
    [HOLDS.kernel]: 0,
    [HOLDS.anonymous]: 0,
    [HOLDS.file]: 0,
    [HOLDS.shared]: 0,
    [HOLDS.lazyFree]: 0,
  };
  let mapped = 0;
  for (let frame = frames.first; frame < frames.end; frame++) {
    const owners = frames.owners(frame);
    if (owners === 0) continue;
    const what = frames.holds(frame);
    counts[what]++;
    if (owners > 1 && (what === HOLDS.file || what === HOLDS.shared)) mapped++;
  }
  let tables = 0;
  for (const space of reclaim.spaces) tables += space.tables.tableFrames;
  return {
    free: frames.available,
    anonymous: counts[HOLDS.anonymous] + counts[HOLDS.lazyFree],
    file: counts[HOLDS.file],
    shared: counts[HOLDS.shared],
    ...{ mapped, tables, kernelStacks: tasks.size },
  };
}

/** Frames that could be free without a page being written into a swap area. */
export function availablePages({ free, file }: FrameUse): number {
  return free + file;
}

/** VMALLOC_SIZE_TB 32, in kilobytes. */
const VMALLOC_TOTAL = 34359738367;

export function meminfoText(kernel: Kernel): string {
  const { overcommit, reclaim, frames } = kernel;
  const { swap, residents } = reclaim;
  const use = frameUse(kernel);
  const { anonymous, file, shared, mapped, tables, kernelStacks } = use;
  const pages: readonly (readonly [name: string, pages: number])[] = [
    ["MemTotal", overcommit.total],
    ["MemFree", use.free],
    ["MemAvailable", availablePages(use)],
    ["Buffers", 0],
    ["Cached", file + shared],
    ["SwapCached", swap.cached],
    ["Active", anonymous + file + shared - residents.unevictable],
    ["Inactive", 0],
    ["Unevictable", residents.unevictable],
    ["Mlocked", 0],
    ["SwapTotal", swap.total],
    ["SwapFree", swap.free],
    ["Dirty", kernel.pageCache.dirty],
    ["Writeback", 0],
    ["AnonPages", anonymous],
    ["Mapped", mapped],
    ["Shmem", shared],
    ["KReclaimable", 0],
    ["Slab", 0],
    ["SReclaimable", 0],
    ["SUnreclaim", 0],
    ["KernelStack", kernelStacks],
    ["PageTables", tables],
    ["CommitLimit", overcommit.limit],
    ["Committed_AS", overcommit.committed],
  ];
  const row = (name: string, kilobytes: number) =>
    `${`${name}:`.padEnd(16)}${String(kilobytes).padStart(8)} kB\n`;
  return (
    pages.map(([name, count]) => row(name, (count * PAGE_SIZE) / 1024)).join("") +
    row("VmallocTotal", VMALLOC_TOTAL) +
    row("VmallocUsed", 0) +
    row("VmallocChunk", 0) +
    hugePageRows(kernel) +
    row("DirectMap4k", 0) +
    row("DirectMap2M", (frames.end * PAGE_SIZE) / 1024)
  );
}

/** Numbers end in this column. */
const NUMBER_COLUMN = 24;

function hugePageRows({ systemMemory: { hugePages, pool } }: Kernel): string {
  const kilobytes = HUGE_PAGE / 1024;
  const row = (name: string, value: number, unit = "") =>
    `${name}:${String(value).padStart(NUMBER_COLUMN - name.length - 1)}${unit}\n`;
  return (
    row("AnonHugePages", hugePages.inUse * kilobytes, " kB") +
    row("HugePages_Total", pool.total) +
    row("HugePages_Free", pool.free) +
    row("HugePages_Rsvd", pool.reserved) +
    row("HugePages_Surp", pool.surplus) +
    row("Hugepagesize", kilobytes, " kB") +
    row("Hugetlb", pool.total * kilobytes, " kB")
  );
}

export function vmstatText(kernel: Kernel): string {
  const { frames, reclaim } = kernel;
  const { events } = reclaim;
  const use = frameUse(kernel);
  const rows: readonly (readonly [name: string, value: number])[] = [
    ["nr_free_pages", use.free],
    ["nr_anon_pages", use.anonymous],
    ["nr_mapped", use.mapped],
    ["nr_file_pages", use.file + use.shared],
    ["nr_dirty", kernel.pageCache.dirty],
    ["nr_writeback", 0],
    ["nr_shmem", use.shared],
    ["nr_unevictable", reclaim.residents.unevictable],
    ["nr_page_table_pages", use.tables],
    ["nr_kernel_stack", (use.kernelStacks * PAGE_SIZE) / 1024],
    ["nr_swapcached", reclaim.swap.cached],
    ["workingset_refault_file", events.workingsetRefaultFile],
    ["pgpgin", events.pgpgin],
    ["pgpgout", events.pgpgout],
    ["pswpin", events.pswpin],
    ["pswpout", events.pswpout],
    ["pgalloc_normal", frames.given],
    ["allocstall_normal", events.allocstall],
    ["pgfree", frames.given - frames.inUse],
    ["pgfault", events.pgfault],
    ["pgmajfault", events.pgmajfault],
    ["pgsteal_kswapd", events.pgstealKswapd],
    ["pgsteal_direct", events.pgsteal - events.pgstealKswapd],
    ["pgscan_kswapd", events.pgscanKswapd],
    ["pgscan_direct", events.pgscan - events.pgscanKswapd],
    ["pgscan_anon", events.pgscanAnon],
    ["pgscan_file", events.pgscanFile],
    ["pgsteal_anon", events.pgstealAnon],
    ["pgsteal_file", events.pgstealFile],
    ["pageoutrun", events.pageoutrun],
    ["oom_kill", events.oomKill],
  ];
  return rows.map(([name, value]) => `${name} ${value}\n`).join("");
}

const PATH_COLUMN = 40;
/** From here on a number is as wide as a tab stop. */
const WIDE = 10_000_000;

export function swapsText({ reclaim }: Kernel): string {
  const number = (pages: number) => {
    const kilobytes = (pages * PAGE_SIZE) / 1024;
    return `${kilobytes}\t${kilobytes < WIDE ? "\t" : ""}`;
  };
  const areas = [...reclaim.swap.active].sort((a, b) => b.priority - a.priority);
  const rows = areas.map(({ facts, size, used, priority }) => {
    const path = facts.path.replace(
      /[ \t\n\\]/g,
      (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
    );
    const kind = facts.kind === "file" ? "file\t" : "partition";
    return `${path.padEnd(Math.max(PATH_COLUMN, path.length + 1))}${kind}\t${number(size)}${number(used)}${priority}\n`;
  });
  return `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${rows.join("")}`;
}
