/**
 * execve: a process keeps its number, its open files and its parent, and gets a new program.
 * Everything that can be refused is tried first; then comes the point of no return, where the old memory goes.
 * Models do_execveat_common, alloc_bprm, bprm_execve, exec_binprm and search_binary_handler (Linux 6.18, fs/exec.c).
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E, failed } from "../abi/errno.js";
import { PROT_READ, PROT_WRITE } from "../abi/memory-flags.js";
import { AT_EMPTY_PATH, AT_EXECVE_CHECK, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "../abi/open-flags.js";
import { SIGNAL } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { AddressSpace, STACK_LIMIT, STACK_TOP } from "../mm/address-space.js";
import { Vma } from "../mm/vma.js";
import { VM_GROWSDOWN } from "../mm/vma-flags.js";
import { isOverThreads } from "../process/process-quota.js";
import { forceSignal } from "../process/signal-delivery.js";
import type { Task } from "../process/task.js";
import { type ArgumentList, KernelArguments } from "./argument-list.js";
import { Binprm, copyStrings } from "./binprm.js";
import { openProgram } from "./program-reference.js";
import { Refusal, refused } from "./refusal.js";
import { Execution } from "./stages.js";

/** What execveat is asked for. */
export interface ExecRequest {
  /** The descriptor that a relative path begins at. */
  readonly at: number;
  /** A byte string. */
  readonly path: string;
  /** AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, AT_EXECVE_CHECK. */
  readonly flags: number;
  readonly argv: ArgumentList;
  readonly envp: ArgumentList;
}

/** Replaces the task's program; undefined on success, else why not. All texts are byte strings. */
export function execve(
  kernel: Kernel,
  task: Task,
  path: string,
  argv: readonly string[],
  envp: readonly string[],
): Refusal | undefined {
  const [args, environment] = [new KernelArguments(argv), new KernelArguments(envp)];
  return execveat(new Execution(kernel, task), {
    ...{ at: AT_FDCWD, path, flags: 0, argv: args, envp: environment },
  });
}

/** Does what `request` says; undefined on success (of AT_EXECVE_CHECK, too), else why not. */
export function execveat(execution: Execution, request: ExecRequest): Refusal | undefined {
  const { kernel, task } = execution;
  kernel.chargeWork(kernel.costs.execve);
  const hadProgram = task.executable !== "";
  const bprm = quotaRefusal(execution) ?? allocate(execution, request);
  if (refused(bprm)) return bprm;
  execution.bprm = bprm;
  const failure = prepare(execution, bprm, request) ?? execute(execution, bprm, request);
  bprm.release();
  if (failure && bprm.pointOfNoReturn && hadProgram) killed(kernel, task, failure);
  if (!failure && !(request.flags & AT_EXECVE_CHECK))
    kernel.observer.executed?.(task, bprm.filename, bprm.argv);
  return failure;
}

/** Who became a user with too many threads goes no further. */
function quotaRefusal({ kernel, task }: Execution): Refusal | undefined {
  const refuses = task.exceedsThreads && isOverThreads(kernel, task.files.credentials.uid, task.limits);
  if (!refuses) task.exceedsThreads = false;
  return refuses
    ? new Refusal(E.EAGAIN, "", "the user has more threads than RLIMIT_NPROC allows", "end some")
    : undefined;
}

/** What was wrong came to light after the old program was gone. */
function killed(kernel: Kernel, task: Task, refusal: Refusal): void {
  forceSignal(kernel, task, SIGNAL.SIGSEGV, { rip: 0n, reason: `execve: ${refusal.message}` });
}

const KNOWN_FLAGS = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_EXECVE_CHECK;

/** Opens the file and makes the binprm. */
function allocate(execution: Execution, { at, path, flags }: ExecRequest): Binprm | Refusal {
  const { files } = execution.task;
  const file = execution.pass("do_open_execat", () =>
    flags & ~KNOWN_FLAGS
      ? new Refusal(E.EINVAL, "", "execveat has no such flag", "leave it out")
      : openProgram(files, path, at, flags),
  );
  if (refused(file)) return file;
  const direct = at === AT_FDCWD || path.startsWith("/");
  const bprm = new Binprm(direct ? path : pathThrough(at, path), file, STACK_TOP);
  bprm.commFromFile = !direct && path === "";
  bprm.pathInaccessible = !direct && (files.descriptors.entry(at)?.closeOnExec ?? false);
  execution.bprm = bprm;
  const made = execution.pass("alloc_bprm", () => bprm);
  if (refused(made)) bprm.release();
  return made;
}

/** The path by which an interpreter finds a program that was named by a descriptor. */
function pathThrough(fd: number, path: string): string {
  return path === "" ? `/dev/fd/${fd}` : `/dev/fd/${fd}/${path}`;
}

