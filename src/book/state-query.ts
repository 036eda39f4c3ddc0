/**
 * Questions to a moment of a machine, as the Markdown of a chapter asks them: a path into `MachineState`, and nothing that
 * computes.
 *
 *     steps    outcome.kind    registers.rbx    flags.ZF    calls.recent.1.text    trials.hlt.verdict    output
 *
 * A list is asked by position, by `length`, or by what its entries are called (`name`, `title`, `text`, `pid`, `vector`).
 */
import { FLAG } from "../machine/isa/registers.js";
import type { MachineState } from "../views/machine-state.js";
import { count, hex, hexDigits, signed } from "../views/numbers.js";

/** What a path may end at. */
export type Answer = bigint | number | string | boolean;

/** The answer, or what is wrong with the question: which part of the path leads nowhere, and what there is instead. */
export type QueryResult = { readonly answer: Answer } | { readonly problem: string };

/** What entries of lists are called by, in this order. */
const KEYS = ["name", "title", "text", "pid", "vector", "label"] as const;

/** Asks `state` for what `path` names. */
export function ask(state: MachineState, path: string): QueryResult {
  let here: unknown = state;
  const parts = path.split(".");
  for (const [n, part] of parts.entries()) {
    const next = enter(here, part);
    if (next === undefined) return { problem: nowhere(parts.slice(0, n), part, here) };
    here = next;
  }
  const answer = asAnswer(here);
  return answer === undefined
    ? { problem: `“${path}” is not one value, but has ${namesIn(here).join(", ")}` }
    : { answer };
}

function enter(here: unknown, part: string): unknown {
  if (Array.isArray(here)) {
    if (part === "length") return here.length;
    if (/^\d+$/.test(part) && Number(part) < here.length) return here[Number(part)];
    return here.find((entry) => KEYS.some((key) => String(field(entry, key)) === part));
  }
  if (typeof here === "string") return part === "length" ? here.length : undefined;
  const bit = FLAG[part as keyof typeof FLAG];
  const value = field(here, "value");
  if (bit !== undefined && typeof value === "number") return (value & bit) === 0 ? 0 : 1;
  return field(here, part);
}

function field(thing: unknown, name: string): unknown {
  if (typeof thing !== "object" || thing === null || !Object.hasOwn(thing, name)) return undefined;
  return (thing as Readonly<Record<string, unknown>>)[name];
}

/** A register is its value. */
function asAnswer(thing: unknown): Answer | undefined {
  if (["bigint", "number", "string", "boolean"].includes(typeof thing)) return thing as Answer;
  const value = field(thing, "value");
  return typeof value === "bigint" ? signed(value) : undefined;
}

function nowhere(before: readonly string[], part: string, here: unknown): string {
  const where = before.length === 0 ? "a moment" : `“${before.join(".")}”`;
  const names = namesIn(here);
  return `${where} has no “${part}”${names.length > 0 ? `; it has ${names.join(", ")}` : ""}`;
}

function namesIn(thing: unknown): string[] {
  if (Array.isArray(thing)) {
    return thing.map((entry, n) => String(KEYS.map((key) => field(entry, key)).find(Boolean) ?? n));
  }
  return typeof thing === "object" && thing !== null ? Object.keys(thing) : [];
}

/** How an answer is written: a register's bigint in decimal unless asked otherwise. */
export const FORMATS = {
  plain: (answer: Answer) => (typeof answer === "number" ? rounded(answer) : String(answer)),
  hex: (answer: Answer) => hex(whole(answer)),
  bytes: (answer: Answer) =>
    hexDigits(whole(answer), 2)
      .replace(/^(.(?:..)*)$/, "0$1")
      .replace(/(..)(?=.)/g, "$1 "),
  /** Three of them that count. */
  digits: (answer: Answer) => String(Number(Number(answer).toPrecision(3))),
  rounded: (answer: Answer) => String(Math.round(Number(answer))),
  count: (answer: Answer) => count(Number(answer)),
  percent: (answer: Answer) => `${rounded(Number(answer) * 100)} %`,
} as const;

export type FormatName = keyof typeof FORMATS;

export const isFormat = (name: string): name is FormatName => Object.hasOwn(FORMATS, name);

const whole = (answer: Answer): bigint => BigInt(typeof answer === "number" ? Math.trunc(answer) : answer);

/** At most three places behind the point, and none that say nothing. */
function rounded(n: number): string {
  return String(Number(n.toFixed(3)));
}
