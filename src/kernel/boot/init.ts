/**
 * Process 1: the first program of a whole system, looked for where Linux looks, and the only one that the kernel starts itself.
 * Models kernel_init and run_init_process (Linux init/main.c). Leaves out: the initial RAM disk with rdinit=, and init= with a
 * list of programs to be tried.
 */
import { E } from "../abi/errno.js";
import type { Refusal } from "../exec/refusal.js";
import type { Terminal } from "../fs/terminal.js";
import type { Kernel } from "../kernel.js";
import { panic } from "../process/system-end.js";
import { type StandardStreams, spawnInit } from "../spawn.js";

/** Where an init is looked for, in this order. */
export const INIT_PATHS = ["/sbin/init", "/etc/init", "/bin/init", "/bin/sh"] as const;

/** What init is given when nobody says otherwise. */
export const INIT_ENVIRONMENT = ["HOME=/", "TERM=linux"] as const;

export interface InitOptions {
  /** The boot parameter init=: this program or none. */
  init?: string;
  /** Its arguments behind its own name. */
  arguments?: readonly string[];
  environment?: readonly string[];
  /** The console; without one there are streams. */
  console?: Terminal;
}

/** It runs, on streams unless it has a console; or why it cannot. */
type Started = { readonly streams: StandardStreams | undefined } | { readonly refusal: Refusal };

/** Starts init. Without any that can be run the kernel panics. */
export function startInit(kernel: Kernel, options: InitOptions = {}): Started {
  const { init } = options;
  if (init !== undefined) {
    const started = tryInit(kernel, init, options);
    if ("refusal" in started)
      panic(kernel, `Requested init ${init} failed (error ${started.refusal.errno}).`);
    return started;
  }
  return searchInit(kernel, options);
}

/** The refusal is that of the last file that is there, if any is. */
function searchInit(kernel: Kernel, options: InitOptions): Started {
  let refusal: Refusal | undefined;
  for (const path of INIT_PATHS) {
    const started = tryInit(kernel, path, options);
    if (!("refusal" in started)) return started;
    const { errno } = started.refusal;
    if (errno !== E.ENOENT)
      kernel.say("error", `Starting init: ${path} exists but couldn't execute it (error ${errno})`);
    if (!refusal || errno !== E.ENOENT) ({ refusal } = started);
  }
  panic(
    kernel,
    "No working init found.  Try passing init= option to kernel. See Linux Documentation/admin-guide/init.rst for guidance.",
  );
  return { refusal: refusal! };
}

function tryInit(kernel: Kernel, path: string, options: InitOptions): Started {
  const argv = [path, ...(options.arguments ?? [])];
  const environment = options.environment ?? INIT_ENVIRONMENT;
  kernel.say("info", `Run ${path} as init process`);
  kernel.say("debug", "  with arguments:");
  for (const word of argv) kernel.say("debug", `    ${word}`);
  kernel.say("debug", "  with environment:");
  for (const setting of environment) kernel.say("debug", `    ${setting}`);
  const spawned = spawnInit(kernel, { path, argv, environment }, options.console);
  return spawned.ok ? { streams: spawned.streams } : { refusal: spawned.failure };
}
