/**
 * The events of a run in their order: entered when they happen first, the same ones when their moment is passed again. The log
 * knows how many have happened by the present moment; a moment keeps that number. Of a long run the newest are kept, and what
 * was passed again last.
 */
import { EVENT_KINDS, type EventKind, type EventTold, type TraceEvent } from "./event.js";

/** How far a run has come, in events; a part of its moments. */
export interface LogCursor {
  /** How many events have happened. */
  readonly count: number;
  /** How many of each kind, in the order of `EVENT_KINDS`. */
  readonly byKind: readonly number[];
}

/** Events that are kept; long outputs count more than once. */
const MOST = 50_000;
const BYTES_AS_ONE = 1024;

const KIND_NUMBERS = new Map<EventKind, number>(EVENT_KINDS.map((kind, n) => [kind, n]));

/** Events that follow one another. */
interface Stretch {
  /** Index of the first. */
  first: number;
  events: TraceEvent[];
}

export class EventLog {
  /** Up to the farthest event of the run. */
  private readonly newest: Stretch = { first: 0, events: [] };
  /** Events that had been given up and were passed again. */
  private again: Stretch = { first: 0, events: [] };
  /** Events from before the first moment, which can never be passed again. */
  private beginning: readonly TraceEvent[] = [];
  private weight = 0;
  private count = 0;
  private byKind: number[] = EVENT_KINDS.map(() => 0);
  /** For tests: told when something happens that has happened before, which must be the same. */
  onKnown: ((known: TraceEvent, told: EventTold) => void) | undefined;

  constructor(private readonly most = MOST) {}

  /** How many events have happened by now. */
  get length(): number {
    return this.count;
  }

  /** How many there are, up to the farthest t that the run has reached. */
  get total(): number {
    return this.newest.first + this.newest.events.length;
  }

  /** Index of the first event that is still kept without a gap. */
  get firstKept(): number {
    return this.newest.first;
  }

  /** How many of each kind have happened by now. */
  counts(): Readonly<Record<EventKind, number>> {
    const entries = EVENT_KINDS.map((kind, n) => [kind, this.byKind[n]!] as const);
    return Object.fromEntries(entries) as Record<EventKind, number>;
  }

  /** Something happens now. Returns the event with its place; the one that is known when it happened before. */
  enter(told: EventTold): TraceEvent {
    const index = this.count++;
    this.byKind[KIND_NUMBERS.get(told.kind)!]!++;
    const known = this.at(index);
    if (known) {
      this.onKnown?.(known, told);
      return known;
    }
    const event: TraceEvent = { index, ...told };
    if (index === this.total) this.append(event);
    else this.appendAgain(event);
    return event;
  }

  private append(event: TraceEvent): void {
    const { newest } = this;
    newest.events.push(event);
    this.weight += weightOf(event);
    // Giving up many at once is cheaper than one by one.
    if (this.weight <= this.most * 1.25) return;
    let dropped = 0;
    while (this.weight > this.most && dropped < newest.events.length)
      this.weight -= weightOf(newest.events[dropped++]!);
    newest.events.splice(0, dropped);
    newest.first += dropped;
  }

  private appendAgain(event: TraceEvent): void {
    const { again } = this;
    const follows = event.index === again.first + again.events.length && again.events.length < this.most;
    if (follows) again.events.push(event);
    else this.again = { first: event.index, events: [event] };
  }

  /** What has happened so far is kept in any case. */
  keepBeginning(): void {
    this.beginning = this.newest.events.slice(0, this.count);
  }

  /** The event at an index, when it is kept. */
  at(index: number): TraceEvent | undefined {
    const { newest, again } = this;
    return newest.events[index - newest.first] ?? again.events[index - again.first] ?? this.beginning[index];
  }

  /** The last events that have happened by now, oldest first; fewer where some have been given up. */
  recent(most: number, wanted: (event: TraceEvent) => boolean = () => true): TraceEvent[] {
    const found: TraceEvent[] = [];
    for (let index = this.count - 1; index >= 0 && found.length < most; index--) {
      const event = this.at(index);
      if (!event) break;
      if (wanted(event)) found.push(event);
    }
    return found.reverse();
  }

  /** All that are kept from time `from` up to, not including, `to`: those that are still to come, too. */
  between(from: number, to: number): readonly TraceEvent[] {
    const { events } = this.newest;
    return events.slice(indexOfTime(events, from), indexOfTime(events, to));
  }

  /** The last kept event before time `t` that is wanted. */
  lastBefore(t: number, wanted: (event: TraceEvent) => boolean): TraceEvent | undefined {
    const { events } = this.newest;
    for (let n = indexOfTime(events, t) - 1; n >= 0; n--) if (wanted(events[n]!)) return events[n];
    return undefined;
  }

  cursor(): LogCursor {
    return { count: this.count, byKind: [...this.byKind] };
  }

  goTo({ count, byKind }: LogCursor): void {
    this.count = count;
    this.byKind = [...byKind];
  }

  /** The future will be another one: forgets what has not happened yet. */
  fork(): void {
    const { newest, again } = this;
    if (this.count < newest.first) {
      this.newest.events = this.count === again.first + again.events.length ? again.events : [];
      newest.first = this.count - newest.events.length;
      this.again = { first: 0, events: [] };
    } else newest.events.length = this.count - newest.first;
    this.weight = newest.events.reduce((sum, event) => sum + weightOf(event), 0);
    if (again.first + again.events.length > this.count)
      again.events.length = Math.max(0, this.count - again.first);
  }
}

const weightOf = (event: TraceEvent): number =>
  event.kind === "output" ? 1 + event.bytes.length / BYTES_AS_ONE : 1;

/** Index of the first event that is not before `t`. */
function indexOfTime(events: readonly TraceEvent[], t: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.t < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
