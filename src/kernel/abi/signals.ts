/**
 * Signals: one table of number, name, default action and cause; flags of sigaction and codes of siginfo.
 * Numbers 32–64 are the real-time signals; all of them end the process.
 * Source: Linux 6.18, include/linux/signal.h (default actions), arch/x86/include/uapi/asm/signal.h,
 * include/uapi/asm-generic/siginfo.h.
 */
import type { FlagTable } from "./flag-names.js";

/** What a signal does that is neither caught nor ignored; "core" ends the process too, with a memory image. */
export type DefaultAction = "terminate" | "core" | "ignore" | "stop" | "continue";

const TABLE = [
  [1, "SIGHUP", "terminate", "The terminal was hung up."],
  [2, "SIGINT", "terminate", "Ctrl-C was pressed."],
  [3, "SIGQUIT", "core", "Ctrl-\\ was pressed."],
  [4, "SIGILL", "core", "The CPU does not know the instruction."],
  [5, "SIGTRAP", "core", "A breakpoint or a single step."],
  [6, "SIGABRT", "core", "The program gave up by itself (abort)."],
  [7, "SIGBUS", "core", "The memory exists, but nothing is behind it, such as a page beyond a file's end."],
  [8, "SIGFPE", "core", "Division by zero, or another arithmetic fault."],
  [9, "SIGKILL", "terminate", "Killed; it can be neither caught nor ignored."],
  [10, "SIGUSR1", "terminate", "For the program's own use."],
  [11, "SIGSEGV", "core", "Memory was used in a way that its mapping forbids."],
  [12, "SIGUSR2", "terminate", "For the program's own use."],
  [13, "SIGPIPE", "terminate", "A pipe was written to that nobody reads."],
  [14, "SIGALRM", "terminate", "The alarm clock rang."],
  [15, "SIGTERM", "terminate", "Asked to end."],
  [16, "SIGSTKFLT", "terminate", "Never sent by Linux."],
  [17, "SIGCHLD", "ignore", "A child ended, stopped or went on."],
  [18, "SIGCONT", "continue", "Go on after a stop."],
  [19, "SIGSTOP", "stop", "Stopped; it can be neither caught nor ignored."],
  [20, "SIGTSTP", "stop", "Ctrl-Z was pressed."],
  [21, "SIGTTIN", "stop", "A process in the background read from the terminal."],
  [22, "SIGTTOU", "stop", "A process in the background wrote to the terminal."],
  [23, "SIGURG", "ignore", "Urgent data came in on a socket."],
  [24, "SIGXCPU", "core", "The limit of CPU time was passed."],
  [25, "SIGXFSZ", "core", "The limit of a file's size was passed."],
  [26, "SIGVTALRM", "terminate", "The timer of user time rang."],
  [27, "SIGPROF", "terminate", "The profiling timer rang."],
  [28, "SIGWINCH", "ignore", "The window changed its size."],
  [29, "SIGIO", "terminate", "Input or output has become possible."],
  [30, "SIGPWR", "terminate", "The power is failing."],
  [31, "SIGSYS", "core", "A system call was forbidden by a filter."],
] as const;

/** The name of one of the 31 standard signals. */
export type SignalName = (typeof TABLE)[number][1];

/** One row of the table. */
export interface SignalEntry {
  readonly number: number;
  readonly name: string;
  readonly action: DefaultAction;
  /** One sentence: when it is sent. */
  readonly cause: string;
}

/** Signals 1 to 31. */
export const SIGNAL_TABLE: readonly SignalEntry[] = TABLE.map(([number, name, action, cause]) => ({
  number,
  name,
  action,
  cause,
}));

/** Signal numbers by name: `SIGNAL.SIGSEGV`. */
export const SIGNAL = Object.fromEntries(TABLE.map(([number, name]) => [name, number])) as Readonly<
  Record<SignalName, number>
>;

/** The highest signal number. */
export const LAST_SIGNAL = 64;
/** The first real-time signal as the kernel counts (C libraries keep the first few for themselves). */
export const SIGRTMIN = 32;

/** What happens when nobody catches the signal. */
export function defaultAction(signal: number): DefaultAction {
  return SIGNAL_TABLE[signal - 1]?.action ?? "terminate";
}

/** The name of a signal in strace's form: "SIGSEGV", "SIGRT_3". */
export function signalName(signal: number): string {
  const entry = SIGNAL_TABLE[signal - 1];
  if (entry) return entry.name;
  if (signal === SIGRTMIN) return "SIGRTMIN";
  return signal > SIGRTMIN && signal <= LAST_SIGNAL ? `SIGRT_${signal - SIGRTMIN}` : `${signal}`;
}

/** A signal mask in strace's form: "[INT CHLD]", "~[KILL STOP]" when two thirds are set. */
export function formatSignalSet(mask: bigint): string {
  const all = Array.from({ length: LAST_SIGNAL }, (_, i) => i + 1);
  const inside = all.filter((signal) => (mask >> BigInt(signal - 1)) & 1n);
  const inverted = inside.length >= (LAST_SIGNAL * 2) / 3;
  const listed = inverted ? all.filter((signal) => !inside.includes(signal)) : inside;
  return `${inverted ? "~" : ""}[${listed.map((signal) => signalName(signal).replace(/^SIG/, "")).join(" ")}]`;
}

export const SIG_DFL = 0n;
export const SIG_IGN = 1n;

export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;

export const SIGPROCMASK_COMMANDS: FlagTable = { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };

export const SA_NOCLDSTOP = 1;
export const SA_NOCLDWAIT = 2;
export const SA_SIGINFO = 4;
export const SA_RESTORER = 0x04000000;
export const SA_ONSTACK = 0x08000000;
export const SA_RESTART = 0x10000000;
export const SA_NODEFER = 0x40000000;
export const SA_RESETHAND = 0x80000000;

/** Flags of rt_sigaction in strace's order. */
export const SIGACTION_FLAGS: FlagTable = {
  SA_RESTORER,
  SA_ONSTACK,
  SA_RESTART,
  SA_NODEFER,
  SA_RESETHAND,
  SA_SIGINFO,
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
};

/** si_code: who sent the signal, or which fault it was. */
export const SI_USER = 0;
export const SI_KERNEL = 128;
export const SI_TKILL = -6;
export const SEGV_MAPERR = 1;
export const SEGV_ACCERR = 2;
export const BUS_ADRALN = 1;
export const BUS_ADRERR = 2;
export const ILL_ILLOPN = 2;
export const FPE_INTDIV = 1;
export const FPE_FLTDIV = 3;
export const FPE_FLTOVF = 4;
export const FPE_FLTUND = 5;
export const FPE_FLTRES = 6;
export const FPE_FLTINV = 7;
export const TRAP_BRKPT = 1;
export const TRAP_TRACE = 2;
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;
