/**
 * What each task got, and what it should have got: an ideal CPU serves all who want it at the same time, in proportion to
 * their weights, so its virtual time V grows by 1/Σw, and who wants it from V₁ to V₂ is due w·(V₂ - V₁).
 * Source: Demers, Keshav, Shenker, Analysis and simulation of a fair queueing algorithm (1989); the same V as in `eevdf.ts`.
 */
import type { Schedule } from "./schedule.js";

export interface Service {
  /** Nanoseconds that it had the CPU for itself, in the program or the kernel. */
  ran: number;
  due: number;
  /** It did not want the CPU all the time. */
  sleeps: boolean;
}

/** A moment at which a task begins or ceases to want the CPU. */
interface Edge {
  readonly at: number;
  readonly pid: number;
  readonly wants: boolean;
}

export function servicesOf(schedule: Schedule): ReadonlyMap<number, Service> {
  const services = new Map(schedule.tasks.map(({ pid }) => [pid, { ran: 0, due: 0, sleeps: true }]));
  const weights = new Map(schedule.tasks.map(({ pid, weight }) => [pid, weight]));
  countRunning(schedule, services);
  const wanted = new Map<number, number>();
  const since = new Map<number, number>();
  let total = 0;
  let virtualTime = 0;
  let before = schedule.begin;
  for (const { at, pid, wants } of edgesOf(schedule)) {
    if (total > 0) virtualTime += (at - before) / total;
    before = at;
    const weight = weights.get(pid) ?? 0;
    total += wants ? weight : -weight;
    if (wants) since.set(pid, virtualTime);
    else services.get(pid)!.due += weight * (virtualTime - since.get(pid)!);
    wanted.set(pid, (wanted.get(pid) ?? 0) + (wants ? -at : at));
  }
  for (const { pid, born, ended } of schedule.tasks) {
    const life = Math.min(ended ?? schedule.end, schedule.end) - Math.max(born, schedule.begin);
    services.get(pid)!.sleeps = (wanted.get(pid) ?? 0) < life * 0.999;
  }
  return services;
}

function countRunning({ segments }: Schedule, services: ReadonlyMap<number, Service>): void {
  for (const { kind, pid, begin, end } of segments)
    if (pid !== undefined && (kind === "user" || kind === "kernel")) services.get(pid)!.ran += end - begin;
}

/** In order of time; who ceases to want comes before who begins, so that a wait and the turn after it are one. */
function edgesOf({ waits, turns, begin, end, tasks }: Schedule): Edge[] {
  const known = new Set(tasks.map(({ pid }) => pid));
  const edges = [...waits, ...turns]
    .filter(({ pid }) => known.has(pid))
    .map((one) => ({ pid: one.pid, begin: Math.max(begin, one.begin), end: Math.min(end, one.end) }))
    .filter((one) => one.begin < one.end)
    .flatMap(({ pid, ...one }): Edge[] => [
      { at: one.begin, pid, wants: true },
      { at: one.end, pid, wants: false },
    ]);
  return edges.sort((a, b) => a.at - b.at || Number(a.wants) - Number(b.wants) || a.pid - b.pid);
}
