/** What a scheduling function that a reader wrote can do wrong: a value with place, reason and next step. */

export type PolicyFaultKind = "threw" | "not-a-choice" | "no-such-task" | "bad-slice" | "too-many-calls";

export interface PolicyFault {
  readonly kind: PolicyFaultKind;
  /** Which call of the function it was, from 1. */
  readonly call: number;
  /** What was wrong, and what to do about it. */
  readonly reason: string;
  /** What it was asked to choose from. */
  readonly pids: readonly number[];
  /** What it answered, in words. */
  readonly answer: string;
}
