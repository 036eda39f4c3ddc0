/**
 * Running a signal handler: the interrupted registers go onto the program's stack, the handler begins, and rt_sigreturn
 * takes them back from there.
 *
 *     rsp → pretcode   the return address: a stub of the C library that calls rt_sigreturn
 *           ucontext   flags, link, stack, sigcontext (registers), signal mask
 *           siginfo    128 bytes
 *           …          down to a multiple of 64: floating-point state of 512 bytes, then the red zone of 128
 *
 * Source: Linux arch/x86/kernel/signal_64.c, arch/x86/include/uapi/asm/sigcontext.h; System V ABI, AMD64 §3.2.2 (red zone).
 * Leaves out: extended (XSAVE) state behind the 512 bytes.
 */
import { FLAG } from "../../machine/isa/registers.js";
import type { PtRegsField } from "../abi/pt-regs.js";
import { SA_NODEFER, SA_ONSTACK, SA_RESETHAND, SIG_DFL, SIGNAL } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { SELECTOR } from "../layout.js";
import type { PendingSignal } from "./pending-signals.js";
import type { SavedRegisters } from "./saved-registers.js";
import { NO_STACK, type SignalAction, type SignalInfo } from "./signals.js";
import type { Task } from "./task.js";

const RED_ZONE = 128n;
const FP_SIZE = 512;
const FRAME_SIZE = 440;
const CONTEXT = 8;
/** Offsets in ucontext. */
const UC = { stack: 16, registers: 40, mask: 296 } as const;
const INFO = 312;
/** Registers in the order of `struct sigcontext_64`. */
const ORDER: readonly PtRegsField[] = [
  ...([
    "r8",
    "r9",
    "r10",
    "r11",
    "r12",
    "r13",
    "r14",
    "r15",
    "rdi",
    "rsi",
    "rbp",
    "rbx",
    "rdx",
    "rax",
    "rcx",
    "rsp",
    "rip",
    "eflags",
  ] as const),
];
const SELECTORS = 144;
const FP_POINTER = 184;
const UC_FP_XSTATE_OFF = 4n;
const SS_ONSTACK = 1;
const SS_DISABLE = 2;
const SS_AUTODISARM = -0x80000000;

/** Flags that a handler begins without, and that sigreturn may change. Source: FIX_EFLAGS in Linux. */
const CLEARED = FLAG.DF | FLAG.RF | FLAG.TF;
const RESTORED = 0x40cd5 | FLAG.RF;

/** Prepares the return to the handler. False when the stack cannot be written: the process must be killed. */
export function pushFrame(
  kernel: Kernel,
  task: Task,
  registers: SavedRegisters,
  { signal, info }: PendingSignal,
  action: SignalAction,
): boolean {
  const top = stackTop(task, registers, action);
  const fp = (top - BigInt(FP_SIZE)) & ~63n;
  const frame = ((fp - BigInt(FRAME_SIZE)) & ~15n) - 8n;
  const bytes = frameBytes(task, registers, signal, action, info, fp);
  task.fpu.save(kernel.machine.cpu.state);
  if (!task.memory.write(Number(fp), task.fpu.toImage()) || !task.memory.write(Number(frame), bytes))
    return false;
  registers.set("rdi", BigInt(signal));
  registers.set("rsi", frame + BigInt(INFO));
  registers.set("rdx", frame + BigInt(CONTEXT));
  registers.set("rax", 0n);
  registers.set("rip", action.handler);
  registers.set("rsp", frame);
  registers.set("cs", BigInt(SELECTOR.userCode));
  registers.set("ss", BigInt(SELECTOR.userData));
  registers.set("eflags", registers.get("eflags") & ~BigInt(CLEARED));
  if (task.signals.alternateStack.autoDisarms) task.signals.alternateStack = { ...NO_STACK };
  task.signals.enterHandler(signal, action, (action.flags & BigInt(SA_NODEFER)) === 0n);
  if ((action.flags & BigInt(SA_RESETHAND)) !== 0n)
    task.signals.actions.set(signal, { ...action, handler: SIG_DFL });
  return true;
}

function onAlternateStack(task: Task, rsp: bigint): boolean {
  const { base, size, disabled } = task.signals.alternateStack;
  return !disabled && rsp > base && rsp <= base + size;
}

function stackTop(task: Task, registers: SavedRegisters, action: SignalAction): bigint {
  const rsp = registers.get("rsp");
  const { base, size, disabled } = task.signals.alternateStack;
  const wanted = (action.flags & BigInt(SA_ONSTACK)) !== 0n && !disabled;
  return wanted && !onAlternateStack(task, rsp) ? base + size : rsp - RED_ZONE;
}

