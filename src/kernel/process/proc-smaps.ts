/**
 * /proc/PID/smaps and smaps_rollup: what the pages of each mapping are, or those of all together.
 * Models show_smap, __show_smap and show_smaps_rollup (Linux 6.18, fs/proc/task_mmu.c).
 */
import type { AddressSpace } from "../mm/address-space.js";
import { couldBeHuge } from "../mm/huge-pages.js";
import { HUGE_PAGE } from "../mm/page-tables.js";
import { PageUsage } from "../mm/page-usage.js";
import type { Vma } from "../mm/vma.js";
import { mnemonics, VM_HUGETLB } from "../mm/vma-flags.js";
import { mapLine, paddedName } from "./proc-maps.js";

const PAGE_KILOBYTES = 4;

/** "Rss:                  12 kB": numbers end in this column. */
const NUMBER_COLUMN = 24;

function row(name: string, kilobytes: number): string {
  return `${name}:${String(kilobytes).padStart(NUMBER_COLUMN - name.length - 1)} kB\n`;
}

/** Whole kilobytes of bytes. */
const kB = (bytes: number): number => Math.floor(bytes / 1024);

function usageRows(usage: PageUsage, isRollup: boolean): string {
  const rows: [name: string, bytes: number][] = [
    ["Rss", usage.resident],
    ["Pss", usage.proportional],
    ["Pss_Dirty", usage.proportionalDirty],
  ];
  if (isRollup)
    rows.push(
      ["Pss_Anon", usage.proportionalAnonymous],
      ["Pss_File", usage.proportionalFile],
      ["Pss_Shmem", usage.proportionalShared],
    );
  rows.push(
    ["Shared_Clean", usage.sharedClean],
    ["Shared_Dirty", usage.sharedDirty],
    ["Private_Clean", usage.privateClean],
    ["Private_Dirty", usage.privateDirty],
    ["Referenced", usage.referenced],
    ["Anonymous", usage.anonymous],
    ["KSM", 0],
    ["LazyFree", usage.lazyFree],
    ["AnonHugePages", usage.anonymousHuge],
    ["ShmemPmdMapped", 0],
    ["FilePmdMapped", 0],
    ["Shared_Hugetlb", usage.sharedHugeTlb],
    ["Private_Hugetlb", usage.privateHugeTlb],
    ["Swap", usage.swapped],
    ["SwapPss", usage.proportionalSwapped],
    ["Locked", usage.proportionalLocked],
  );
  return rows.map(([name, bytes]) => row(name, kB(bytes))).join("");
}

export function smapsText(space: AddressSpace): string {
  return space.vmas.map((vma) => mappingText(space, vma)).join("");
}

function mappingText(space: AddressSpace, vma: Vma): string {
  const usage = new PageUsage();
  usage.gather(space, vma);
  const pageSize = (vma.flags & VM_HUGETLB) !== 0 ? kB(HUGE_PAGE) : PAGE_KILOBYTES;
  return [
    mapLine(space, vma),
    row("Size", kB(vma.size)),
    row("KernelPageSize", pageSize),
    row("MMUPageSize", pageSize),
    usageRows(usage, false),
    `THPeligible:    ${couldBeHuge(space, vma) ? "       1" : "       0"}\n`,
    `VmFlags: ${mnemonics(vma.flags)}\n`,
  ].join("");
}

export function smapsRollupText(space: AddressSpace): string {
  const usage = new PageUsage();
  for (const vma of space.vmas) usage.gather(space, vma);
  const hex = (n: number) => n.toString(16).padStart(8, "0");
  const start = hex(space.vmas[0]?.start ?? 0);
  const end = hex(space.vmas.at(-1)?.end ?? 0);
  return paddedName(`${start}-${end} ---p 00000000 00:00 0 `, "[rollup]") + usageRows(usage, true);
}
