/** Many measured values, and what is usually asked of them. */

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

/** Sorts a copy of the values. Percentiles are values that occur: the smallest with so much of the whole at or below it. */
export function distributionOf(measured: Iterable<number>): Distribution {
  const values = [...measured].sort((a, b) => a - b);
  const count = values.length;
  const at = (share: number) => values[Math.max(0, Math.ceil(share * count) - 1)] ?? 0;
  const mean = count === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / count;
  return { count, least: at(0), mean, p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1), values };
}
