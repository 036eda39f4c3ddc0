/**
 * Two logs side by side: which events of one are those of the other, however much earlier or later they come. The shortest edit
 * script between the two lists (Myers 1986), given up where they have too little in common.
 */
import type { TraceEvent } from "../event.js";

/** The same event in both, or an event of one that the other has not. */
export interface AlignedEvents {
  readonly a?: TraceEvent;
  readonly b?: TraceEvent;
}

/** More events than these that only one has are not told apart any further. */
const MOST_EDITS = 400;

/** What makes two events the same one: not their t, nor their position. */
const keyOf = ({ kind, pid, says }: TraceEvent): string => `${kind} ${pid ?? ""} ${says}`;

export function alignEvents(a: readonly TraceEvent[], b: readonly TraceEvent[]): AlignedEvents[] {
  const [left, right] = [a.map(keyOf), b.map(keyOf)];
  const rows: AlignedEvents[] = [];
  let [x, y] = [0, 0];
  for (const [toX, toY] of commonPoints(left, right)) {
    while (x < toX) rows.push({ a: a[x++]! });
    while (y < toY) rows.push({ b: b[y++]! });
    rows.push({ a: a[x++]!, b: b[y++]! });
  }
  while (x < a.length) rows.push({ a: a[x++]! });
  while (y < b.length) rows.push({ b: b[y++]! });
  return rows;
}

/** Positions of what both lists have, ascending in both. */
function commonPoints(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= MOST_EDITS; edits++) {
    trace.push(new Map(reach));
    const next = new Map(reach);
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && x - k >= 0 && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length);
    }
    reach = next;
  }
  return commonPrefix(a, b);
}

function walkBack(
  trace: readonly Map<number, number>[],
  endX: number,
  endY: number,
): (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [];
  let [x, y] = [endX, endY];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits]!;
    const k = x - y;
    const down = k === -edits || (k !== edits && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const beforeK = down ? k + 1 : k - 1;
    const beforeX = edits === 0 ? 0 : (reach.get(beforeK) ?? 0);
    const beforeY = edits === 0 ? 0 : beforeX - beforeK;
    while (x > beforeX && y > beforeY) points.push([--x, --y]);
    [x, y] = [beforeX, beforeY];
  }
  return points.reverse();
}

function commonPrefix(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [];
  for (let n = 0; n < a.length && n < b.length && a[n] === b[n]; n++) points.push([n, n]);
  return points;
}
