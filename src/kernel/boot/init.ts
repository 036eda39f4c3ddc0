/**
 * Process 1: the first program of a whole system, looked for where Linux looks, and the only one that the kernel starts itself.
 * Models kernel_init and run_init_process (Linux init/main.c). Leaves out: the initial RAM disk with rdinit=, and init= with a
 * list of programs to be tried.
 */
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

/** Starts init. Without any that can be run the kernel panics, and `refusal` tells why the last one cannot. */
export function startInit(
  kernel: Kernel,
  options: InitOptions = {},
): { streams: StandardStreams | undefined } | { refusal: Refusal } {
  const { init } = options;
  let refusal: Refusal | undefined;
  for (const path of init === undefined ? INIT_PATHS : [init]) {
    const started = tryInit(kernel, path, options);
    if ("streams" in started) return started;
    const { errno, isMissing } = describeRefusal(started.refusal);
    // The last place's reason is no news where the file of an earlier one is broken.
    if (!refusal || !isMissing) ({ refusal } = started);
    if (init !== undefined) panic(kernel, `Requested init ${path} failed (error ${errno}).`);
    else if (!isMissing)
      kernel.say("error", `Starting init: ${path} exists but couldn't execute it (error ${errno})`);
  }
  if (init === undefined)
    panic(
      kernel,
      "No working init found.  Try passing init= option to kernel. See Linux Documentation/admin-guide/init.rst for guidance.",
    );
  return { refusal: refusal! };
}

const ENOENT = -2;
const describeRefusal = ({ errno }: Refusal) => ({ errno, isMissing: errno === ENOENT });

function tryInit(
  kernel: Kernel,
  path: string,
  options: InitOptions,
): { streams: StandardStreams | undefined } | { refusal: Refusal } {
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
