/**
 * When no frame is free and none can be made free, the process dies whose death frees most. Its private pages are given up at
 * once; what else it has goes when it gets its turn to die.
 * Models out_of_memory, select_bad_process, oom_kill_process and the oom_reaper (Linux mm/oom_kill.c).
 * Leaves out: control groups, panic_on_oom; where Linux panics because nobody may be killed, the allocation fails.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { SIGNAL, signalName } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { badness, type MemoryUse, memoryUse } from "./badness.js";
import { sendSignal } from "./signal-delivery.js";
import type { Task } from "./task.js";

/** What the killer found of one process. */
export interface OomCandidate extends MemoryUse {
  readonly pid: number;
  readonly name: string;
  readonly oomScoreAdj: number;
  /** Undefined: it must not be killed. */
  readonly points: number | undefined;
}

export interface OomKill {
  /** Clock time. */
  readonly time: number;
  /** The process that asked for memory; undefined for none. */
  readonly invokedBy: number | undefined;
  readonly candidates: readonly OomCandidate[];
  /** Who was killed; undefined when nobody may be. */
  readonly victim: number | undefined;
}

export class OomKiller {
  /** The task that empties a swap area: memory is short because of it, so it goes first. */
  origin: Task | undefined;
  /** /proc/sys/vm/oom_kill_allocating_task: who asks dies. */
  readonly killsAllocating = { value: 0 };
  /** /proc/sys/vm/oom_dump_tasks: all candidates come into the log. */
  readonly dumpsTasks = { value: 1 };

  constructor(private readonly kernel: Kernel) {}

  /** Kills a process; false when nobody may be killed, or when that is who asked for memory. */
  run(): boolean {
    const { kernel } = this;
    const { current } = kernel;
    // It dies as soon as it leaves the kernel, and needs nothing more.
    if (current?.signals.isDying) return false;
    const candidates = [...kernel.processes()]
      .filter(({ ending }) => !ending)
      .map((task) => this.candidate(task));
    const victim = this.choose(candidates, current);
    const { now } = kernel.machine.clock;
    kernel.observer.oomKilled?.({
      ...{ time: now, invokedBy: current?.tgid, candidates, victim: victim?.tgid },
    });
    this.report(candidates, current, victim);
    return victim !== undefined && this.kill(victim, current);
  }

  private candidate(task: Task): OomCandidate {
    const { group } = task;
    const { pid, name } = group.leader;
    const use = memoryUse(group.representative);
    return { pid, name, ...use, oomScoreAdj: group.oomScoreAdj, points: badness(this.kernel, group) };
  }

  private choose(candidates: readonly OomCandidate[], current: Task | undefined): Task | undefined {
    if (this.origin && this.origin === current) return current;
    const may = candidates.filter(({ points }) => points !== undefined);
    if (this.killsAllocating.value !== 0 && may.some(({ pid }) => pid === current?.tgid)) return current;
    // Of equals the youngest.
    const worst = may.reduce<OomCandidate | undefined>(
      (chosen, one) => (chosen && one.points! < chosen.points! ? chosen : one),
      undefined,
    );
    return worst && this.kernel.tasks.get(worst.pid)?.group.representative;
  }

  /** True when frames may have become free. */
  private kill(victim: Task, current: Task | undefined): boolean {
    const { kernel } = this;
    const { space } = victim;
    kernel.reclaim.events.oomKill++;
    victim.group.leader.faultReport = {
      signal: signalName(SIGNAL.SIGKILL),
      rip: 0n,
      reason: "out of memory: the kernel chose this process to be killed",
    };
    const sharers = [...kernel.processes()].filter(({ group }) => group.representative.space === space);
    for (const { group } of sharers) sendSignal(group.representative, SIGNAL.SIGKILL, { code: 0x80 });
    if (current?.space === space) return false;
    const { name, tgid } = victim;
    space.reap();
    kernel.say(
      "info",
      `oom_reaper: reaped process ${tgid} (${name}), now ${residentText(memoryUse(victim))}`,
    );
    return true;
  }

  private report(
    candidates: readonly OomCandidate[],
    current: Task | undefined,
    victim: Task | undefined,
  ): void {
    const { kernel } = this;
    const isFault = kernel.reclaim.residents.wanted !== undefined;
    const mask = isFault ? "0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO)" : "0xcc0(GFP_KERNEL)";
    kernel.say(
      "warning",
      `${current?.name ?? "swapper"} invoked oom-killer: gfp_mask=${mask}, order=0, oom_score_adj=${current?.group.oomScoreAdj ?? 0}`,
    );
    if (this.dumpsTasks.value !== 0) for (const line of table(kernel, candidates)) kernel.say("info", line);
    if (!victim) {
      kernel.say("warning", "Out of memory and no killable processes...");
      return;
    }
    const { name, tgid } = victim;
    const { uid } = victim.files.credentials;
    kernel.say(
      "info",
      `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=${name},pid=${tgid},uid=${uid}`,
    );
    const use = memoryUse(victim);
    kernel.say(
      "error",
      `Out of memory: Killed process ${tgid} (${name}) total-vm:${kilobytes(victim.space.totalPages)}kB, ${residentText(use)}, UID:${uid} pgtables:${kilobytes(use.tables)}kB oom_score_adj:${victim.group.oomScoreAdj}`,
    );
  }
}

const kilobytes = (pages: number): number => (pages * PAGE_SIZE) / 1024;

function residentText({ anonymous, file, shared }: MemoryUse): string {
  return `anon-rss:${kilobytes(anonymous)}kB, file-rss:${kilobytes(file)}kB, shmem-rss:${kilobytes(shared)}kB`;
}

function table(kernel: Kernel, candidates: readonly OomCandidate[]): string[] {
  const right = (value: number, width: number) => String(value).padStart(width);
  const rows = candidates.map(({ pid, name, anonymous, file, shared, swapped, tables, oomScoreAdj }) => {
    const { files, space } = kernel.tasks.get(pid)!.group.representative;
    const counts = [
      ...[
        right(space.totalPages, 8),
        right(anonymous + file + shared, 8),
        right(anonymous, 8),
        right(file, 8),
      ],
      ...[right(shared, 9), right(tables * PAGE_SIZE, 8), right(swapped, 8)],
    ];
    return `[${right(pid, 7)}] ${right(files.credentials.uid, 5)} ${right(pid, 5)} ${counts.join(" ")}         ${right(oomScoreAdj, 5)} ${name}`;
  });
  return [
    "Tasks state (memory values in pages):",
    "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
    ...rows,
  ];
}
