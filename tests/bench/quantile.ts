/** What the numbers of a bench come down to. */

/** The value below which this share of `values` lies, 0 to 1; 0.5 is the median. NaN when there are none. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
