/** Nanoseconds of the program's clocks and steps of the machine's clock. Models Linux kernel/time/timekeeping.c. */
import { CLOCKS } from "../abi/process-flags.js";
import type { Call } from "./definition.js";

export const SECOND = 1_000_000_000n;

/** Clock time that so many nanoseconds take; never too little. */
export function clockSteps(call: Call, nanoseconds: bigint): number {
  return Math.ceil((Number(nanoseconds) * call.kernel.machine.clock.stepsPerSecond) / 1e9);
}

/** Nanoseconds of so much clock time. */
export function nanosecondsOf(call: Call, steps: number): bigint {
  return BigInt(Math.floor((steps * 1e9) / call.kernel.machine.clock.stepsPerSecond));
}

/** Whether timers and sleeps can follow the clock. */
export function canWaitFor(clock: number): boolean {
  return WAITABLE.includes(clock);
}

const WAITABLE = ["CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME", "CLOCK_TAI"].map(
  (name) => CLOCKS[name],
);

/** What a clock showed when the machine began, or undefined when it is none that runs by itself. */
export function epochOf(call: Call, clock: number): bigint | undefined {
  switch (clock) {
    case CLOCKS["CLOCK_REALTIME"]:
    case CLOCKS["CLOCK_REALTIME_COARSE"]:
    case CLOCKS["CLOCK_TAI"]:
      return BigInt(call.kernel.bootTime) * SECOND;
    case CLOCKS["CLOCK_MONOTONIC"]:
    case CLOCKS["CLOCK_MONOTONIC_RAW"]:
    case CLOCKS["CLOCK_MONOTONIC_COARSE"]:
    case CLOCKS["CLOCK_BOOTTIME"]:
      return 0n;
    default:
      return undefined;
  }
}
