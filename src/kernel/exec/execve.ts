/**
 * execve: a process keeps its number, its open files and its parent, and gets a new program.
 * Everything that can fail is tried first; then comes the point of no return, where the old memory goes.
 * Models do_execveat_common, begin_new_exec (Linux fs/exec.c) and load_elf_binary (fs/binfmt_elf.c).
 * Leaves out: binfmt_misc, set-user-ID, address randomisation.
 */
import { FEATURES } from "../../machine/cpu/cpuid.js";
import { FLAG } from "../../machine/isa/registers.js";
import { E, failed, type Result } from "../abi/errno.js";
import { AT_FDCWD, O_RDONLY } from "../abi/open-flags.js";
import { PT_REGS, type PtRegsField } from "../abi/pt-regs.js";
import { SIGNAL } from "../abi/signals.js";
import { Blocked } from "../fs/blocking.js";
import { MAY_EXECUTE } from "../fs/credentials.js";
import { openFile } from "../fs/open.js";
import { RegularFile } from "../fs/regular-file.js";
import type { Kernel } from "../kernel.js";
import { SELECTOR } from "../layout.js";
import { AddressSpace, STACK_LIMIT } from "../mm/address-space.js";
import { releaseSpace } from "../process/exit.js";
import { SavedRegisters } from "../process/saved-registers.js";
import { forceSignal } from "../process/signal-delivery.js";
import type { Task } from "../process/task.js";
import { type ElfExecutable, examineElf } from "./elf-examination.js";
import { argumentsFit } from "./initial-stack.js";
import { type LoadedProgram, loadProgram } from "./load-program.js";
import { Refusal, refused } from "./refusal.js";
import { parseScriptLine, SCRIPT_HEAD } from "./script.js";

/** A file as exec opens it: regular, executable. */
interface OpenedProgram {
  readonly file: RegularFile;
  /** Canonical path, for /proc/self/exe. */
  readonly path: string;
}

/** Replaces the task's program; undefined on success, else why not. All texts are byte strings. */
export function execve(
  kernel: Kernel,
  task: Task,
  path: string,
  argv: readonly string[],
  envp: readonly string[],
): Refusal | undefined {
  kernel.charge(kernel.costs.execve);
  const found = followScripts(task, path, argv);
  if (refused(found)) return found;
  const { opened } = found;
  const fit = argumentsFit(found.argv, envp, path, STACK_LIMIT);
  if (failed(fit))
    return new Refusal(fit, "", "arguments and environment are too long", "pass fewer or shorter ones");
  const program = examineElf(opened.file, (name) => openInterpreter(task, name));
  if (refused(program)) return program;
  const loaded = loadIntoNewSpace(kernel, task, { opened, program, path, argv: found.argv, envp });
  if (!refused(loaded)) {
    becomeProgram(kernel, task, loaded, opened.path, path);
    kernel.observer.executed?.(task, path, argv);
    return undefined;
  }
  if (loaded.isFatal && task.executable !== "") killed(kernel, task, loaded);
  return loaded;
}

/** What was wrong came to light after the old program was gone. */
function killed(kernel: Kernel, task: Task, refusal: Refusal): void {
  forceSignal(kernel, task, SIGNAL.SIGSEGV, { rip: 0n, reason: `execve: ${refusal.message}` });
}

/** A file that is no script, and the arguments that the scripts on the way to it have put together. */
interface FoundProgram {
  readonly opened: OpenedProgram;
  readonly argv: readonly string[];
}

/** Scripts whose interpreters are scripts: so many may follow each other. */
const DEEPEST_NESTING = 5;

/** Opens `path`; while it is a script, its interpreter takes its place, with the script's path behind its name. */
function followScripts(task: Task, path: string, argv: readonly string[]): FoundProgram | Refusal {
  let name = path;
  let list = argv;
  for (let depth = 0; ; depth++) {
    if (depth > DEEPEST_NESTING) {
      return new Refusal(
        E.ELOOP,
        "the #! line",
        `more than ${DEEPEST_NESTING} interpreters are scripts themselves`,
        "name a program",
      );
    }
    const opened = openProgram(task, name);
    if (refused(opened)) return depth === 0 ? opened : interpreterMissing(opened, name);
    const script = parseScriptLine(opened.file.readAt(0, SCRIPT_HEAD));
    if (script === undefined) return { opened, argv: list };
    if (refused(script)) return script;
    if (script.interpreter === "")
      return new Refusal(E.EACCES, "the #! line", "it names no interpreter", "write one, such as #!/bin/sh");
    list = [
      script.interpreter,
      ...(script.argument === undefined ? [] : [script.argument]),
      name,
      ...list.slice(1),
    ];
    name = script.interpreter;
  }
}

