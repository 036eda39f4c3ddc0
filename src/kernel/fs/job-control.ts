/**
 * What files ask of the kernel's processes: who makes the present call, and signals for it or for a group. The file tree
 * knows no processes; whoever does implements this.
 */
import type { Terminal } from "./terminal.js";

/** The process that makes the present call. */
export interface Caller {
  readonly session: number;
  /** Its process group. */
  readonly group: number;
  /** It leads its session. */
  readonly leads: boolean;
  /** Whether it has a right of user 0. */
  capable(capability: number): boolean;
  /** Its controlling terminal: what /dev/tty means to it. */
  terminal: Terminal | undefined;
  /** Whether it ignores or blocks a signal. */
  ignores(signal: number): boolean;
}

/** In whose name a signal is sent: siginfo tells it. */
export type SignalSource = "kernel" | "caller";

export interface JobControl {
  /** Undefined between calls. */
  current(): Caller | undefined;
  /** The session of a process group, or of the process of this number; undefined when there is neither. */
  sessionOf(group: number): number | undefined;
  /** Nobody outside a group, but in its session, waits for it: see `process/orphaned-groups.ts`. */
  isOrphaned(group: number): boolean;
  /** Sends a signal to the thread that makes the present call: it went over a limit. */
  signalCurrent(signal: number): void;
  /** Sends a signal to all processes of a group. */
  signalGroup(group: number, signal: number, source?: SignalSource): void;
  /** A terminal is gone from a session: its leader gets SIGHUP and SIGCONT, and remembers which group was in front. */
  hangUpSession(session: number, terminal: Terminal, foreground: number): void;
  /** No process of a session has a controlling terminal any more. */
  takeTerminalFrom(session: number): void;
}