function frameBytes(
  task: Task,
  registers: SavedRegisters,
  signal: number,
  action: SignalAction,
  info: SignalInfo,
  fp: bigint,
): Uint8Array {
  const bytes = new Uint8Array(FRAME_SIZE);
  const view = new DataView(bytes.buffer);
  const put = (at: number, value: bigint) => view.setBigUint64(at, BigInt.asUintN(64, value), true);
  put(0, action.restorer);
  put(CONTEXT, UC_FP_XSTATE_OFF);
  const { base, size, disabled, autoDisarms } = task.signals.alternateStack;
  put(CONTEXT + UC.stack, base);
  view.setInt32(
    CONTEXT + UC.stack + 8,
    autoDisarms
      ? SS_AUTODISARM
      : onAlternateStack(task, registers.get("rsp"))
        ? SS_ONSTACK
        : disabled
          ? SS_DISABLE
          : 0,
    true,
  );
  put(CONTEXT + UC.stack + 16, size);
  const context = CONTEXT + UC.registers;
  ORDER.forEach((field, n) => put(context + n * 8, registers.get(field)));
  view.setUint16(context + SELECTORS, Number(registers.get("cs")), true);
  view.setUint16(context + SELECTORS + 6, Number(registers.get("ss")), true);
  put(context + SELECTORS + 8, BigInt(task.lastTrap.errorCode));
  put(context + SELECTORS + 16, BigInt(task.lastTrap.vector));
  put(context + SELECTORS + 24, task.signals.blocked);
  put(context + SELECTORS + 32, task.lastTrap.cr2);
  put(context + FP_POINTER, fp);
  put(CONTEXT + UC.mask, task.signals.savedMask ?? task.signals.blocked);
  putInfo(view, INFO, signal, info);
  return bytes;
}

/** siginfo_t, of 128 bytes. */
export function putInfo(view: DataView, at: number, signal: number, info: SignalInfo): void {
  view.setInt32(at, signal, true);
  view.setInt32(at + 8, info.code, true);
  if (info.address !== undefined) view.setBigUint64(at + 16, info.address, true);
  else if (info.timer !== undefined) {
    view.setInt32(at + 16, info.timer, true);
    view.setInt32(at + 20, info.overrun ?? 0, true);
    view.setBigUint64(at + 24, info.value ?? 0n, true);
  } else {
    view.setInt32(at + 16, info.pid ?? 0, true);
    view.setInt32(at + 20, info.uid ?? 0, true);
    if (info.value !== undefined) view.setBigUint64(at + 24, info.value, true);
    if (signal === SIGNAL.SIGCHLD) view.setInt32(at + 24, info.status ?? 0, true);
  }
}

/** A stack that went off for the handler comes back. */
function restoreStack(task: Task, view: DataView): void {
  const at = CONTEXT + UC.stack;
  const flags = view.getInt32(at + 8, true);
  const size = view.getBigUint64(at + 16, true);
  if ((flags & SS_DISABLE) !== 0 || size === 0n) return;
  const autoDisarms = (flags & SS_AUTODISARM) !== 0;
  task.signals.alternateStack = { base: view.getBigUint64(at, true), size, disabled: false, autoDisarms };
}

/** rt_sigreturn: false when the frame cannot be read. */
export function popFrame(kernel: Kernel, task: Task, registers: SavedRegisters): boolean {
  const frame = Number(registers.get("rsp")) - 8;
  const bytes = task.memory.read(frame, FRAME_SIZE);
  if (!bytes) return false;
  const view = new DataView(bytes.buffer);
  const context = CONTEXT + UC.registers;
  const flags = registers.get("eflags");
  ORDER.forEach((field, n) => {
    const value = view.getBigUint64(context + n * 8, true);
    registers.set(
      field,
      field === "eflags" ? (flags & ~BigInt(RESTORED)) | (value & BigInt(RESTORED)) : value,
    );
  });
  registers.set("cs", BigInt(SELECTOR.userCode));
  registers.set("ss", BigInt(SELECTOR.userData));
  registers.set("orig_rax", -1n);
  task.signals.setMask(view.getBigUint64(CONTEXT + UC.mask, true));
  restoreStack(task, view);
  const fp = Number(view.getBigUint64(context + FP_POINTER, true));
  const image = fp === 0 ? undefined : task.memory.read(fp, FP_SIZE);
  if (image) {
    task.fpu.fromImage(image);
    task.fpu.load(kernel.machine.cpu.state);
  }
  return fp === 0 || image !== undefined;
}
