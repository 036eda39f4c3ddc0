/** The line of time of a session: how far it goes, and what happened on it. */
import { EVENT_KINDS, type EventKind, type TraceEvent } from "../../trace/event.js";
import type { Session } from "../../trace/session.js";
import type { TimelineMark, TimelineState } from "../../views/machine-state.js";

/** More marks than these cannot be told apart. */
const MOST_MARKS = 160;

/** Of these there are so many, and they say so little, that they are not marked. */
const UNMARKED: readonly EventKind[] = ["return", "device", "task"];

/** Chooses marks anew only when something has happened. */
export class TimelineMarks {
  private marks: readonly TimelineMark[] = [];
  private known = { total: -1, first: 0 };

  constructor(private readonly session: Session) {}

  state(): TimelineState {
    const { start, end, log } = this.session;
    if (log.total !== this.known.total || log.firstKept !== this.known.first) {
      this.known = { total: log.total, first: log.firstKept };
      this.marks = marksOf(log.between(start, Number.POSITIVE_INFINITY));
    }
    return { unit: "instruction", start, end, marks: this.marks };
  }
}

/** Kinds with few events are marked whole, and of the others as many as there is room for, evenly. */
export function marksOf(events: readonly TraceEvent[]): TimelineMark[] {
  const byKind = new Map<EventKind, TraceEvent[]>();
  for (const event of events) {
    const same = byKind.get(event.kind);
    if (same) same.push(event);
    else byKind.set(event.kind, [event]);
  }
  for (const kind of UNMARKED) byKind.delete(kind);
  const groups = [...byKind.values()].sort(
    (a, b) => a.length - b.length || EVENT_KINDS.indexOf(a[0]!.kind) - EVENT_KINDS.indexOf(b[0]!.kind),
  );
  const chosen = groups.flatMap((group, n) => {
    const before = groups.slice(0, n).reduce((sum, { length }) => sum + length, 0);
    const room = Math.max(0, MOST_MARKS - before) / (groups.length - n);
    return evenly(group, Math.floor(room));
  });
  return chosen.sort((a, b) => a.index - b.index).map(({ t, kind, says }) => ({ time: t, kind, says }));
}

function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, n) => all[Math.floor((n * all.length) / most)]!);
}
