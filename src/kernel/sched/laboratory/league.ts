/**
 * Policies compared on the same workloads, with the same seeds: who answers soonest, who is fair, who switches most. The
 * workloads of the league are drawn from a seed, so that nobody can tune a policy to them by looking.
 */
import { RandomPool } from "../../fs/random-pool.js";
import type { PolicyChoice } from "../policies.js";
import type { PolicyFault } from "../reader-fault.js";
import { type Metrics, measure } from "./metrics.js";
import type { SimulationOptions } from "./options.js";
import { MILLISECOND, SECOND } from "./schedule.js";
import { simulate } from "./simulate.js";
import { batch, editor, hog, io, periodic, type Workload, type WorkloadTask } from "./workload.js";

export interface Entrant {
  readonly name: string;
  /** Made anew for each workload: policies keep state. */
  readonly policy: () => PolicyChoice;
}

export interface LeagueResult {
  readonly workload: string;
  readonly metrics: Metrics;
}

export interface LeagueRow {
  readonly name: string;
  readonly results: readonly LeagueResult[];
  /** The worst p99 from waking to running, and the worst fairness, of all workloads; the mean of the rest. */
  readonly latency: number;
  readonly fairness: number;
  readonly switchesPerSecond: number;
  readonly lostToSwitching: number;
  /** The reader's function failed: what comes after is not its merit. */
  readonly fault: PolicyFault | undefined;
}

export type LeagueOptions = Omit<SimulationOptions, "policy" | "duration"> & { readonly duration?: number };

/** Fairness below this is not forgiven by any latency. */
export const FAIR_ENOUGH = 0.9;

/** The table, best first: without a fault, fair enough, and then by latency. */
export function league(
  entrants: readonly Entrant[],
  workloads: readonly Workload[],
  options: LeagueOptions = {},
): LeagueRow[] {
  const rows = entrants.map((entrant) => rowOf(entrant, workloads, options));
  const rank = ({ fault, fairness }: LeagueRow) => (fault ? 2 : fairness < FAIR_ENOUGH ? 1 : 0);
  return rows.sort((a, b) => rank(a) - rank(b) || a.latency - b.latency);
}

function rowOf({ name, policy }: Entrant, workloads: readonly Workload[], options: LeagueOptions): LeagueRow {
  let fault: PolicyFault | undefined;
  const results = workloads.map((workload): LeagueResult => {
    const { schedule } = simulate(workload, {
      ...{ duration: 4 * SECOND, tellsQueue: false },
      ...options,
      policy: policy(),
    });
    fault ??= schedule.fault?.fault;
    return { workload: workload.name, metrics: measure(schedule) };
  });
  const mean = (part: (metrics: Metrics) => number) =>
    results.reduce((sum, { metrics }) => sum + part(metrics), 0) / results.length;
  return {
    ...{ name, results, fault },
    latency: Math.max(...results.map(({ metrics }) => metrics.latency.p99)),
    fairness: Math.min(...results.map(({ metrics }) => metrics.fairness)),
    switchesPerSecond: mean(({ switchesPerSecond }) => switchesPerSecond),
    lostToSwitching: mean(({ lostToSwitching }) => lostToSwitching),
  };
}

/** Five workloads of different kinds; another seed gives others. */
export function hiddenWorkloads(seed: number): Workload[] {
  const pool = new RandomPool(seed);
  const from = (least: number, most: number) => least + (pool.next() % (most - least + 1));
  const times = (count: number, make: (n: number) => WorkloadTask) =>
    Array.from({ length: count }, (_, n) => make(n + 1));
  const ms = (least: number, most: number) => from(least * 10, most * 10) * (MILLISECOND / 10);
  return [
    {
      name: "a desk",
      tasks: [editor("editor", { burst: ms(0.5, 2) }), ...times(from(2, 4), (n) => hog(`hog ${n}`))],
    },
    {
      name: "a server",
      tasks: [
        ...times(from(5, 9), (n) =>
          io(`request ${n}`, { burst: { mean: ms(0.5, 2) }, wait: { mean: ms(5, 20) } }),
        ),
        hog("backup"),
      ],
    },
    {
      name: "a studio",
      tasks: [
        periodic("sound", { period: ms(5, 10), burst: ms(0.3, 0.8) }),
        periodic("picture", { period: ms(15, 20), burst: ms(2, 5) }),
        ...times(from(2, 3), (n) => hog(`hog ${n}`)),
      ],
    },
    {
      name: "a workshop",
      tasks: [
        editor("editor", { burst: ms(0.5, 1) }),
        ...times(from(4, 8), (n) => batch(`compiler ${n}`, ms(200, 900), { begins: n * ms(10, 90) })),
        io("disk", { burst: ms(0.2, 1), wait: ms(2, 8) }),
      ],
    },
    {
      name: "a crowd",
      tasks: [
        ...times(from(8, 12), (n) => hog(`hog ${n}`)),
        ...times(from(2, 3), (n) => editor(`editor ${n}`, { burst: ms(0.3, 1) })),
      ],
    },
  ];
}
