/**
 * When the page of some bytes came to its place. A page that nobody has written to since the machine began, because it held
 * zeros anyway, became a program's when the kernel mapped it there.
 */
import { placeOf } from "../place.js";
import type { Reference } from "../reference.js";
import type { Session } from "../session.js";

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
  const placeAt = (time: number): string => {
    session.seek(time);
    return now();
  };
  try {
    if (placeAt(since) === settled) return undefined;
    let [before, after] = [since, present];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (placeAt(middle) === settled) after = middle;
      else before = middle;
    }
    return { time: before, replaced: placeAt(before).includes('"pieces"') };
  } finally {
    session.seek(present);
  }
}
