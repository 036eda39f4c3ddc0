/**
 * The share of the CPU that belongs to each nice value: a step of one changes the ratio of two tasks by about 1.25.
 * Source: Linux kernel/sched/core.c (sched_prio_to_weight).
 */
import type { SchedEntity } from "./policy.js";

export const NICE_0_WEIGHT = 1024;
export const NICE_MIN = -20;
export const NICE_MAX = 19;
/** Weight of SCHED_IDLE. */
export const IDLE_WEIGHT = 3;

/** Weights from nice -20 to 19. */
export const NICE_WEIGHTS: readonly number[] = [
  ...[88761, 71755, 56483, 46273, 36291],
  ...[29154, 23254, 18705, 14949, 11916],
  ...[9548, 7620, 6100, 4904, 3906],
  ...[3121, 2501, 1991, 1586, 1277],
  ...[1024, 820, 655, 526, 423],
  ...[335, 272, 215, 172, 137],
  ...[110, 87, 70, 56, 45],
  ...[36, 29, 23, 18, 15],
];

/** Gives a nice value, cut to the possible ones, and its weight. A waiting task must be taken out and put back around it. */
export function setNice(entity: SchedEntity, nice: number): void {
  entity.nice = Math.max(NICE_MIN, Math.min(NICE_MAX, nice));
  entity.weight = NICE_WEIGHTS[entity.nice - NICE_MIN]!;
}

/** Clock time as virtual time of a task: slower for the heavy, faster for the light. */
export function virtualTime(time: number, weight: number): number {
  return (time * NICE_0_WEIGHT) / weight;
}