function interpreterMissing(refusal: Refusal, name: string): Refusal {
  return new Refusal(
    refusal.errno,
    "the #! line",
    `the interpreter ${name} cannot be run: ${refusal.reason}`,
    "name one that the guest has",
  );
}

function openProgram(task: Task, path: string): OpenedProgram | Refusal {
  const opened = openFile(task.files, AT_FDCWD, path, O_RDONLY);
  if (opened instanceof Blocked) return notRegular(path);
  if (failed(opened)) return cannotOpen(opened, path);
  const { inode, dentry } = opened;
  opened.release();
  if (!(inode instanceof RegularFile)) return notRegular(path);
  if (!task.files.credentials.may(inode, MAY_EXECUTE)) {
    return new Refusal(E.EACCES, "", `${path} has no permission to be executed`, "set it with chmod +x");
  }
  return { file: inode, path: dentry.path() };
}

function notRegular(path: string): Refusal {
  return new Refusal(E.EACCES, "", `${path} is no regular file`, "name a program");
}

function cannotOpen(errno: Refusal["errno"], path: string): Refusal {
  const reason = errno === E.ENOENT ? `there is no file ${path}` : `${path} cannot be opened`;
  return new Refusal(errno, "", reason, "check the path");
}

function openInterpreter(task: Task, name: string): Result<RegularFile> {
  if (name === "") return E.EACCES;
  const opened = openProgram(task, name);
  return refused(opened) ? opened.errno : opened.file;
}

interface Request {
  readonly opened: OpenedProgram;
  readonly program: ElfExecutable;
  readonly path: string;
  readonly argv: readonly string[];
  readonly envp: readonly string[];
}

function loadIntoNewSpace(kernel: Kernel, task: Task, request: Request): LoadedProgram | Refusal {
  const root = kernel.newRoot();
  if (root === undefined)
    return new Refusal(E.ENOMEM, "", "there is no memory for page tables", "give the machine more memory");
  const space = new AddressSpace(kernel.machine.memory, kernel.frames, root);
  const loaded = loadProgram(space, {
    program: request.program,
    file: request.opened.file,
    fileName: request.path,
    mappedName: request.opened.path,
    argv: request.argv,
    envp: request.envp,
    random: kernel.files.random.take(16),
    hwcap: featureWord(),
    credentials: task.files.credentials,
  });
  if (refused(loaded)) space.release();
  else space.execute(request.opened.file);
  return loaded;
}

/** CPUID leaf 1, EDX: what AT_HWCAP tells. */
function featureWord(): number {
  return (
    FEATURES.filter(({ leaf, register }) => leaf === 1 && register === "edx").reduce(
      (word, { bit }) => word | (1 << bit),
      0,
    ) >>> 0
  );
}

/** The point of no return. */
function becomeProgram(
  kernel: Kernel,
  task: Task,
  loaded: LoadedProgram,
  executable: string,
  path: string,
): void {
  releaseSpace(kernel, task);
  task.space = loaded.space;
  task.executable = executable;
  task.name = path.slice(path.lastIndexOf("/") + 1).slice(0, 15);
  task.files.descriptors.closeOnExec();
  task.signals.forgetHandlers();
  task.clearChildTid = 0;
  task.fsBase = task.gsBase = 0n;
  task.fpu.reset();
  const registers = new SavedRegisters(kernel.machine.memory, task.kernelStackTop - PT_REGS.size);
  for (const { name } of PT_REGS.fields) registers.set(name as PtRegsField, 0n);
  registers.set("rip", BigInt(loaded.entry));
  registers.set("rsp", BigInt(loaded.stackPointer));
  registers.set("cs", BigInt(SELECTOR.userCode));
  registers.set("ss", BigInt(SELECTOR.userData));
  registers.set("eflags", BigInt(FLAG.IF | 2));
  if (kernel.current !== task) return;
  task.fpu.load(kernel.machine.cpu.state);
  kernel.loadHardware(task);
}
