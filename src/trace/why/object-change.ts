/** Things that do not lie in guest memory: what they are now, in words, and when that changed last. */
import type { Kernel } from "../../kernel/kernel.js";
import type { Machine } from "../../machine/machine.js";
import type { Reference } from "../reference.js";
import type { Session } from "../session.js";
import type { World } from "../world.js";
import { narrowed } from "./windows.js";

/** What the thing is now, in words; undefined when there is nothing of that kind. */
export function objectWords({ kernel, machine }: World, reference: Reference): string | undefined {
  switch (reference.kind) {
    case "descriptor":
      return kernel && descriptorWords(kernel, reference.process, reference.descriptor);
    case "process":
      return kernel && processWords(kernel, reference.process);
    case "device":
      return machine && deviceWords(machine, reference.name);
    default:
      return undefined;
  }
}

const NO_PROCESS = "nothing: there is no such process";

function descriptorWords(kernel: Kernel, process: number, descriptor: number): string {
  const task = kernel.tasks.get(process);
  if (!task) return NO_PROCESS;
  const entry = task.files.descriptors.entry(descriptor);
  return entry ? entry.file.dentry.path() : "closed";
}

function processWords(kernel: Kernel, process: number): string {
  const task = kernel.tasks.get(process);
  if (!task) return NO_PROCESS;
  return task.state === "runnable" && kernel.current === task ? "running" : task.state;
}

/** A part of a device's state by its path, such as `timer.channels.0.reload`. */
function deviceWords({ devices }: Machine, name: string): string | undefined {
  let part: unknown = devices.look();
  for (const key of name.split(".")) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, key)) return undefined;
    part = (part as Record<string, unknown>)[key];
  }
  return typeof part === "object" ? JSON.stringify(part) : String(part);
}

export interface ObjectChange {
  /** The last t before it. */
  readonly time: number;
  readonly old: string;
  readonly now: string;
}

/**
 * The last change between now and t = `to`. Most things change in steps in which something happens, so these are looked at; where
 * a change lies between two of them it is narrowed down.
 */
export function objectChange(session: Session, reference: Reference, to: number): ObjectChange | undefined {
  const words = () => objectWords(session.world, reference) ?? "";
  const times = eventTimes(session, to);
  let last: { from: number; to: number; old: string; now: string } | undefined;
  let [before, from] = [words(), session.time];
  for (const time of times) {
    if (time <= session.time) continue;
    session.replay(time);
    const now = words();
    if (now !== before) last = { from, to: session.time, old: before, now };
    [before, from] = [now, session.time];
  }
  if (!last) return undefined;
  const { old, now } = last;
  return { time: narrowed(session, last, () => words() === now) - 1, old, now };
}

/** The moments behind what happens up to t = `to`, and that one. The session stays. */
function eventTimes(session: Session, to: number): number[] {
  const { log, time } = session;
  const first = log.length;
  session.replay(to);
  const times = new Set<number>();
  for (let index = first; index < log.length; index++) times.add((log.at(index)?.t ?? time) + 1);
  times.add(session.time);
  session.seek(time);
  return [...times].filter((one) => one <= to).sort((a, b) => a - b);
}
