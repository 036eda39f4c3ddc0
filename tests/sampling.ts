/**
 * Tests that have more cases than every run can afford: a run takes a sample, the same for the same TEST_SEED (default 1), and with
 * COMPLETE_TESTS=true all of them.
 */

/** Which sample a run takes. */
export const SEED = Number(process.env["TEST_SEED"] ?? 1);
/** Whether it takes all. */
export const COMPLETE = process.env["COMPLETE_TESTS"] === "true";

/** Of every `stride` cases one is taken, which one depends on the seed; 1 takes all. */
export const strideOf = (stride: number): { stride: number; seed: number } =>
  COMPLETE ? { stride: 1, seed: 0 } : { stride, seed: SEED };

/** About one of `stride` items. */
export function sampleOf<T>(items: readonly T[], stride: number): T[] {
  const { stride: step, seed } = strideOf(stride);
  return items.filter((_, n) => mixed(n + seed * 7919) % step === 0);
}

/** Neighbours must not go together. */
function mixed(n: number): number {
  const once = Math.imul(n ^ (n >>> 16), 0x45d9f3b);
  return (once ^ (once >>> 16)) >>> 0;
}
