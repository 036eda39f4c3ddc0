/** Why a kernel stops running. */
import type { BreakpointHit } from "../machine/debug/breakpoints.js";
import type { WatchpointHit } from "../machine/debug/watchpoints.js";
import type { SwitchedOff, SystemEnd } from "./process/system-end.js";

/** Why `run` returned. */
export type KernelStop =
  | { reason: "ended" }
  /** The limit was reached. */
  | { reason: "limit" }
  /** Every process sleeps and only input from outside can wake one. */
  | { reason: "waiting" }
  /** The kernel cannot go on; or the processor shut down, by a mistake of the kernel. */
  | { reason: "panic"; detail: string }
  /** A program has switched the machine off. */
  | { reason: "off"; how: SwitchedOff }
  /** `Machine.stop` was called by somebody outside. */
  | { reason: "stopped" }
  /** Somebody wants to look; see `Machine.breakpoints` and `Machine.watchpoints`. */
  | BreakpointHit
  | WatchpointHit;

/** What `run` returns when nobody will run any more. */
export const stopOf = (end: SystemEnd): KernelStop =>
  end.kind === "panic" ? { reason: "panic", detail: end.says } : { reason: "off", how: end.kind };
