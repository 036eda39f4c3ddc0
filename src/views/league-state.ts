/** What the view of a league draws: policies compared on the same workloads. Times are milliseconds. */
export interface LeagueState {
  readonly workloads: readonly string[];
  /** Who is less fair than this stands below all others. */
  readonly fairEnough: number;
  /** Best first. */
  readonly rows: readonly LeagueRowState[];
}

export interface LeagueRowState {
  readonly name: string;
  /** It is the reader's own. */
  readonly isReader: boolean;
  /** From waking to running, 99th percentile: the worst of all workloads, and of each; undefined if nobody woken ever ran. */
  readonly latency: number;
  readonly latencies: readonly (number | undefined)[];
  /** Jain's index of the workload that was treated worst. */
  readonly fairness: number;
  readonly switchesPerSecond: number;
  /** The reader's function did something that it must not; from there on it was round-robin's doing. */
  readonly hasFailed: boolean;
}
