/** Programs under the kernel as worlds, for the tests of time. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { FileSystem } from "../../src/kernel/fs/file-system.js";
import { Kernel, type KernelOptions } from "../../src/kernel/kernel.js";
import { Machine } from "../../src/machine/machine.js";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import { writeElfExecutable } from "../../src/toolchain/elf-writer.js";
import type { TraceEvent } from "../../src/trace/event.js";
import { type Adjustments, KernelWorld } from "../../src/trace/worlds/kernel-world.js";
import { addStandard } from "../programs/run-guest.js";

export interface ProgramOptions {
  readonly argv?: readonly string[];
  readonly input?: string;
  /** The input stays open. */
  readonly open?: boolean;
  readonly ram?: number;
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly kernel?: Omit<KernelOptions, "files">;
  adjustments?(kernel: Kernel): Adjustments;
}

/** A fresh machine with a kernel and a program at its beginning. */
export function kernelWorld(program: Uint8Array, options: ProgramOptions = {}): KernelWorld {
  const files = new FileSystem({ now: 1_767_225_600_000_000_000n });
  addStandard(files);
  files.putFile("/bin/program", program, 0o755);
  for (const [path, bytes] of Object.entries(options.files ?? {})) files.putFile(path, bytes, 0o755);
  const machine = Machine.create({ ram: options.ram ?? 16 << 20 });
  const kernel = Kernel.boot(machine, { ...options.kernel, files });
  const argv = options.argv ?? ["program"];
  const world = new KernelWorld(kernel, { adjustments: options.adjustments?.(kernel) ?? {} });
  const failure = world.start({ path: "/bin/program", argv, environment: ["PATH=/bin"], cwd: "/tmp" });
  if (failure) throw new Error(failure.message);
  world.accept({ kind: "terminal", bytes: new TextEncoder().encode(options.input ?? "") });
  if (!options.open) world.accept({ kind: "end-of-input" });
  return world;
}

/** An assembled program. */
export function assembled(source: string): Uint8Array {
  const assembly = assemble(source);
  if (!assembly.ok) throw new Error(JSON.stringify(assembly.errors));
  return writeElfExecutable(assembly);
}

export const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../programs/fixtures/${name}`, import.meta.url));

const bigintsAsText = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);

/** Stands for everything that a machine and the processes of a kernel hold. */
export function worldDigest({ machine, kernel }: KernelWorld): string {
  const { cpu, memory, clock } = machine;
  const { state, ...rest } = cpu.snapshot();
  const tasks = [...kernel.tasks.values()].map((task) => [task.pid, task.state, task.kernelRsp, task.entity]);
  const plain = JSON.stringify(
    [[...state.general, ...state.vectors], state.system, rest, clock.now, machine.devices.look(), tasks],
    bigintsAsText,
  );
  return createHash("sha1").update(memory.bytes).update(plain).digest("hex");
}

/** Events as texts, for comparing many. */
export const eventText = (event: Omit<TraceEvent, "index">): string => JSON.stringify(event, bigintsAsText);
