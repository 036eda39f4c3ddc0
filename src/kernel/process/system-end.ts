/**
 * How all of it ends: the kernel panics, or somebody switches the machine off. No task runs any more after that.
 * Models panic and kernel_power_off (Linux kernel/panic.c, kernel/reboot.c). Leaves out: what Linux does to devices first, and
 * panic=N, with which it starts again.
 */
import type { Kernel } from "../kernel.js";
import type { Task } from "./task.js";

/** What the log says last. */
const SAID = {
  halted: "System halted",
  "powered-off": "Power down",
  restarted: "Restarting system",
} as const;

/** How a program ends it. */
export type SwitchedOff = keyof typeof SAID;

export type SystemEnd = { readonly kind: "panic"; readonly says: string } | { readonly kind: SwitchedOff };

/** The kernel cannot go on, and says why. */
export function panic(kernel: Kernel, says: string): void {
  kernel.say("emergency", `Kernel panic - not syncing: ${says}`);
  kernel.end ??= { kind: "panic", says };
}

/** Process 1 has ended, from whom all others come and to whom they go. The code is its status as wait4 would tell it. */
export function panicWithoutInit(kernel: Kernel, { waitStatus }: Task): void {
  panic(kernel, `Attempted to kill init! exitcode=0x${waitStatus.toString(16).padStart(8, "0")}`);
}

/** Somebody with the right to it wants the machine to stop. */
export function endSystem(kernel: Kernel, kind: SwitchedOff): void {
  kernel.say("emergency", `reboot: ${SAID[kind]}`);
  kernel.end ??= { kind };
}
