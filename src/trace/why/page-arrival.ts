/**
 * When the page of some bytes came to its place. A page that nobody has written to since the machine began, because it held
 * zeros anyway, became a program's when the kernel mapped it there.
 */
import { placeOf } from "../place.js";
import type { Reference } from "../reference.js";
import type { Session } from "../session.js";
import { narrowed } from "./windows.js";

export interface PageArrival {
  /** The last t before it. */
  readonly time: number;
  /** Whether another page was there before. */
  readonly replaced: boolean;
}

/** Undefined when the bytes lay where they lie already at t = `since`. The session stays where it is. */
export function pageArrival(session: Session, reference: Reference, since: number): PageArrival | undefined {
  const { machine, kernel } = session.world;
  if (!machine) return undefined;
  const present = session.time;
  const now = () => JSON.stringify(placeOf(reference, { cpu: machine.cpu, kernel }));
  const settled = now();
  const isThere = () => now() === settled;
  try {
    session.seek(since);
    if (isThere()) return undefined;
    const time = narrowed(session, { from: since, to: present }, isThere) - 1;
    session.seek(time);
    return { time, replaced: now().includes('"pieces"') };
  } finally {
    session.seek(present);
  }
}
