/** The league of c2.mine: the reader's function among the kernel's own policies, on workloads that are drawn by lot. */
import { FAIR_ENOUGH, hiddenWorkloads, league } from "../../kernel/sched/laboratory/league.js";
import { MILLISECOND, SECOND } from "../../kernel/sched/laboratory/schedule.js";
import type { PolicyChoice } from "../../kernel/sched/policies.js";
import type { Pick } from "../../kernel/sched/reader.js";
import type { LeagueState } from "../../views/league-state.js";

const READER = "yours";

/** As the kernel has them when nobody says otherwise. */
const OF_THE_KERNEL: readonly PolicyChoice[] = [
  "round-robin",
  "target-latency",
  "cfs",
  "eevdf",
  "cooperative",
];

/** Each policy on five workloads of a second. */
export function readerLeague(pick: Pick, seed: number): LeagueState {
  const entrants = [
    { name: READER, policy: (): PolicyChoice => ({ name: "reader", pick }) },
    ...OF_THE_KERNEL.map((policy) => ({ name: String(policy), policy: () => policy })),
  ];
  const rows = league(entrants, hiddenWorkloads(seed), { duration: SECOND, seed });
  return {
    workloads: rows[0]!.results.map(({ workload }) => workload),
    fairEnough: FAIR_ENOUGH,
    rows: rows.map(({ name, results, latency, fairness, switchesPerSecond, fault }) => ({
      ...{ name, isReader: name === READER, fairness, switchesPerSecond },
      latency: latency / MILLISECOND,
      latencies: results.map(({ metrics: { latency: one } }) =>
        one.count === 0 ? undefined : one.p99 / MILLISECOND,
      ),
      hasFailed: fault !== undefined,
    })),
  };
}
