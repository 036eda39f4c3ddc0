/**
 * From saved registers to a handler and back: the number picks it, RDI, RSI, RDX, R10, R8, R9 are its arguments
 * (EBX, ECX, EDX, ESI, EDI, EBP by INT 0x80), RAX takes the result. A call that must wait sleeps and is run again.
 * Models do_syscall_64 and do_int80_emulation (Linux arch/x86/entry/common.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E, type Errno } from "../abi/errno.js";
import { SYSCALL_ARGUMENTS_I386, SYSCALL_ARGUMENTS_X86_64 } from "../abi/pt-regs.js";
import { Blocked, giveUpProgress } from "../fs/blocking.js";
import type { Kernel } from "../kernel.js";
import { DIRECT_MAP } from "../layout.js";
import type { CallRecord } from "../observer.js";
import { SavedRegisters } from "../process/saved-registers.js";
import type { CallInProgress, Task } from "../process/task.js";
import { type Abi, Call, NO_SUCH_CALL, type Outcome, type SystemCall } from "../syscalls/definition.js";
import { handlerOf, nameOf } from "../syscalls/table.js";

/** A program has entered by SYSCALL or INT 0x80. */
export function enterCall(kernel: Kernel, registers: SavedRegisters, abi: Abi): void {
  const task = kernel.current;
  if (!task) throw new Error("a system call without a process");
  kernel.charge(kernel.costs.systemCall);
  const number = registers.low("orig_rax");
  task.call = { abi, number, started: kernel.machine.clock.now, progress: undefined };
  continueCall(kernel, task, registers);
}

/** Runs the call that `task` has begun, for the first time or again after waking. */
export function continueCall(kernel: Kernel, task: Task, at?: SavedRegisters): void {
  const { abi, number, progress, started } = task.call!;
  const registers = at ?? new SavedRegisters(kernel.machine.memory, Number(task.kernelRsp - DIRECT_MAP));
  const definition = handlerOf(abi, number);
  const count = kernel.observer.called ? undefined : definition?.parameters.length;
  const raw = argumentsOf(registers, abi, count);
  const call = new Call(kernel, task, abi, registers, progress, started, raw);
  const { faults } = task;
  const faultsBefore = faults.minor + faults.major;
  const isWatched = kernel.observer.called !== undefined;
  const early = definition && isWatched ? formatted(definition, call, raw, false, 0) : undefined;
  const isLast = isWatched && definition !== undefined && NEVER_RETURNING.has(definition.name);
  if (isLast) record(kernel, call, definition, number, raw, early, "gone");
  task.memory.moved = 0;
  const given = definition ? definition.run(call, raw) : unknown(kernel, task, abi, number);
  const filled = faults.minor + faults.major - faultsBefore;
  if (filled > 0) kernel.chargeWork(filled * kernel.costs.pageFault);
  const outcome = given instanceof Blocked ? waited(kernel, call, number, given) : given;
  if (outcome instanceof Blocked) {
    task.call!.progress = outcome.progress;
    // A signal that waits decides first what becomes of the call.
    if (!task.signals.isReady)
      task.sleepOn(outcome.queues, Math.min(outcome.until, timeLimit(call, outcome)));
    return;
  }
  chargeCopying(kernel, task);
  task.call = undefined;
  if (outcome !== "gone") registers.setResult(outcome);
  kernel.statistics.countCall(abi, number);
  if (isWatched && !isLast) record(kernel, call, definition, number, raw, early, outcome);
}

/** Told before they are carried out: what they bring about is told after them. */
const NEVER_RETURNING: ReadonlySet<string> = new Set(["exit", "exit_group"]);

/** What a call moves between the program's memory and the kernel's takes time by the page. */
function chargeCopying(kernel: Kernel, task: Task): void {
  const pages = Math.floor(task.memory.moved / PAGE_SIZE);
  if (pages > 0) kernel.chargeWork(pages * kernel.costs.copyPage);
}

/** A call that slept has ended because a handler is to run: it counts, and who watches hears of it. */
export function endInterrupted(
  kernel: Kernel,
  task: Task,
  registers: SavedRegisters,
  { abi, number, progress, started }: CallInProgress,
  result: number,
): void {
  const definition = handlerOf(abi, number);
  kernel.statistics.countCall(abi, number);
  if (!kernel.observer.called) return;
  const raw = argumentsOf(registers, abi);
  const call = new Call(kernel, task, abi, registers, progress, started, raw);
  const early = definition && formatted(definition, call, raw, false, 0);
  record(kernel, call, definition, number, raw, early, result);
}

