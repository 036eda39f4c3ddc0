/** `youcpu run`: one program on a fresh machine, with the host's standard streams. */
import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { signalName } from "../kernel/abi/signals.js";
import { startInit } from "../kernel/boot/init.js";
import { Kernel } from "../kernel/kernel.js";
import type { KernelObserver } from "../kernel/observer.js";
import { ScheduleRecorder } from "../kernel/sched/laboratory/recorder.js";
import { type StandardStreams, spawn } from "../kernel/spawn.js";
import { Machine } from "../machine/machine.js";
import { EXIT } from "./exit-codes.js";
import { type Failure, guestFiles, placeProgram, refused, toByteString } from "./guest-program.js";
import { readHostInput, writeHost } from "./host-streams.js";
import { parseRunOptions, RUN_HELP, type RunOptions } from "./run-options.js";
import { scheduleText } from "./schedule-file.js";
import { statisticsOf } from "./statistics.js";
import { straceEnding, straceLine } from "./strace-line.js";
import { UsageError } from "./usage-error.js";

/** Steps between two looks at the output. */
const SLICE = 2_000_000;

/** Runs the command; returns the exit code. */
export function runCommand(words: readonly string[]): number {
  let options: RunOptions | "help";
  try {
    options = parseRunOptions(words);
    if (options === "help") {
      writeHost(1, Buffer.from(RUN_HELP));
      return 0;
    }
    return run(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return EXIT.wrongUse;
  }
}

function fail({ code, says }: Failure): number {
  complain(says);
  return code;
}

function complain(message: string): void {
  writeHost(2, Buffer.from(`youcpu run: ${message}\n`));
}

function run(options: RunOptions): number {
  const files = guestFiles(options);
  const placed = options.program === "" ? { path: "" } : placeProgram(files, options);
  if ("code" in placed) return fail(placed);
  const lines: string[] = [];
  const recorder = new ScheduleRecorder();
  const machine = Machine.create({ ram: options.ram, engine: options.engine });
  const kernel = Kernel.boot(machine, {
    ...options.scheduling,
    ...{ files, swap: options.swap, hugePages: options.hugePages, pti: options.pti },
    kernelThreads: options.init,
    observer: {
      unknownCall: reporter(),
      ...(options.strace === undefined ? {} : tracer(lines)),
      ...(options.schedule === undefined ? {} : recorder.observer),
    },
    ...(options.replacement === undefined ? {} : { replacement: options.replacement }),
  });
  const streams = options.init
    ? startSystem(kernel, placed.path, options)
    : startProgram(kernel, placed.path, options);
  if ("code" in streams) return fail(streams);
  const started = performance.now();
  const code = runToEnd(kernel, streams, options.maxInstructions);
  const seconds = (performance.now() - started) / 1000;
  if (options.strace !== undefined) writeFileSync(options.strace, lines.map((line) => `${line}\n`).join(""));
  if (options.stats !== undefined)
    writeFileSync(options.stats, `${JSON.stringify(statisticsOf(kernel, seconds), null, 2)}\n`);
  if (options.schedule !== undefined) writeFileSync(options.schedule, scheduleText(recorder, kernel));
  return code;
}

function startProgram(kernel: Kernel, path: string, options: RunOptions): StandardStreams | Failure {
  const spawned = spawn(kernel, {
    path,
    argv: [options.program, ...options.arguments].map(toByteString),
    environment: options.environment.map(toByteString),
    cwd: options.cwd,
  });
  return spawned.ok ? spawned.streams : refused(options.program, spawned.failure);
}

/** Without a path the kernel looks for an init itself. */
function startSystem(kernel: Kernel, path: string, options: RunOptions): StandardStreams | Failure {
  const started = startInit(kernel, {
    ...(path === "" ? {} : { init: path }),
    arguments: options.arguments.map(toByteString),
    environment: options.environment.map(toByteString),
  });
  if ("streams" in started) return started.streams!;
  const { says } = refused(path || "init", started.refusal);
  return { code: EXIT.panicked, says: `the kernel panicked: ${panicWords(kernel)} (${says})` };
}

const panicWords = ({ end }: Kernel): string => (end?.kind === "panic" ? end.says : "");

function tracer(lines: string[]): KernelObserver {
  return {
    called: (record) => lines.push(straceLine(record)),
    ended: (task) => lines.push(straceEnding(task)),
  };
}

/** Names each system call that the kernel does not have, the first time that a program asks for it. */
function reporter(): NonNullable<KernelObserver["unknownCall"]> {
  const known = new Set<string>();
  return (task, abi, number, name) => {
    const gate = abi === "i386" ? " by int 0x80" : "";
    const which = `${name === undefined ? "system call" : `${name}, system call`} ${number}${gate}`;
    if (known.has(which)) return;
    known.add(which);
    complain(`${task.name} asked for ${which}, which this kernel does not have: it answers ENOSYS`);
  };
}

function runToEnd(kernel: Kernel, streams: StandardStreams, maxInstructions: number): number {
  const { cpu } = kernel.machine;
  const begin = cpu.time;
  const limit = begin + maxInstructions;
  let inputOpen = true;
  for (;;) {
    const stop = kernel.run(Math.min(limit, cpu.time + SLICE));
    const wrote = forward(streams);
    if (stop.reason === "ended") return exitCode(kernel);
    if (stop.reason === "off") return 0;
    if (stop.reason === "panic") {
      complain(`the kernel panicked: ${stop.detail}`);
      return EXIT.panicked;
    }
    if (stop.reason === "limit" && cpu.time >= limit) {
      complain(`stopped after ${maxInstructions} instructions (--max-instructions)`);
      return EXIT.outOfInstructions;
    }
    if (stop.reason !== "waiting" || wrote) continue;
    if (!inputOpen) {
      complain("every process sleeps and nothing can wake one");
      return EXIT.nothingCanGoOn;
    }
    const bytes = readHostInput();
    if (bytes) streams.input.feed(bytes);
    else streams.input.endInput();
    inputOpen = bytes !== undefined;
  }
}

/** Hands what the guest wrote to the host; false when there was nothing. */
function forward(streams: StandardStreams): boolean {
  const pieces = streams.output.drain();
  for (const { stream, bytes } of pieces) writeHost(stream === "standard error" ? 2 : 1, bytes);
  return pieces.length > 0;
}

function exitCode(kernel: Kernel): number {
  const task = kernel.first!;
  const ending = task.ending!;
  if (ending.kind === "exited") return ending.status;
  if (task.faultReport)
    complain(
      `${signalName(ending.signal)} at 0x${task.faultReport.rip.toString(16)}: ${task.faultReport.reason}`,
    );
  return EXIT.signalled + ending.signal;
}
