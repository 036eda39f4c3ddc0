/** The words of `youcpu run` about whose turn it is: policy, slice, tick rate, preemption. */
import type { KernelOptions } from "../kernel/kernel.js";
import { POLICY_NAMES, type PolicyName, type PolicyParameters } from "../kernel/sched/policies.js";
import { KERNEL_PREEMPTIONS, type KernelPreemption } from "../kernel/sched/preemption.js";
import { TICK_RATES } from "../kernel/sched/tick-rate.js";
import { UsageError } from "./usage-error.js";

export type SchedulingOptions = Pick<KernelOptions, "scheduler" | "timerHertz" | "preemption" | "preemptAt">;

/** As `parseArgs` wants them. */
export const SCHEDULING_WORDS = {
  sched: { type: "string" },
  slice: { type: "string" },
  hz: { type: "string" },
  preempt: { type: "string" },
  "preempt-at": { type: "string", multiple: true },
} as const;

export const SCHEDULING_HELP = `\
  --sched NAME            ${POLICY_NAMES.join(", ")}
  --slice TIME            how long a turn lasts, for example 5ms or 700us (round-robin, eevdf)
  --hz N                  ticks of the timer a second: ${TICK_RATES.join(", ")} or another number (default 100)
  --preempt HOW           whether the kernel's long work can be interrupted: ${KERNEL_PREEMPTIONS.join(", ")}
  --preempt-at T          the running task loses the CPU at machine time T; may be repeated`;

export interface SchedulingValues {
  sched?: string | undefined;
  slice?: string | undefined;
  hz?: string | undefined;
  preempt?: string | undefined;
  "preempt-at"?: string[] | undefined;
}

/** Throws UsageError. */
export function schedulingOptions(values: SchedulingValues): SchedulingOptions {
  return {
    ...(values.sched === undefined && values.slice === undefined ? {} : { scheduler: policyOf(values) }),
    ...(values.hz === undefined ? {} : { timerHertz: parseHertz(values.hz) }),
    ...(values.preempt === undefined ? {} : { preemption: preemptionOf(values.preempt) }),
    preemptAt: (values["preempt-at"] ?? []).map(parseTime),
  };
}

function policyOf({ sched = "round-robin", slice }: SchedulingValues): PolicyName | PolicyParameters {
  const name = POLICY_NAMES.find((one) => one === sched);
  if (name === undefined) throw new UsageError(`--sched ${sched}: use ${POLICY_NAMES.join(", ")}`);
  if (slice === undefined) return name;
  if (name !== "round-robin" && name !== "eevdf")
    throw new UsageError(`--slice ${slice}: ${name} works out its turns itself; use round-robin or eevdf`);
  return { name, slice: parseSlice(slice) };
}

const UNITS: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9 };

/** Nanoseconds. */
function parseSlice(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(text);
  const nanoseconds = match ? Number(match[1]) * UNITS[match[2]!]! : 0;
  if (nanoseconds <= 0) throw new UsageError(`--slice ${text}: a time such as 5ms or 700us is needed`);
  return nanoseconds;
}

const [SLOWEST, FASTEST] = [19, 1000];

function parseHertz(text: string): number {
  const hertz = Number(text);
  if (!Number.isInteger(hertz) || hertz < SLOWEST || hertz > FASTEST)
    throw new UsageError(`--hz ${text}: a whole number from ${SLOWEST} to ${FASTEST} is needed`);
  return hertz;
}

function preemptionOf(text: string): KernelPreemption {
  const found = KERNEL_PREEMPTIONS.find((one) => one === text);
  if (found === undefined) throw new UsageError(`--preempt ${text}: use ${KERNEL_PREEMPTIONS.join(", ")}`);
  return found;
}

function parseTime(text: string): number {
  const t = Number(text.replaceAll("_", ""));
  if (!Number.isSafeInteger(t) || t < 0)
    throw new UsageError(`--preempt-at ${text}: a machine time is a whole number from 0 on`);
  return t;
}