/** The call that `task` has begun and that has not returned yet, by name, with what can be said of its arguments. */
export function callUnderWay(kernel: Kernel, task: Task): Pick<CallRecord, "name" | "arguments"> | undefined {
  if (!task.call) return undefined;
  const { abi, number, progress, started } = task.call;
  const definition = handlerOf(abi, number);
  const registers = new SavedRegisters(kernel.machine.memory, Number(task.kernelRsp - DIRECT_MAP));
  const raw = argumentsOf(registers, abi, definition?.parameters.length);
  const call = new Call(kernel, task, abi, registers, progress, started, raw);
  const texts = raw.map((value, n) => {
    const kind = definition?.parameters[n]?.kind;
    return !kind || kind.late ? `0x${value.toString(16)}` : kind.format(kind.convert(value, abi), call, 0);
  });
  return { name: nameOf(abi, number), arguments: texts.filter((text) => text !== "") };
}

/** A parent must not go on while its child borrows its memory. */
const NEVER_INTERRUPTED = new Set(["vfork", "clone", "clone3"]);

/** Whether somebody who injects failures wants this sleep to end at once. */
function isInterrupted(kernel: Kernel, task: Task, abi: Abi, number: number): boolean {
  const name = nameOf(abi, number);
  return !NEVER_INTERRUPTED.has(name) && (kernel.interruptSleep?.(task, name) ?? false);
}

/** What becomes of a call that would have to wait. */
function waited(kernel: Kernel, call: Call, number: number, given: Blocked): number | Blocked {
  if (isInterrupted(kernel, call.task, call.abi, number)) return giveUp(call.task, given, E.EINTR);
  return call.now >= timeLimit(call, given) ? giveUp(call.task, given, E.EAGAIN) : given;
}

/** When it has waited as long as it may. */
const timeLimit = ({ started, kernel }: Call, { progress: { within } }: Blocked): number =>
  within === undefined ? Number.POSITIVE_INFINITY : started + within * kernel.machine.clock.stepsPerSecond;

/** What a call gives that does not sleep after all: what it has done so far, or an error. */
function giveUp(task: Task, { progress }: Blocked, error: Errno): number {
  giveUpProgress(progress);
  const { signals } = task;
  if (signals.savedMask !== undefined) signals.setMask(signals.savedMask);
  signals.savedMask = undefined;
  return progress.done > 0 ? progress.done : error;
}

/** The first `count` arguments, by default all six. */
function argumentsOf(registers: SavedRegisters, abi: Abi, count = 6): bigint[] {
  const fields = abi === "i386" ? SYSCALL_ARGUMENTS_I386 : SYSCALL_ARGUMENTS_X86_64;
  const values: bigint[] = [];
  for (let n = 0; n < count; n++) {
    values.push(abi === "i386" ? BigInt(registers.low(fields[n]!)) : registers.get(fields[n]!));
  }
  return values;
}

function unknown(kernel: Kernel, task: Task, abi: Abi, number: number): number {
  kernel.observer.unknownCall?.(task, abi, number, nameOf(abi, number));
  return NO_SUCH_CALL;
}

/** The arguments as text: those the kernel reads before the call, those it fills (`late`) after it. */
function formatted(
  definition: SystemCall,
  call: Call,
  raw: readonly bigint[],
  late: boolean,
  result: number,
): string[] {
  return definition.parameters.map(({ kind }, n) =>
    (kind.late ?? false) === late ? kind.format(kind.convert(raw[n]!, call.abi), call, result) : "",
  );
}

function record(
  kernel: Kernel,
  call: Call,
  definition: SystemCall | undefined,
  number: number,
  raw: readonly bigint[],
  early: readonly string[] | undefined,
  outcome: Exclude<Outcome, Blocked>,
): void {
  const isGone = call.task.ending !== undefined || NEVER_RETURNING.has(definition?.name ?? "");
  const result = outcome === "gone" ? (isGone ? undefined : 0) : Number(outcome);
  const late = definition && !isGone ? formatted(definition, call, raw, true, result ?? 0) : [];
  kernel.observer.called?.({
    pid: call.task.pid,
    name: definition?.name ?? nameOf(call.abi, number),
    abi: call.abi,
    arguments: early
      ? early.map((text, n) => text || late[n] || "").filter((text) => text !== "")
      : raw.map((value) => `0x${value.toString(16)}`),
    result,
    time: kernel.machine.cpu.time,
  });
}
