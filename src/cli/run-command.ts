/** `youcpu run`: one program on a fresh machine, with the host's standard streams. */
import { readFileSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { performance } from "node:perf_hooks";
import { errnoEntry } from "../kernel/abi/errno.js";
import { signalName } from "../kernel/abi/signals.js";
import type { Refusal } from "../kernel/exec/refusal.js";
import type { FileSource } from "../kernel/fs/file-source.js";
import { FileSystem } from "../kernel/fs/file-system.js";
import { addStandardTree } from "../kernel/fs/standard-tree.js";
import { Kernel } from "../kernel/kernel.js";
import type { KernelObserver } from "../kernel/observer.js";
import { type StandardStreams, spawn } from "../kernel/spawn.js";
import { UNAME } from "../kernel/syscalls/identity.js";
import { Machine } from "../machine/machine.js";
import { HostFolder } from "./host-folder.js";
import { parseRunOptions, RUN_HELP, type RunOptions } from "./run-options.js";
import { statisticsOf } from "./statistics.js";
import { straceEnding, straceLine } from "./strace-line.js";
import { TarSource } from "./tar-source.js";
import { UsageError } from "./usage-error.js";

const WRONG_USE = 2;
const OUT_OF_INSTRUCTIONS = 124;
const NOTHING_CAN_GO_ON = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** Steps between two looks at the output. */
const SLICE = 2_000_000;

/** Runs the command; returns the exit code. */
export function runCommand(words: readonly string[]): number {
  let options: RunOptions | "help";
  try {
    options = parseRunOptions(words);
    if (options === "help") {
      writeAll(1, Buffer.from(RUN_HELP));
      return 0;
    }
    return run(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return WRONG_USE;
  }
}

function complain(message: string): void {
  writeAll(2, Buffer.from(`youcpu run: ${message}\n`));
}

const toByteString = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

function run(options: RunOptions): number {
  const files = new FileSystem({
    ...(options.root === undefined ? {} : { source: openRoot(options.root) }),
    now: 1767225600n * 1_000_000_000n,
  });
  addStandardTree(files, { release: UNAME.release, version: UNAME.version, hostname: UNAME.nodename });
  const path = placeProgram(files, options);
  if (typeof path === "number") return path;
  const lines: string[] = [];
  const machine = Machine.create({ ram: options.ram, engine: options.engine });
  const kernel = Kernel.boot(machine, {
    ...options.scheduling,
    ...{ files, swap: options.swap, observer: options.strace === undefined ? {} : tracer(lines) },
    ...(options.replacement === undefined ? {} : { replacement: options.replacement }),
  });
  const spawned = spawn(kernel, {
    path,
    argv: [options.program, ...options.arguments].map(toByteString),
    environment: options.environment.map(toByteString),
    cwd: options.cwd,
  });
  if (!spawned.ok) return refused(options.program, spawned.failure);
  const started = performance.now();
  const code = runToEnd(kernel, spawned.streams, options.maxInstructions);
  const seconds = (performance.now() - started) / 1000;
  if (options.strace !== undefined) writeFileSync(options.strace, lines.map((line) => `${line}\n`).join(""));
  if (options.stats !== undefined)
    writeFileSync(options.stats, `${JSON.stringify(statisticsOf(kernel, seconds), null, 2)}\n`);
  return code;
}

function openRoot(root: string): FileSource {
  let isFolder: boolean;
  try {
    isFolder = statSync(root).isDirectory();
  } catch {
    throw new UsageError(`--root ${root}: there is no such folder or file`);
  }
  if (isFolder) return new HostFolder(root);
  try {
    return new TarSource(readFileSync(root));
  } catch (error) {
    throw new UsageError(`--root ${root}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The guest path of the program; a host file is copied to /tmp. Or an exit code. */
function placeProgram(files: FileSystem, options: RunOptions): string | number {
  const { program } = options;
  if (!program.includes("/") || options.root !== undefined) return toByteString(program);
  try {
    if (statSync(program).isDirectory()) {
      complain(`${program}: EISDIR: this is a directory; name a program`);
      return NOT_EXECUTABLE;
    }
    const path = `/tmp/${toByteString(basename(program))}`;
    files.putFile(path, readFileSync(program), statSync(program).mode & 0o777);
    return path;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    complain(`${program}: ${code}: the file cannot be read`);
    return code === "ENOENT" || code === "ENOTDIR" ? NOT_FOUND : NOT_EXECUTABLE;
  }
}

function refused(program: string, failure: Refusal): number {
  const name = errnoEntry(failure.errno)?.name ?? String(failure.errno);
  complain(`${program}: ${name}: ${failure.message}`);
  return name === "ENOENT" || name === "ENOTDIR" ? NOT_FOUND : NOT_EXECUTABLE;
}

function tracer(lines: string[]): KernelObserver {
  return {
    called: (record) => lines.push(straceLine(record)),
    ended: (task) => lines.push(straceEnding(task)),
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
    if (stop.reason === "panic") throw new Error(`the machine shut down: ${stop.detail}`);
    if (stop.reason === "limit" && cpu.time >= limit) {
      complain(`stopped after ${maxInstructions} instructions (--max-instructions)`);
      return OUT_OF_INSTRUCTIONS;
    }
    if (stop.reason !== "waiting" || wrote) continue;
    if (!inputOpen) {
      complain("every process sleeps and nothing can wake one");
      return NOTHING_CAN_GO_ON;
    }
    inputOpen = feed(streams);
  }
}

/** Hands what the guest wrote to the host; false when there was nothing. */
function forward(streams: StandardStreams): boolean {
  const pieces = streams.output.drain();
  for (const { stream, bytes } of pieces) writeAll(stream === "standard error" ? 2 : 1, bytes);
  return pieces.length > 0;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") process.exit(128 + 13);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** One piece of the host's standard input; false at its end. */
function feed(streams: StandardStreams): boolean {
  const buffer = new Uint8Array(65536);
  for (;;) {
    try {
      const got = readSync(0, buffer);
      if (got === 0) streams.input.endInput();
      else streams.input.feed(buffer.subarray(0, got));
      return got > 0;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code !== "EAGAIN") {
        streams.input.endInput();
        return false;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function exitCode(kernel: Kernel): number {
  const task = kernel.first!;
  const ending = task.ending!;
  if (ending.kind === "exited") return ending.status;
  if (task.faultReport)
    complain(
      `${signalName(ending.signal)} at 0x${task.faultReport.rip.toString(16)}: ${task.faultReport.reason}`,
    );
  return 128 + ending.signal;
}
