/**
 * A workload: tasks that exist as descriptions only, for trying policies without programs. What a task does is a list of
 * acts; the functions below write the lists that the book talks about. Plain data, so that a link can carry it.
 * All times are virtual nanoseconds.
 */
import { MILLISECOND } from "./schedule.js";

/** A length of time: always the same, drawn evenly between two bounds, or exponentially distributed around a mean. */
export type Span = number | { readonly from: number; readonly to: number } | { readonly mean: number };

export type Act =
  /** Needs the CPU for so long. */
  | { readonly act: "run"; readonly time: Span }
  /** Needs it within the kernel: who may take it away meanwhile is the kernel's preemption model. */
  | { readonly act: "call"; readonly time: Span }
  | { readonly act: "sleep"; readonly time: Span }
  /** Sleeps until its next arrival; goes straight on when one is waiting. */
  | { readonly act: "await" }
  /** Gives the rest of its turn away. */
  | { readonly act: "yield" };

/** What a legend calls it. */
export type TaskKind =
  | "hog"
  | "editor"
  | "io"
  | "periodic"
  | "batch"
  | "polite"
  | "sleeper"
  | "caller"
  | "other";

export interface WorkloadTask {
  readonly name: string;
  readonly kind: TaskKind;
  readonly acts: readonly Act[];
  /** Begins anew after the last act; else it ends. */
  readonly repeats: boolean;
  /** -20 to 19. Default 0. */
  readonly nice?: number;
  /** The slice it asks EEVDF for, as `sched_setattr` does with `sched_runtime`. Default: the policy's. */
  readonly request?: number;
  /** When it comes into being. Default 0. */
  readonly begins?: number;
  /** Keystrokes, packets, releases: what `await` waits for. They come whether or not the task is ready. */
  readonly arrivals?: { readonly first?: Span; readonly every: Span };
}

export interface Workload {
  readonly name: string;
  readonly tasks: readonly WorkloadTask[];
}

/** What every maker takes beside its own. */
export type CommonSettings = Pick<WorkloadTask, "nice" | "request" | "begins">;

/** Wants the CPU always. */
export function hog(name: string, common: CommonSettings = {}): WorkloadTask {
  return { name, kind: "hog", acts: [{ act: "run", time: 1000 * MILLISECOND }], repeats: true, ...common };
}

/** Sleeps until a key is struck, then answers with a short burst. */
export function editor(
  name: string,
  { every = { from: 60 * MILLISECOND, to: 240 * MILLISECOND } as Span, burst = MILLISECOND as Span } = {},
  common: CommonSettings = {},
): WorkloadTask {
  const acts: Act[] = [{ act: "await" }, { act: "run", time: burst }];
  return { name, kind: "editor", acts, repeats: true, arrivals: { every }, ...common };
}

/** Computes a little and waits for a disk, for ever. */
export function io(
  name: string,
  { burst = (0.5 * MILLISECOND) as Span, wait = (4 * MILLISECOND) as Span } = {},
  common: CommonSettings = {},
): WorkloadTask {
  const acts: Act[] = [
    { act: "run", time: burst },
    { act: "sleep", time: wait },
  ];
  return { name, kind: "io", acts, repeats: true, ...common };
}

/** Is released once a period, as sound and pictures are; each burst should be over before the next release. */
export function periodic(
  name: string,
  { period = 20 * MILLISECOND, burst = (2 * MILLISECOND) as Span } = {},
  common: CommonSettings = {},
): WorkloadTask {
  const acts: Act[] = [{ act: "await" }, { act: "run", time: burst }];
  return { name, kind: "periodic", acts, repeats: true, arrivals: { first: 0, every: period }, ...common };
}

/** So much work, then it ends. */
export function batch(name: string, work: Span, common: CommonSettings = {}): WorkloadTask {
  return { name, kind: "batch", acts: [{ act: "run", time: work }], repeats: false, ...common };
}

/** Computes and then yields, as programs of the cooperative world must. Without `yields` it forgets to. */
export function polite(
  name: string,
  { burst = (2 * MILLISECOND) as Span, yields = true } = {},
  common: CommonSettings = {},
): WorkloadTask {
  const acts: Act[] = [{ act: "run", time: burst }, ...(yields ? [{ act: "yield" } as const] : [])];
  return { name, kind: "polite", acts, repeats: true, ...common };
}

/** Sleeps long, and then wants the CPU for as long as it gets it. */
export function sleeper(name: string, sleeps: Span, common: CommonSettings = {}): WorkloadTask {
  const acts: Act[] = [
    { act: "sleep", time: sleeps },
    { act: "run", time: Number.MAX_SAFE_INTEGER },
  ];
  return { name, kind: "sleeper", acts, repeats: false, ...common };
}

/** Makes long system calls, such as writing many mebibytes, and computes a little in between. */
export function caller(
  name: string,
  { call = (40 * MILLISECOND) as Span, burst = MILLISECOND as Span } = {},
  common: CommonSettings = {},
): WorkloadTask {
  const acts: Act[] = [
    { act: "call", time: call },
    { act: "run", time: burst },
  ];
  return { name, kind: "caller", acts, repeats: true, ...common };
}
