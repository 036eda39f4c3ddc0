/** What can be said of a schedule in numbers. All times are virtual nanoseconds. */

/** Many values in few. All zero when there are none. */
export interface Distribution {
  readonly count: number;
  readonly least: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
  /** The values themselves, ascending, for a histogram. */
  readonly values: readonly number[];
}

export interface Metrics {
  /** From waking to running. */
  readonly latency: Distribution;
  /** From a question to the end of its answer. */
  readonly response: Distribution;
  /** From losing the CPU to having it again: what a target latency does not promise. */
  readonly waitAfterPreemption: Distribution;
  /** From the start of a turn to the start of the same task's next: what a target latency promises. */
  readonly period: Distribution;
  /** Length of turns, without the switch. */
  readonly turn: Distribution;
  /**
   * Jain's index (Σx)²/(n·Σx²) of x = time got / time due: 1 when all are served alike, 1/n when one has everything. Due is
   * what an ideal CPU, which could be divided at will by weight, would have given while the task wanted one. Who sleeps of
   * its own will is not counted as served too well.
   */
  readonly fairness: number;
  /** Switches from one task to another or from the idle loop, and per second. */
  readonly switches: number;
  readonly switchesPerSecond: number;
  /** Shares of the whole time, 0 to 1. */
  readonly lostToSwitching: number;
  readonly lostToInterrupts: number;
  readonly idle: number;
  readonly tasks: ReadonlyMap<number, TaskMetrics>;
}

/** The same of one task. */
export interface TaskMetrics {
  readonly pid: number;
  readonly latency: Distribution;
  readonly response: Distribution;
  readonly waitAfterPreemption: Distribution;
  readonly period: Distribution;
  readonly turn: Distribution;
  /** Time that it had the CPU for itself, and the share of the whole. */
  readonly ran: number;
  readonly share: number;
  /** Time that it should have had; see `Metrics.fairness`. */
  readonly due: number;
  /** The longest wait, also one that has not ended. */
  readonly longestWait: number;
}
