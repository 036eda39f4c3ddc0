/** Runs one program on a fresh machine and collects what a user would see. */

import { UNAME } from "../../src/kernel/abi/utsname.js";
import { FileSystem } from "../../src/kernel/fs/file-system.js";
import { addStandardTree } from "../../src/kernel/fs/standard-tree.js";
import { Kernel, type KernelOptions } from "../../src/kernel/kernel.js";
import { spawn } from "../../src/kernel/spawn.js";
import { type Engine, Machine } from "../../src/machine/machine.js";

export interface GuestRequest extends GuestProgram {
  /** Files of the guest by path; all executable. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Symbolic links by path. */
  readonly links?: Readonly<Record<string, string>>;
}

export interface GuestProgram {
  readonly path: string;
  readonly argv: readonly string[];
  readonly environment?: readonly string[];
  readonly cwd?: string;
  readonly input?: Uint8Array;
  readonly ram?: number;
  readonly maxSteps?: number;
  readonly engine?: Engine;
  readonly kernel?: Omit<KernelOptions, "files">;
}

export interface GuestResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status, or 128 + n for death by signal n; or why it did not end. */
  readonly status: number | string;
  readonly kernel: Kernel;
}

/** YOUCPU_PTI=1 runs all programs of the tests with two roots for each address space. */
const ALWAYS_ISOLATED = process.env["YOUCPU_PTI"] === "1";

const DEFAULT_STEPS = 400_000_000;
const SLICE = 5_000_000;

export const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

export function runGuest(request: GuestRequest): GuestResult {
  const files = new FileSystem({ now: 1_767_225_600_000_000_000n });
  addStandard(files);
  for (const [path, bytes] of Object.entries(request.files)) files.putFile(path, bytes, 0o755);
  for (const [path, target] of Object.entries(request.links ?? {})) files.putLink(path, target);
  return runOn(files, request);
}

/** What every root has besides its files: /dev, /proc, /tmp. */
export function addStandard(files: FileSystem): void {
  addStandardTree(files, { release: UNAME.release, version: UNAME.version, hostname: UNAME.nodename });
}

/** The same with files that are there already. */
export function runOn(files: FileSystem, request: GuestProgram): GuestResult {
  const machine = Machine.create({ ram: request.ram ?? 192 << 20, engine: request.engine ?? "auto" });
  const kernel = Kernel.boot(machine, { pti: ALWAYS_ISOLATED, ...request.kernel, files });
  const spawned = spawn(kernel, {
    path: request.path,
    argv: request.argv.map(latin1),
    environment: (request.environment ?? []).map(latin1),
    cwd: request.cwd ?? "/tmp",
  });
  if (!spawned.ok)
    return {
      stdout: "",
      stderr: spawned.failure.message,
      status: `refused: ${spawned.failure.errno}`,
      kernel,
    };
  if (request.input) spawned.streams.input.feed(request.input);
  spawned.streams.input.endInput();
  const written: Record<string, Uint8Array[]> = { "standard output": [], "standard error": [] };
  const limit = machine.cpu.time + (request.maxSteps ?? DEFAULT_STEPS);
  let status: number | string = "ran out of steps";
  while (machine.cpu.time < limit) {
    const stop = kernel.run(Math.min(limit, machine.cpu.time + SLICE));
    const pieces = spawned.streams.output.drain();
    for (const { stream, bytes } of pieces) written[stream]!.push(bytes);
    if (stop.reason === "limit" || (stop.reason === "waiting" && pieces.length > 0)) continue;
    status = stop.reason === "ended" ? statusOf(kernel) : stop.reason;
    break;
  }
  const text = (stream: string) => Buffer.concat(written[stream]!).toString("utf8");
  return { stdout: text("standard output"), stderr: text("standard error"), status, kernel };
}

function statusOf(kernel: Kernel): number {
  const ending = kernel.first!.ending!;
  return ending.kind === "exited" ? ending.status : 128 + ending.signal;
}
