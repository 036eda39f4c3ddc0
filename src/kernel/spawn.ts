/**
 * Starting the first program: a process out of nothing, with standard input, output and error that lead outside.
 * Models run_init_process (Linux init/main.c); where an init is looked for says `boot/init.ts`.
 */
import { E, failed } from "./abi/errno.js";
import { O_RDONLY, O_RDWR, O_WRONLY } from "./abi/open-flags.js";
import { execve } from "./exec/execve.js";
import { Refusal } from "./exec/refusal.js";
import { openOutsideTree } from "./fs/descriptors.js";
import { Files } from "./fs/files.js";
import { HostStream } from "./fs/host-stream.js";
import { OutputLog } from "./fs/output-log.js";
import type { Terminal } from "./fs/terminal.js";
import { changeDirectory } from "./fs/working-directory.js";
import type { Kernel } from "./kernel.js";
import { AddressSpace } from "./mm/address-space.js";
import { copyRegisters, newTask } from "./process/clone.js";
import { reap } from "./process/exit.js";
import type { Task } from "./process/task.js";
import { ResourceLimits } from "./resource-limits.js";
import { tellCreation } from "./sched/tell.js";

/** The outside ends of a program's first three descriptors. */
export interface StandardStreams {
  input: HostStream;
  /** What was written to standard output and standard error, in order. */
  output: OutputLog;
}

export interface SpawnOptions {
  /** A path of the guest; without a slash it is looked up in PATH of `environment`. */
  path: string;
  /** The arguments, argv[0] among them. All texts are byte strings. */
  argv: readonly string[];
  environment: readonly string[];
  cwd?: string;
}

export type Spawned = { ok: true; task: Task; streams: StandardStreams } | { ok: false; failure: Refusal };

/** Makes a process that will run the program; `kernel.run` then lets it. */
export function spawn(kernel: Kernel, options: SpawnOptions): Spawned {
  const task = emptyTask(kernel);
  if (!task) return noMemory();
  const streams = openStreams(kernel, task.files);
  const failure = run(kernel, task, options);
  return failure ? { ok: false, failure } : { ok: true, task, streams };
}

/** The same with a terminal as standard input, output and error: the process leads a session whose terminal it is. */
export function spawnOnTerminal(
  kernel: Kernel,
  terminal: Terminal,
  options: SpawnOptions,
): { ok: true; task: Task } | { ok: false; failure: Refusal } {
  const task = emptyTask(kernel);
  if (!task) return noMemory();
  openTerminal(task, terminal);
  terminal.owner.session = terminal.owner.foreground = task.pid;
  task.group.terminal = terminal;
  const failure = run(kernel, task, options);
  return failure ? { ok: false, failure } : { ok: true, task };
}

/** Process 1, which no signal ends that it has no handler for: on a terminal that nobody owns yet, or on streams. */
export function spawnInit(
  kernel: Kernel,
  options: SpawnOptions,
  terminal: Terminal | undefined,
): { ok: true; task: Task; streams: StandardStreams | undefined } | { ok: false; failure: Refusal } {
  if (kernel.first) throw new Error("init must be the first process");
  const { nextPid } = kernel;
  kernel.nextPid = 1;
  const task = emptyTask(kernel);
  kernel.nextPid = nextPid;
  if (!task) return noMemory();
  task.group.isInit = true;
  task.group.processGroup = task.group.session = 0;
  const streams = terminal ? undefined : openStreams(kernel, task.files);
  if (terminal) openTerminal(task, terminal);
  const failure = run(kernel, task, options);
  return failure ? { ok: false, failure } : { ok: true, task, streams };
}

const noMemory = (): { ok: false; failure: Refusal } => ({
  ok: false,
  failure: new Refusal(E.ENOMEM, "", "there is no memory for a process", "give the machine more memory"),
});

/** Puts the program into the process, which may run from now on; if that fails, nothing is left of it. */
function run(kernel: Kernel, task: Task, options: SpawnOptions): Refusal | undefined {
  const failure = enterDirectory(task, options.cwd ?? "/") ?? start(kernel, task, options);
  if (failure) {
    discard(kernel, task);
    return failure;
  }
  kernel.first ??= task;
  kernel.scheduler.enqueue(task.entity, "new", kernel.machine.clock.now);
  tellCreation(kernel, task);
  return undefined;
}

function emptyTask(kernel: Kernel): Task | undefined {
  const stack = kernel.frames.allocate();
  const root = stack === undefined ? undefined : kernel.newRoot();
  if (stack === undefined || root === undefined) {
    if (stack !== undefined) kernel.frames.release(stack);
    return undefined;
  }
  const space = new AddressSpace(kernel.machine.memory, kernel.frames, root, kernel.systemMemory);
  const task = newTask(kernel, stack, space, newFiles(kernel));
  task.group.processGroup = task.group.session = task.pid;
  task.group.isStartedFromOutside = true;
  copyRegisters(kernel, task, undefined);
  return task;
}

/** Standard input, output and error. */
function openTerminal({ files }: Task, terminal: Terminal): void {
  for (let fd = 0; fd <= 2; fd++) openOutsideTree(files, terminal, O_RDWR, false, `/dev/${terminal.name}`);
}

/** What the first process has: the root directory, user 0, the initial limits. */
function newFiles(kernel: Kernel): Files {
  const limits = ResourceLimits.initial(kernel.maximumTasks);
  return new Files(kernel.files, undefined, undefined, undefined, limits);
}

function openStreams(kernel: Kernel, files: Files): StandardStreams {
  const output = new OutputLog();
  const open = (name: string, flags: number): HostStream => {
    const stream = new HostStream(kernel.files, name, output);
    if (failed(openOutsideTree(files, stream, flags)))
      throw new Error("a new process has no free descriptor");
    return stream;
  };
  const input = open("standard input", O_RDONLY);
  open("standard output", O_WRONLY);
  open("standard error", O_WRONLY);
  return { input, output };
}

function enterDirectory(task: Task, cwd: string): Refusal | undefined {
  const result = changeDirectory(task.files, cwd);
  return failed(result)
    ? new Refusal(
        result,
        "",
        `the working directory ${cwd} cannot be entered`,
        "name a directory of the guest",
      )
    : undefined;
}

/** Tries the path, or each directory of PATH, as a shell does. */
function start(kernel: Kernel, task: Task, options: SpawnOptions): Refusal | undefined {
  const { path, argv, environment } = options;
  if (path.includes("/")) return execve(kernel, task, path, argv, environment);
  const search = environment.find((setting) => setting.startsWith("PATH="))?.slice(5) ?? "/bin:/usr/bin";
  let worst = new Refusal(
    E.ENOENT,
    "",
    `${path} is in no directory of PATH (${search})`,
    "give a path with a slash",
  );
  for (const directory of search.split(":")) {
    const failure = execve(kernel, task, `${directory || "."}/${path}`, argv, environment);
    if (!failure) return undefined;
    if (failure.errno !== E.ENOENT && failure.errno !== E.ENOTDIR) worst = failure;
  }
  return worst;
}

function discard(kernel: Kernel, task: Task): void {
  task.files.descriptors.leave();
  task.space.release();
  reap(kernel, task);
}
