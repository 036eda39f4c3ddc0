/**
 * /proc/PID/status and statm: a process for human readers, and its memory in pages.
 * Models proc_pid_status, task_mem and proc_pid_statm (Linux 6.18, fs/proc/array.c, fs/proc/task_mmu.c).
 * Leaves out: namespaces, pinned pages; mitigations of speculation are those of a processor without.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { Kernel } from "../kernel.js";
import { codeBytes, dataBytes, lockedBytes, stackBytes } from "../mm/accounts.js";
import type { AddressSpace } from "../mm/address-space.js";
import { HUGE_PAGE } from "../mm/page-tables.js";
import { pageDown, pageUp } from "../mm/user-addresses.js";
import { RLIMIT } from "../resource-limits.js";
import { isWithoutMemory, parentOf, STATES, signalSet, signalSets } from "./proc-facts.js";
import { pendingOf } from "./signal-quota.js";
import type { Task } from "./task.js";

type Row = readonly [name: string, value: string | number];

export function statusText(task: Task, kernel: Kernel): string {
  const rows = [
    ...identityRows(task),
    ...(isWithoutMemory(task) ? [] : memoryRows(task.space)),
    ...(isWithoutMemory(task)
      ? []
      : ([
          ["CoreDumping", 0],
          ["THP_enabled", 1],
          ["untag_mask", "0xffffffffffffffff"],
        ] as const)),
    ["Threads", Math.max(1, task.group.threads.size)] as const,
    ...signalRows(task, kernel),
    ...rightsRows(task),
    ["voluntary_ctxt_switches", task.switches.voluntary] as const,
    ["nonvoluntary_ctxt_switches", task.switches.involuntary] as const,
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

function identityRows(task: Task): Row[] {
  const { letter, word } = STATES[task.state];
  const { uid, euid, suid, gid, egid, sgid, groups } = task.files.credentials;
  const { processGroup, session } = task.group;
  return [
    ["Name", task.name],
    ["Umask", task.files.place.umask.toString(8).padStart(4, "0")],
    ["State", `${letter} (${word})`],
    ["Tgid", task.tgid],
    ["Ngid", 0],
    ["Pid", task.pid],
    ["PPid", parentOf(task)],
    ["TracerPid", 0],
    ["Uid", [uid, euid, suid, euid].join("\t")],
    ["Gid", [gid, egid, sgid, egid].join("\t")],
    ["FDSize", tableSize(task)],
    ["Groups", `${groups.join(" ")} `],
    ["NStgid", task.tgid],
    ["NSpid", task.pid],
    ["NSpgid", processGroup],
    ["NSsid", session],
    ["Kthread", task.group.isKernelThread ? 1 : 0],
  ];
}

/** Room of the descriptor table: 64 at first, then a power of two from 256 on. */
function tableSize(task: Task): number {
  const highest = task.ending ? 0 : Math.max(0, ...task.files.descriptors.numbers());
  return highest < 64 ? 64 : Math.max(256, 2 ** Math.ceil(Math.log2(highest + 1)));
}

function memoryRows(space: AddressSpace): Row[] {
  const { resident, tables } = space;
  const text = textBytes(space);
  const bytes: [name: string, bytes: number][] = [
    ["VmPeak", space.peakPages * PAGE_SIZE],
    ["VmSize", space.totalPages * PAGE_SIZE],
    ["VmLck", lockedBytes(space)],
    ["VmPin", 0],
    ["VmHWM", resident.peak * PAGE_SIZE],
    ["VmRSS", resident.total * PAGE_SIZE],
    ["RssAnon", resident.anonymous * PAGE_SIZE],
    ["RssFile", resident.file * PAGE_SIZE],
    ["RssShmem", resident.shared * PAGE_SIZE],
    ["VmData", dataBytes(space)],
    ["VmStk", stackBytes(space)],
    ["VmExe", text],
    ["VmLib", codeBytes(space) - text],
    ["VmPTE", (tables.tableFrames - 1) * PAGE_SIZE],
    ["VmSwap", resident.swapped * PAGE_SIZE],
    ["HugetlbPages", space.hugeTlbPages * HUGE_PAGE],
  ];
  return bytes.map(([name, value]) => [name, `${String(Math.floor(value / 1024)).padStart(8)} kB`] as const);
}

/** The program's own code. */
function textBytes(space: AddressSpace): number {
  return Math.min(pageUp(space.endCode) - pageDown(space.startCode), codeBytes(space));
}

function signalRows(task: Task, kernel: Kernel): Row[] {
  const { own, shared, blocked } = task.signals;
  const { ignored, caught } = signalSets(task);
  const { uid } = task.files.credentials;
  return [
    ["SigQ", `${pendingOf(kernel, uid)}/${task.limits.soft(RLIMIT.SIGPENDING)}`],
    ["SigPnd", signalSet(own.set)],
    ["ShdPnd", signalSet(shared.set)],
    ["SigBlk", signalSet(blocked)],
    ["SigIgn", signalSet(ignored)],
    ["SigCgt", signalSet(caught)],
  ];
}

function rightsRows(task: Task): Row[] {
  const { inheritable, permitted, effective, bounding, ambient } = task.files.credentials.capabilities;
  return [
    ["CapInh", `${inheritable}`],
    ["CapPrm", `${permitted}`],
    ["CapEff", `${effective}`],
    ["CapBnd", `${bounding}`],
    ["CapAmb", `${ambient}`],
    ["NoNewPrivs", task.noNewPrivileges ? 1 : 0],
    ["Seccomp", 0],
    ["Seccomp_filters", 0],
    ["Speculation_Store_Bypass", "not vulnerable"],
    ["SpeculationIndirectBranch", "not affected"],
    ["Cpus_allowed", 1],
    ["Cpus_allowed_list", 0],
    ["Mems_allowed", 1],
    ["Mems_allowed_list", 0],
  ];
}

/** Size, what is in memory, what of it is shared, code, libraries (not counted any more), data, and dirty pages (nor these). */
export function statmText(task: Task): string {
  if (isWithoutMemory(task)) return "0 0 0 0 0 0 0\n";
  const { space } = task;
  const { resident } = space;
  const text = (pageUp(space.endCode) - pageDown(space.startCode)) / PAGE_SIZE;
  const data = (dataBytes(space) + stackBytes(space)) / PAGE_SIZE;
  const shared = resident.file + resident.shared;
  return `${space.totalPages} ${resident.total} ${shared} ${text} 0 ${data} 0\n`;
}
