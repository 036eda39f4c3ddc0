/**
 * A run as lines of JSON: a first line with everything that determines the run, one line an event, and a last line that says how it
 * ended. References are texts; addresses and register values are texts in hexadecimal, bytes texts of hexadecimal digits.
 *
 *     {"format":"you-in-cpu trace","version":1,"setup":{…},"start":66,"inputs":[{"t":100,"kind":"serial","bytes":"68690a"}]}
 *     {"index":0,"t":86,"kind":"exception","pid":2,"says":"#PF(0x14) …","reference":"gate:0xe","vector":14,"errorCode":20}
 *     …
 *     {"kind":"end","t":1234,"events":57,"ending":{"kind":"exited","status":0}}
 *
 * Numbers of `version` grow when a line means something else than before; fields that are added do not change it.
 */
import type { Machine } from "../machine/machine.js";
import { bringUpToDate, type Difference } from "../machine/time/differences.js";
import { registerChanges } from "../machine/time/places.js";
import type { TraceEvent } from "./event.js";
import type { Reference } from "./reference.js";
import { formatReference } from "./reference-text.js";
import type { Session } from "./session.js";

export const TRACE_FORMAT = "you-in-cpu trace";
export const TRACE_VERSION = 1;

export interface ExportOptions {
  /** What the world was made of, as plain data: whoever has it, the inputs and this version of the code has the run. */
  readonly setup: unknown;
  /** Each event tells also which registers hold something else than at the event before, just before its step. */
  readonly registers?: boolean;
}

/** Steps between two looks at the log, few enough that it still holds all events of them. */
const SLICE = 1 << 14;

/** The whole run, up to its farthest t, line by line without line breaks. The session is where it was afterwards. */
export function* exportLines(session: Session, options: ExportOptions): Generator<string> {
  const present = session.time;
  const { start, end } = session;
  yield headerLine(session, options);
  session.seek(start);
  const lines = new EventLines(session, options.registers);
  try {
    for (;;) {
      for (const { line } of lines.next()) yield line();
      const at = session.time;
      if (at >= end) break;
      session.replay(Math.min(end, at + SLICE));
      if (session.time === at) break;
    }
    yield endLine(session);
  } finally {
    session.seek(present);
  }
}

/** The events of a session as lines, while it goes on from its start; `next` must be called before the log forgets any. */
export class EventLines {
  private index = 0;
  private from: number;
  private readonly deltas: RegisterDeltas | undefined;

  constructor(
    private readonly session: Session,
    registers = false,
  ) {
    const { machine } = session.world;
    this.from = session.time;
    if (registers && machine) this.deltas = new RegisterDeltas(machine);
  }

  /** What has happened since the last call. Each `line` must be made before the next event is asked for. */
  *next(): Generator<{ readonly event: TraceEvent; line(): string }> {
    const { session, deltas } = this;
    const at = session.time;
    const { log } = session;
    for (const until = log.length; this.index < until; this.index++) {
      const event = log.at(this.index);
      if (event) yield { event, line: () => eventLine(event, deltas && this.deltasAt(event, deltas)) };
    }
    if (session.time !== at) session.seek(at);
    this.from = at;
  }

  /** What the registers were at the event's t, compared with the event before. */
  private deltasAt({ t }: TraceEvent, deltas: RegisterDeltas): Registers | undefined {
    const { session, from } = this;
    const time = Math.max(t, session.start);
    if (session.time > time) session.seek(Math.max(from, time));
    session.replay(time);
    return deltas.next();
  }
}

type Registers = Readonly<Record<string, string>>;

class RegisterDeltas {
  private readonly kept;

  constructor(private readonly machine: Machine) {
    this.kept = machine.copyRegisters();
  }

  next(): Registers | undefined {
    const found: Difference[] = [];
    bringUpToDate(this.kept, this.machine.lookAtRegisters(), found);
    const entries = registerChanges(found)
      .filter(({ kind }) => kind === "register")
      .map(({ name, now }) => [name, textOf(now)] as const);
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
}

const textOf = (value: unknown): string =>
  typeof value === "bigint" || typeof value === "number" ? `0x${BigInt(value).toString(16)}` : String(value);

/** The first line. */
export function headerLine(session: Session, { setup }: Pick<ExportOptions, "setup">): string {
  const inputs = session.inputs.map(({ time, input }) => ({ t: time, ...input }));
  return json({ format: TRACE_FORMAT, version: TRACE_VERSION, setup, start: session.start, inputs });
}

/** An event's line. */
export function eventLine(event: TraceEvent, registers?: Registers): string {
  return json(registers ? { ...event, registers } : event);
}

/** The last line. */
export function endLine(session: Session): string {
  const { time, ending, log } = session;
  return json({ kind: "end", t: time, events: log.length, ending: ending ?? { kind: "unfinished" } });
}

/** References stand under these names only. */
const isReference = (key: string, value: unknown): value is Reference =>
  (key === "reference" || key === "place") && typeof value === "object" && value !== null;

function json(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (isReference(key, part)) return formatReference(part);
    if (typeof part === "bigint") return `0x${BigInt.asUintN(64, part).toString(16)}`;
    if (part instanceof Uint8Array)
      return Array.from(part, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return part;
  });
}
