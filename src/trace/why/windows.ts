/** Going backwards through a run stretch by stretch, since what one looks for is mostly near. */
import type { Session } from "../session.js";

/** Steps of the first stretch; each further one is so many times as long, up to the longest. */
const FIRST = 1 << 6;
const GROWTH = 8;
const LONGEST = 1 << 17;

/**
 * Lets `look` walk through the stretches before now, the last one first, each from its beginning, where the session is. It
 * returns what it found, or undefined to go on. Afterwards the session is where it was.
 * @returns what was found, or the t from which on there is nothing: the start, or where `steps` were used up
 */
export function searchBack<T>(
  session: Session,
  steps: number,
  look: (from: number, to: number) => T | undefined,
): { readonly found: T } | { readonly since: number } {
  const present = session.time;
  const last = Math.max(session.start, present - steps);
  try {
    for (let to = present, length = FIRST; to > last; length = Math.min(length * GROWTH, LONGEST)) {
      const from = Math.max(last, to - length);
      session.seek(from);
      const found = look(from, to);
      if (found !== undefined) return { found };
      to = from;
    }
    return { since: last };
  } finally {
    session.seek(present);
  }
}

/** The first t of a stretch at which it is so, when it is at its end and was not at its beginning. The session moves. */
export function narrowed(
  session: Session,
  { from, to }: { from: number; to: number },
  isSo: () => boolean,
): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    session.seek(middle);
    if (isSo()) high = middle;
    else low = middle;
  }
  return high;
}
