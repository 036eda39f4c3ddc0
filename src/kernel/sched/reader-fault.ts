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

const LONGEST = 80;

/** A value that a stranger's code made, in words; whatever it is, nothing comes of looking at it. */
export function describeAnswer(value: unknown): string {
  try {
    const text = wordsFor(value);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  } catch {
    return `something of type ${typeof value} that cannot be shown`;
  }
}

function wordsFor(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === "function") return "a function";
  if (value instanceof Promise) return "a promise, but the answer is needed at once";
  if (typeof value === "object" && value !== null) return JSON.stringify(value) ?? "an object";
  return String(value);
}
