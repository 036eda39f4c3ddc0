/**
 * One program on a fresh machine, timed from its first instruction to its end: the same code for Node and for a browser,
 * which it reaches as one bundled script.
 */

import { UNAME } from "../../src/kernel/abi/utsname.js";
import { FileSystem } from "../../src/kernel/fs/file-system.js";
import { addStandardTree } from "../../src/kernel/fs/standard-tree.js";
import { Kernel } from "../../src/kernel/kernel.js";
import { spawn } from "../../src/kernel/spawn.js";
import { Machine } from "../../src/machine/machine.js";

export interface TimedRun {
  readonly seconds: number;
  readonly instructions: number;
}

const STEPS = 20_000_000_000;

/** Throws when the program does not end with 0. `now` is the clock, in milliseconds. */
export function timedRun(program: Uint8Array, now: () => number): TimedRun {
  const files = new FileSystem({ now: 1_767_225_600_000_000_000n });
  addStandardTree(files, { release: UNAME.release, version: UNAME.version, hostname: UNAME.nodename });
  files.putFile("/tmp/program", program, 0o755);
  const machine = Machine.create({ ram: 64 << 20 });
  const kernel = Kernel.boot(machine, { files });
  const spawned = spawn(kernel, { path: "/tmp/program", argv: ["program"], environment: [], cwd: "/tmp" });
  if (!spawned.ok) throw new Error(spawned.failure.message);
  spawned.streams.input.endInput();
  const start = now();
  const stop = kernel.run(STEPS);
  const seconds = (now() - start) / 1000;
  const ending = kernel.first?.ending;
  if (stop.reason !== "ended" || ending?.kind !== "exited" || ending.status !== 0)
    throw new Error(`the program ended otherwise than with 0: ${stop.reason}`);
  return { seconds, instructions: machine.cpu.time - machine.cpu.deliveries };
}
