/**
 * The timer's rate: what comes of a wish when the interval timer can only divide its own frequency by a whole number.
 * Source: Intel 8254 data sheet; Linux kernel/Kconfig.hz for the rates that a kernel is built with.
 */
import { PIT_HERTZ } from "../../machine/devices/interval-timer.js";

/** CONFIG_HZ. */
export const TICK_RATES = [100, 250, 300, 1000] as const;

/** The slowest and the fastest that the timer can be told. */
export const SLOWEST_TICK = 19;
export const FASTEST_TICK = 100_000;

/** What the timer counts down from to tick about `hertz` times a second. */
export function pitDivisor(hertz: number): number {
  return Math.max(2, Math.min(65535, Math.round(PIT_HERTZ / hertz)));
}

/** The rate that comes of a divisor; 0 stands for 65536, the slowest. */
export function pitHertz(divisor: number): number {
  return PIT_HERTZ / (divisor || 65536);
}

/** Nanoseconds between two ticks: 999848, not 1000000, for 1000 Hz. */
export function tickPeriod(hertz: number): number {
  return 1e9 / pitHertz(pitDivisor(hertz));
}
