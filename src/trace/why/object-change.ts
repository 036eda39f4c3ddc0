/** Things of the kernel that do not lie in guest memory: what they are now, in words, and when that changed last. */
import type { Kernel } from "../../kernel/kernel.js";
import type { Reference } from "../reference.js";
import type { Session } from "../session.js";

/** What the thing is now, in words; undefined when the kernel keeps nothing of that kind. */
export function objectWords(kernel: Kernel, reference: Reference): string | undefined {
  switch (reference.kind) {
    case "descriptor": {
      const task = kernel.tasks.get(reference.process);
      if (!task) return "nothing: there is no such process";
      const entry = task.files.descriptors.entry(reference.descriptor);
      return entry ? entry.file.dentry.path() : "closed";
    }
    case "process": {
      const task = kernel.tasks.get(reference.process);
      if (!task) return "nothing: there is no such process";
      return task.state === "runnable" && kernel.current === task ? "running" : task.state;
    }
    default:
      return undefined;
  }
}

export interface ObjectChange {
  readonly time: number;
  readonly old: string;
  readonly now: string;
}

/** The last change between now and t = `to`. The kernel changes things in steps that have events, so these are looked at. */
export function objectChange(session: Session, reference: Reference, to: number): ObjectChange | undefined {
  const kernel = session.world.kernel!;
  const words = () => objectWords(kernel, reference) ?? "";
  const times = session.log.between(session.time, to).map(({ t }) => t + 1);
  let last: ObjectChange | undefined;
  let before = words();
  for (const time of [...new Set(times), to]) {
    if (time <= session.time || time > to) continue;
    session.replay(time);
    const now = words();
    if (now !== before) last = { time: time - 1, old: before, now };
    before = now;
  }
  return last;
}
