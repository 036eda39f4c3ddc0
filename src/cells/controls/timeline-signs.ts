/** Signs on the line of time: a shape for each family of events, so that no colour is needed to tell them apart. */
import type { EventKind } from "../../trace/event.js";

export type Sign = "call" | "fault" | "interrupt" | "switch" | "process" | "signal" | "output" | "change";

/** Paths around the origin, at most 8 wide and high, and what they stand for. */
export const SIGNS: Readonly<Record<Sign, { readonly path: string; readonly says: string }>> = {
  call: { path: "M0-4 4 3H-4z", says: "system call" },
  fault: { path: "M0-4.5 4.5 0 0 4.5-4.5 0z", says: "exception or page fault" },
  interrupt: { path: "M-1-4.5h2v9h-2z", says: "interrupt, tick or device" },
  switch: {
    path: "M0-3.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z",
    says: "decision or switch of the scheduler",
  },
  process: { path: "M-3.5-3.5h7v7h-7z", says: "fork, exec or exit" },
  signal: { path: "M-1.2-4.5h2.4v3.3h3.3v2.4H1.2v3.3h-2.4V1.2h-3.3v-2.4h3.3z", says: "signal" },
  output: { path: "M-4-1.2h8v2.4h-8z", says: "output" },
  change: { path: "M0 4 4-3H-4z", says: "input, or a change by hand" },
};

const SIGN_OF: Readonly<Record<EventKind, Sign>> = {
  ...{ call: "call", "unknown-call": "call", "syscall-entry": "call", return: "call" },
  ...{ exception: "fault", "page-fault": "fault" },
  ...{ interrupt: "interrupt", tick: "interrupt", device: "interrupt" },
  ...{ decision: "switch", switch: "switch", task: "switch" },
  ...{ fork: "process", "exec-stage": "process", exec: "process", exit: "process" },
  ...{ signal: "signal", output: "output", log: "output", input: "change", edit: "change" },
};

export const signOf = (kind: EventKind): Sign => SIGN_OF[kind];

/** What is told more gladly where several things happened nearly at once. */
const BY_WEIGHT: readonly EventKind[] = [
  ...(["syscall-entry", "tick", "interrupt", "decision", "switch", "exec-stage", "call", "output"] as const),
  ...([
    "page-fault",
    "exception",
    "unknown-call",
    "input",
    "edit",
    "signal",
    "fork",
    "exec",
    "exit",
  ] as const),
];

export const weightOf = (kind: EventKind): number => BY_WEIGHT.indexOf(kind);