/** The new address space and the strings that go onto its stack. */
function prepare(execution: Execution, bprm: Binprm, { argv, envp }: ExecRequest): Refusal | undefined {
  const { kernel } = execution;
  const space = execution.pass("bprm_mm_init", () => newSpace(kernel));
  if (refused(space)) return space;
  bprm.space = space;
  const counted = execution.pass("count", () => count(bprm, argv, envp));
  if (refused(counted)) return counted;
  const limited = execution.pass("bprm_stack_limits", () =>
    bprm.limitStack(STACK_LIMIT) === 0 ? undefined : tooLong(),
  );
  if (refused(limited)) return limited;
  const copied = execution.pass("copy_strings", () => copyAll(bprm, argv, envp));
  return refused(copied) ? copied : undefined;
}

function newSpace(kernel: Kernel): AddressSpace | Refusal {
  const root = kernel.newRoot();
  if (root === undefined)
    return new Refusal(E.ENOMEM, "", "there is no memory for page tables", "give the machine more memory");
  const space = new AddressSpace(kernel.machine.memory, kernel.frames, root, kernel.systemMemory);
  const stack = new Vma(STACK_TOP - PAGE_SIZE, STACK_TOP, PROT_READ | PROT_WRITE, "");
  stack.flags |= VM_GROWSDOWN;
  space.insert(stack);
  return space;
}

function count(bprm: Binprm, argv: ArgumentList, envp: ArgumentList): undefined | Refusal {
  const argc = argv.count();
  if (failed(argc)) return badList(argc);
  const envc = envp.count();
  if (failed(envc)) return badList(envc);
  bprm.argc = argc;
  bprm.envc = envc;
  return undefined;
}

/** The file name, the environment, the arguments; a program without arguments gets an empty one. */
function copyAll(bprm: Binprm, argv: ArgumentList, envp: ArgumentList): undefined | Refusal {
  if (bprm.copyString(bprm.filename)) return tooLong();
  const environment = copyStrings(bprm, bprm.envc, (n) => envp.text(n));
  if (failed(environment)) return badList(environment);
  const args = copyStrings(bprm, bprm.argc, (n) => argv.text(n));
  if (failed(args)) return badList(args);
  bprm.envp = environment;
  bprm.argv = args;
  return bprm.argc === 0 && bprm.prependArgument("") ? tooLong() : undefined;
}

function badList(errno: ReturnType<ArgumentList["count"]>): Refusal {
  return errno === E.E2BIG
    ? tooLong()
    : new Refusal(E.EFAULT, "", "an argument list leads to memory that is not the program's", "check it");
}

function tooLong(): Refusal {
  return new Refusal(E.E2BIG, "", "arguments and environment are too long", "pass fewer or shorter ones");
}

/** Models bprm_execve. */
function execute(execution: Execution, bprm: Binprm, { flags }: ExecRequest): Refusal | undefined {
  const { task } = execution;
  const prepared = execution.pass("prepare_bprm_creds", () => task.files.credentials.clone());
  if (refused(prepared)) return prepared;
  return flags & AT_EXECVE_CHECK ? undefined : runRounds(execution, bprm);
}

/** Interpreters of interpreters: so many rounds may follow the first. */
const DEEPEST_NESTING = 5;

/** Each round asks the handlers for the present file; one that names an interpreter begins another. */
function runRounds(execution: Execution, bprm: Binprm): Refusal | undefined {
  for (; bprm.round <= DEEPEST_NESTING; bprm.round++) {
    const outcome = searchHandler(execution, bprm);
    if (refused(outcome)) return outcome;
    if (outcome === "running") return undefined;
    const next = bprm.interpreter;
    if (!next) throw new Error("a handler asked for another round without naming a file");
    const failure = exchangeFile(bprm, next);
    if (failure) return failure;
  }
  const reason = `more than ${DEEPEST_NESTING} interpreters stand one behind the other`;
  return new Refusal(E.ELOOP, "the #! line", reason, "name a program");
}

/** The interpreter takes the file's place. */
function exchangeFile(bprm: Binprm, next: NonNullable<Binprm["interpreter"]>): Refusal | undefined {
  const previous = bprm.file;
  bprm.file = next;
  bprm.interpreter = undefined;
  previous.release();
  if (!bprm.haveExecfd) return undefined;
  if (bprm.executable)
    return new Refusal(E.ENOEXEC, "", "two handlers want to pass the program on", "take the flag O from one");
  bprm.executable = previous;
  return undefined;
}

/** Asks handler after handler. When none takes the file, the first that knew more than "not mine" says why. */
function searchHandler(execution: Execution, bprm: Binprm): "running" | "again" | Refusal {
  const read = execution.pass("search_binary_handler", () => {
    const error = bprm.fillBuffer();
    return error ? new Refusal(error, "", "the file cannot be read", "look at the disk") : undefined;
  });
  if (refused(read)) return read;
  let refusal = new Refusal(E.ENOEXEC, "", "the kernel has no handler for this file", "");
  for (const format of execution.kernel.exec.formats.list) {
    const outcome = execution.pass(format.name, () => format.load(execution, bprm));
    if (!refused(outcome)) return outcome;
    if (bprm.pointOfNoReturn || outcome.errno !== E.ENOEXEC) return outcome;
    if (refusal.nextStep === "") refusal = outcome;
  }
  return refusal;
}
