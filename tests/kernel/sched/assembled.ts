/** Runs a program of our own assembler under a kernel and collects what the scheduler tells. */

import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Kernel, type KernelOptions } from "../../../src/kernel/kernel.js";
import type { SchedulingEvent } from "../../../src/kernel/sched/events.js";
import { type Metrics, measure } from "../../../src/kernel/sched/laboratory/metrics.js";
import type { Schedule } from "../../../src/kernel/sched/laboratory/schedule.js";
import { scheduleFrom } from "../../../src/kernel/sched/laboratory/schedule-builder.js";
import { spawn } from "../../../src/kernel/spawn.js";
import { type Engine, Machine } from "../../../src/machine/machine.js";
import { type Assembly, assemble } from "../../../src/toolchain/assembler/assemble.js";
import { writeElfExecutable } from "../../../src/toolchain/elf-writer.js";
import { addStandard, type GuestResult, runGuest } from "../../programs/run-guest.js";

export interface ScheduledRun extends GuestResult {
  readonly events: readonly SchedulingEvent[];
  readonly schedule: Schedule;
  readonly metrics: Metrics;
}

export interface RunRequest extends Omit<KernelOptions, "files" | "observer"> {
  readonly engine?: Engine;
  readonly maxSteps?: number;
  readonly ram?: number;
}

export function assembled(source: string): Extract<Assembly, { ok: true }> {
  const assembly = assemble(source);
  if (!assembly.ok) throw new Error(JSON.stringify(assembly.errors));
  return assembly;
}

export function runScheduled(
  source: string,
  { engine = "auto", maxSteps, ram, ...options }: RunRequest = {},
): ScheduledRun {
  const events: SchedulingEvent[] = [];
  const result = runGuest({
    files: { "/bin/program": writeElfExecutable(assembled(source)) },
    path: "/bin/program",
    argv: ["program"],
    engine,
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(ram === undefined ? {} : { ram }),
    kernel: { ...options, observer: { scheduled: (event) => events.push(event) } },
  });
  const { clock } = result.kernel.machine;
  const end = (clock.now * 1e9) / clock.stepsPerSecond;
  const schedule = scheduleFrom(events, { begin: 0, end, policy: result.kernel.scheduler.name });
  return { ...result, events, schedule, metrics: measure(schedule) };
}

/** The program at its beginning, before the first run of the kernel. */
export function startScheduled(
  source: string,
  { engine = "auto", maxSteps: _, ram = 192 << 20, ...options }: RunRequest = {},
): { kernel: Kernel } {
  const files = new FileSystem({ now: 1_767_225_600_000_000_000n });
  addStandard(files);
  files.putFile("/bin/program", writeElfExecutable(assembled(source)), 0o755);
  const kernel = Kernel.boot(Machine.create({ ram, engine }), { ...options, files });
  spawn(kernel, { path: "/bin/program", argv: ["program"], environment: [], cwd: "/tmp" });
  return { kernel };
}

/** exit_group(rdi) */
export const EXIT = `
    mov eax, 231
    syscall`;

/** Starts `count` children that go to label `child` with their number, from 0, in r15; the parent goes on behind it. */
export const fork = (count: number): string => `
    xor r15d, r15d
fork_next:
    mov eax, 57
    syscall
    test eax, eax
    jz child
    inc r15d
    cmp r15d, ${count}
    jb fork_next`;

/** Waits until no child is left, and exits with 0. */
export const WAIT_FOR_ALL = `
wait_next:
    mov rdi, -1
    xor esi, esi
    xor edx, edx
    xor r10d, r10d
    mov eax, 61
    syscall
    test rax, rax
    jns wait_next
    xor edi, edi${EXIT}`;
