/** What a machine is made with, what comes in from outside, and why a run ends. */
import type { BreakpointHit } from "./debug/breakpoints.js";
import type { WatchpointHit } from "./debug/watchpoints.js";
import type { KeyCode } from "./devices/scan-codes.js";
import type { TlbShape } from "./memory/tlb-shape.js";

export interface MachineOptions {
  /** Bytes of RAM, a multiple of 4096, at most 2 GiB. Default 256 MiB. */
  ram?: number;
  /** Nominal steps a second: what a second of the timer is in steps. Default 10 million. */
  instructionsPerSecond?: number;
  /** What the disk holds: sectors of 512 bytes. It is never written; the disk keeps what changes. Without it there is no disk. */
  disk?: Uint8Array | undefined;
  /** How many translations the processor keeps, and in what sets. Default: 4096 for each kind of access, direct-mapped. */
  tlb?: TlbShape;
  /** What executes hot code. Shows in nothing but speed. Default `auto`. */
  engine?: Engine;
}

/**
 * `evaluator`: every instruction by its definition. `translator`: hot code is translated to WebAssembly; without
 * WebAssembly that is refused. `auto`: the translator where there is WebAssembly.
 */
export const ENGINES = ["auto", "evaluator", "translator"] as const;
export type Engine = (typeof ENGINES)[number];

/** Why `run` returned. */
export type RunResult =
  /** `limit`: t was reached. `halted`: HLT, and no device will wake the processor. `shutdown`: triple fault. `stopped`: `stop` was called. */
  { readonly reason: "limit" | "halted" | "shutdown" | "stopped" } | BreakpointHit | WatchpointHit;

/**
 * What comes in from outside, and at which device: bytes on the serial line, a key that goes down or up, an NMI, an edge of
 * the timer's output that its count did not bring about.
 */
export type MachineInput =
  | { readonly device: "timer" }
  | { readonly device: "nmi" }
  | { readonly device: "serial"; readonly bytes: Uint8Array }
  | { readonly device: "keyboard"; readonly key: KeyCode; readonly down: boolean };
