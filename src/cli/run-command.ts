/** `youcpu run`: one program on a fresh machine, with the host's standard streams. */
import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { signalName } from "../kernel/abi/signals.js";
import { startInit } from "../kernel/boot/init.js";
import type { Terminal } from "../kernel/fs/terminal.js";
import { Kernel } from "../kernel/kernel.js";
import type { KernelObserver } from "../kernel/observer.js";
import { ScheduleRecorder } from "../kernel/sched/laboratory/recorder.js";
import { spawn, spawnOnTerminal } from "../kernel/spawn.js";
import { Machine } from "../machine/machine.js";
import { EXIT } from "./exit-codes.js";
import { type Failure, guestFiles, placeProgram, refused, toByteString } from "./guest-program.js";
import { writeHost } from "./host-streams.js";
import { isAtTerminal } from "./host-terminal.js";
import { type Ends, StreamEnds, TerminalEnds } from "./run-ends.js";
import { parseRunOptions, RUN_HELP, type RunOptions, withTerminalName } from "./run-options.js";
import { scheduleText } from "./schedule-file.js";
import { statisticsOf } from "./statistics.js";
import { straceEnding, straceLine } from "./strace-line.js";
import { UsageError } from "./usage-error.js";

/** Steps between two looks at the output. */
const SLICE = 2_000_000;

const NO_TERMINAL: Failure = {
  code: EXIT.wrongUse,
  says: "--tty: standard input and output are not terminals; leave it out",
};

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
  const { files, console } = guestFiles(options);
  const placed = options.program === "" ? { path: "" } : placeProgram(files, options);
  if ("code" in placed) return fail(placed);
  const isOnTerminal = options.tty ?? isAtTerminal();
  if (isOnTerminal && !isAtTerminal()) return fail(NO_TERMINAL);
  const lines: string[] = [];
  const recorder = new ScheduleRecorder();
  const machine = Machine.create({ ram: options.ram, engine: options.engine });
  const kernel = Kernel.boot(machine, {
    ...options.scheduling,
    ...options.memory,
    files,
    kernelThreads: options.init,
    observer: {
      unknownCall: reporter(),
      ...(options.strace === undefined ? {} : tracer(lines)),
      ...(options.schedule === undefined ? {} : recorder.observer),
      ...(isOnTerminal && { idle: () => machine.stop() }),
    },
  });
  const outside = (options.init ? startSystem : startProgram)(
    kernel,
    placed.path,
    isOnTerminal ? { ...options, environment: withTerminalName(options.environment) } : options,
    isOnTerminal ? console : undefined,
  );
  if ("code" in outside) return fail(outside);
  const started = performance.now();
  const code = exitCodeOf(kernel, runToEnd(kernel, outside.ends, options.maxInstructions));
  const seconds = (performance.now() - started) / 1000;
  if (options.strace !== undefined) writeFileSync(options.strace, lines.map((line) => `${line}\n`).join(""));
  if (options.stats !== undefined)
    writeFileSync(options.stats, `${JSON.stringify(statisticsOf(kernel, seconds), null, 2)}\n`);
  if (options.schedule !== undefined) writeFileSync(options.schedule, scheduleText(recorder, kernel));
  return code;
}

/** What the guest is connected with, once it has been started. */
type Started = { readonly ends: Ends } | Failure;

function startProgram(kernel: Kernel, path: string, options: RunOptions, terminal?: Terminal): Started {
  const program = {
    path,
    argv: [options.program, ...options.arguments].map(toByteString),
    environment: options.environment.map(toByteString),
    cwd: options.cwd,
  };
  if (terminal) {
    const spawned = spawnOnTerminal(kernel, terminal, program);
    return spawned.ok
      ? { ends: new TerminalEnds(kernel, terminal) }
      : refused(options.program, spawned.failure);
  }
  const spawned = spawn(kernel, program);
  return spawned.ok
    ? { ends: new StreamEnds(kernel, spawned.streams) }
    : refused(options.program, spawned.failure);
}

/** Without a path the kernel looks for an init itself. */
function startSystem(kernel: Kernel, path: string, options: RunOptions, terminal?: Terminal): Started {
  const started = startInit(kernel, {
    ...(path === "" ? {} : { init: path }),
    ...(terminal && { console: terminal }),
    arguments: options.arguments.map(toByteString),
    environment: options.environment.map(toByteString),
  });
  if ("refusal" in started) {
    const { says } = refused(path || "init", started.refusal);
    return { code: EXIT.panicked, says: `the kernel panicked: ${panicWords(kernel)} (${says})` };
  }
  return { ends: terminal ? new TerminalEnds(kernel, terminal) : new StreamEnds(kernel, started.streams!) };
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

/** Runs until the program has ended, or something else ends the run: then the words and the code for that. */
function runToEnd(kernel: Kernel, ends: Ends, maxInstructions: number): Failure | undefined {
  const { cpu } = kernel.machine;
  const limit = cpu.time + maxInstructions;
  try {
    for (;;) {
      const stop = kernel.run(Math.min(limit, cpu.time + SLICE));
      const moved = ends.exchange();
      if (ends.isLeft) return { code: 0, says: ends.nothingMore() };
      if (stop.reason === "ended" || stop.reason === "off") return undefined;
      if (stop.reason === "panic")
        return { code: EXIT.panicked, says: `the kernel panicked: ${stop.detail}` };
      if (stop.reason === "limit" && cpu.time >= limit)
        return {
          code: EXIT.outOfInstructions,
          says: `stopped after ${maxInstructions} instructions (--max-instructions)`,
        };
      const goesOn = moved || stop.reason === "limit" || ends.wait(stop.reason === "waiting");
      if (!goesOn) return { code: EXIT.nothingCanGoOn, says: ends.nothingMore() };
    }
  } finally {
    ends.release();
  }
}

function exitCodeOf(kernel: Kernel, failure: Failure | undefined): number {
  if (failure) return fail(failure);
  const ending = kernel.first?.ending;
  // Without one, a program has switched the machine off.
  if (kernel.end || !ending) return 0;
  if (ending.kind === "exited") return ending.status;
  const report = kernel.first?.faultReport;
  if (report) complain(`${signalName(ending.signal)} at 0x${report.rip.toString(16)}: ${report.reason}`);
  return EXIT.signalled + ending.signal;
}
