/**
 * What happened in a run, one thing at a time, as plain data: for timelines, logs, exported runs and comparisons.
 * Each kind has its own details beside the words that all have. An event is the same whenever its moment is passed again.
 */
import type { SchedulingEvent } from "../kernel/sched/events.js";
import type { Reference } from "./reference.js";

interface Common {
  /** Position in the run, from 0. */
  readonly index: number;
  /** When: the count of retired instructions before it. */
  readonly t: number;
  /** The process that it belongs to, where there is one. */
  readonly pid?: number;
  /** What happened, as a clause without full stop, for a list. */
  readonly says: string;
  /** The thing that it is about. */
  readonly reference?: Reference;
}

/** Why a process has ended. */
export type ProcessEnd =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "signalled"; readonly signal: string };

type Scheduling<K extends SchedulingEvent["kind"]> = Extract<SchedulingEvent, { kind: K }>;

/** The details of each kind of event. What the scheduler tells is there as it told it, for drawing schedules. */
export interface EventDetails {
  /** A system call has ended. `number`: its position in the run, from 1. `result` is absent when it does not return. */
  readonly call: {
    readonly number: number;
    readonly name: string;
    readonly abi: "x86-64" | "i386";
    readonly arguments: readonly string[];
    readonly result?: number;
  };
  /** A system call whose number has no handler: it got ENOSYS. */
  readonly "unknown-call": {
    readonly abi: "x86-64" | "i386";
    readonly number: number;
    readonly name?: string;
  };
  /** The processor delivers an exception; a page fault too, and what the kernel makes of it follows. */
  readonly exception: { readonly vector: number; readonly errorCode?: number; readonly detail?: string };
  /** The processor delivers an interrupt, of a device or of INT n. */
  readonly interrupt: { readonly vector: number; readonly source: "external" | "software" };
  /** A program entered the kernel to ask for something. */
  readonly "syscall-entry": { readonly door: "syscall" | "int" };
  /** A process goes on in ring 3. */
  readonly return: { readonly rip: bigint };
  /** The kernel has handled a page fault of a process. */
  readonly "page-fault": { readonly address: bigint; readonly errorCode: number; readonly outcome: string };
  /** The timer ticked. */
  readonly tick: { readonly scheduling: Scheduling<"tick"> };
  /** The scheduler decided. */
  readonly decision: { readonly scheduling: Scheduling<"decided"> };
  /** The CPU went from one process to another. */
  readonly switch: { readonly scheduling: Scheduling<"switched"> };
  /** Something else that concerns the CPU happened to a task: it woke, slept, was renamed … */
  readonly task: {
    readonly scheduling: Exclude<SchedulingEvent, Scheduling<"tick" | "decided" | "switched">>;
  };
  readonly fork: { readonly child: number };
  /** A station of execve was passed, or ended it with `errno`. */
  readonly "exec-stage": { readonly stage: string; readonly errno: string | undefined };
  readonly exec: { readonly path: string; readonly argv: readonly string[] };
  readonly exit: { readonly end: ProcessEnd };
  /** A signal reached a process. */
  readonly signal: { readonly signal: string; readonly effect: "handled" | "stopped" | "killed" };
  /** A line came into the kernel's log. */
  readonly log: { readonly level: number; readonly text: string };
  /** A device did something by itself or was told something. */
  readonly device: { readonly device: string; readonly what: string };
  /** Bytes came out: of a stream, a terminal or the serial line. */
  readonly output: { readonly stream: string; readonly bytes: Uint8Array };
  /** Something came in from outside. */
  readonly input: { readonly device: string };
  /** Somebody changed something by hand. */
  readonly edit: { readonly what: string };
}

export type EventKind = keyof EventDetails;

/** An event; its `kind` says which details it has. */
export type TraceEvent = { [K in EventKind]: Common & { readonly kind: K } & EventDetails[K] }[EventKind];

/** An event as it is told, before it has its place in the run. */
export type EventTold = {
  [K in EventKind]: Omit<Common, "index"> & { readonly kind: K } & EventDetails[K];
}[EventKind];

/** All kinds, in the order in which a reader meets them. */
export const EVENT_KINDS: readonly EventKind[] = [
  ...(["call", "unknown-call", "exception", "interrupt", "syscall-entry", "return", "page-fault"] as const),
  ...(["tick", "decision", "switch", "task", "fork", "exec-stage", "exec", "exit", "signal", "log"] as const),
  ...(["device", "output", "input", "edit"] as const),
];
