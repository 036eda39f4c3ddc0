/**
 * Why is this so? Who wrote a register, flag, byte, table entry, descriptor or saved register last, answered by going back in the
 * run and watching it again. The session stays where it is.
 */
import type { Machine } from "../../machine/machine.js";
import type { TraceEvent } from "../event.js";
import { inputWords } from "../input-words.js";
import { instructionTextAt } from "../instruction-text.js";
import { type Piece, placeOf } from "../place.js";
import type { Reference } from "../reference.js";
import { formatReference } from "../reference-text.js";
import { flagValue, registerValue } from "../register-value.js";
import type { Session } from "../session.js";
import type { Cause, InstructionAt, Writer } from "./cause.js";
import { LastWrite, type MemoryWrite } from "./memory-writer.js";
import { type ObjectChange, objectChange, objectWords } from "./object-change.js";
import { pageArrival } from "./page-arrival.js";
import { type RegisterReference, RegisterSearch, type RegisterWrite } from "./register-writer.js";
import { searchBack } from "./windows.js";
import { causeWords } from "./words.js";

export interface WhyOptions {
  /** How many steps back to look. Default: 20 million for bytes, 200 000 for registers, which takes about as long. */
  readonly steps?: number;
}

const STEPS = { bytes: 20_000_000, registers: 200_000 } as const;

/** What made the thing that a reference names as it is now. */
export function why(session: Session, reference: Reference, options: WhyOptions = {}): Cause {
  const { machine, kernel } = session.world;
  if (!machine) return problem(reference, "this world has no machine whose state could be asked about");
  const { cpu } = machine;
  if (reference.kind === "register" || reference.kind === "flag") {
    const read = reference.kind === "flag" ? flagValue : registerValue;
    if (read(cpu, reference.name) === undefined)
      return problem(reference, `there is no ${reference.kind} ${reference.name}`);
    return whyRegister(session, machine, reference, options.steps ?? STEPS.registers);
  }
  const place = placeOf(reference, { cpu, kernel });
  if (place) {
    if ("problem" in place) return problem(reference, place.problem);
    return whyBytes(session, machine, reference, place.pieces, options.steps ?? STEPS.bytes);
  }
  if (objectWords(session.world, reference) !== undefined)
    return whyObject(session, machine, reference, options.steps ?? STEPS.bytes);
  return problem(reference, `${formatReference(reference)} is nothing that something was written to`);
}

const problem = (reference: Reference, says: string): Cause => ({ kind: "problem", reference, says });

function nothing(session: Session, reference: Reference, since: number): Cause {
  if (since <= session.start) {
    const says = `${formatReference(reference)} has been so since the program began.`;
    return { kind: "start", reference, says };
  }
  const steps = session.time - since;
  const says = `Nothing has been written to ${formatReference(reference)} in the last ${steps} steps, since t = ${since}; before that nobody has looked.`;
  return { kind: "not-found", reference, since, says };
}

function whyRegister(session: Session, machine: Machine, reference: RegisterReference, steps: number): Cause {
  const search = new RegisterSearch(session, machine, reference);
  const result = searchBack(session, steps, (_, to) => search.look(to));
  if ("since" in result) return nothing(session, reference, result.since);
  const { found } = result;
  return written(session, reference, { ...found, writer: registerWriter(session, machine, found) });
}

function registerWriter(session: Session, machine: Machine, found: RegisterWrite): Writer {
  switch (found.by) {
    case "input":
      return { kind: "input", index: found.input ?? 0 };
    case "kernel":
      return { kind: "kernel" };
    case "delivery":
      return { kind: "delivery", vector: vectorAt(session, found.time) };
    case "instruction":
      return { kind: "instruction", instruction: instructionAt(session, machine, found) };
  }
}

function whyBytes(
  session: Session,
  machine: Machine,
  reference: Reference,
  pieces: readonly Piece[],
  steps: number,
): Cause {
  const result = searchBack(session, steps, (_, to) => {
    const watch = new LastWrite(session, machine, pieces);
    machine.watch(watch, true);
    session.replay(to);
    machine.watch(watch, false);
    return watch.last;
  });
  if ("since" in result) return unwritten(session, machine, reference, pieces, result.since);
  const { found } = result;
  const [old, now] = aroundWrite(session, found, () => bytesIn(machine, pieces));
  const writer = memoryWriter(session, machine, found, old, now);
  return written(session, reference, { time: found.time, old, now, writer });
}

/** Bytes that nobody has written came with their page, unless it was always there. */
function unwritten(
  session: Session,
  machine: Machine,
  reference: Reference,
  pieces: readonly Piece[],
  since: number,
): Cause {
  const arrival = pageArrival(session, reference, since);
  if (!arrival) return nothing(session, reference, since);
  const { time, replaced } = arrival;
  const old = replaced ? "on another page" : "on no page";
  return written(session, reference, {
    time,
    old,
    now: bytesIn(machine, pieces),
    writer: { kind: "kernel" },
  });
}

/** What `read` gives before the write and after it. */
function aroundWrite<T>(session: Session, { time, byInput }: MemoryWrite, read: () => T): [T, T] {
  const present = session.time;
  session.seek(byInput ? time - 1 : time);
  const old = read();
  session.seek(byInput ? time : time + 1);
  const now = read();
  session.seek(present);
  return [old, now];
}

function bytesIn({ memory }: Machine, pieces: readonly Piece[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap(({ physical, length }) => [...memory.readBytes(physical, length)]));
}

/** Accessed and dirty: what a walk of page tables writes. */
const WALK_BITS = 0x60;

function memoryWriter(
  session: Session,
  machine: Machine,
  found: MemoryWrite,
  old: Uint8Array,
  now: Uint8Array,
): Writer {
  const { time, byInput, linear } = found;
  if (byInput) return { kind: "input", index: session.inputs.findLastIndex((one) => one.time === time) };
  if (linear) {
    if (isDelivery(session, machine, time)) return { kind: "delivery", vector: vectorAt(session, time) };
    return { kind: "instruction", instruction: instructionAt(session, machine, found) };
  }
  const changed = now.map((byte, n) => byte ^ old[n]!);
  const walks = changed.every((bits, n) => (n % 8 === 0 ? (bits & ~WALK_BITS) === 0 : bits === 0));
  if (walks && changed.some((bits) => bits !== 0)) return { kind: "page-walk" };
  return { kind: session.world.kernel ? "kernel" : "device" };
}

/** Whether the step at `time` is the delivery of an exception or interrupt. */
function isDelivery(session: Session, { cpu }: Machine, time: number): boolean {
  const present = session.time;
  session.seek(time);
  const { deliveries } = cpu;
  session.seek(time + 1);
  const delivered = cpu.deliveries > deliveries;
  session.seek(present);
  return delivered;
}

function vectorAt(session: Session, time: number): number {
  const event = session.log
    .between(time, time + 1)
    .findLast(({ kind }) => kind === "exception" || kind === "interrupt");
  return event?.kind === "exception" || event?.kind === "interrupt" ? event.vector : 0;
}

function whyObject(session: Session, machine: Machine, reference: Reference, steps: number): Cause {
  const result = searchBack(session, steps, (_, to) => objectChange(session, reference, to));
  if ("since" in result) return nothing(session, reference, result.since);
  const change = result.found;
  const writer: Writer =
    reference.kind === "device" ? deviceWriter(session, machine, change) : { kind: "kernel" };
  return written(session, reference, { ...change, writer });
}

/** By OUT, by the kernel while it was at work, or by itself as time passed. */
function deviceWriter(session: Session, machine: Machine, { time }: ObjectChange): Writer {
  const present = session.time;
  session.seek(time);
  const { rip } = machine.cpu;
  const text = instructionTextAt(machine.cpu, rip);
  session.seek(present);
  if (text === "vmcall") return { kind: "kernel" };
  const isTold = session.log.between(time, time + 1).some(({ kind }) => kind === "device");
  if (!isTold) return { kind: "device" };
  return { kind: "instruction", instruction: instructionAt(session, machine, { time, rip }) };
}

function instructionAt(
  session: Session,
  machine: Machine,
  { time, rip }: { readonly time: number; readonly rip: bigint },
): InstructionAt {
  const present = session.time;
  session.seek(time);
  const text = instructionTextAt(machine.cpu, rip);
  const process = session.world.kernel?.current?.pid;
  session.seek(present);
  const line = session.lines.lineAt(rip);
  return {
    ...{ address: rip, text },
    ...(line === undefined ? {} : { line }),
    ...(process === undefined ? {} : { process }),
  };
}

interface Found {
  readonly time: number;
  /** When the program was left. */
  readonly since?: number;
  readonly writer: Writer;
  readonly old: Uint8Array | bigint | string;
  readonly now: Uint8Array | bigint | string;
}

function written(session: Session, reference: Reference, found: Found): Cause {
  const { time, writer, old, now } = found;
  const event = eventAround(session, found);
  const cause = { kind: "written", reference, time, writer, old, now, ...(event ? { event } : {}) } as const;
  const input = writer.kind === "input" ? session.inputs[writer.index]?.input : undefined;
  return { ...cause, says: causeWords(cause, input && inputWords(input)) };
}

/** Events that tell what the kernel was doing. */
const ENTRIES = ["syscall-entry", "exception", "interrupt"];
const DEEDS = ["call", "exec", "signal", "page-fault", "fork", "exit"];

function eventAround({ log }: Session, { time, since = time, writer }: Found): TraceEvent | undefined {
  const here = log.between(since, time + 1);
  switch (writer.kind) {
    case "kernel":
      return (
        here.findLast(({ kind }) => DEEDS.includes(kind)) ??
        log.lastBefore(time + 1, ({ kind }) => ENTRIES.includes(kind))
      );
    case "delivery":
      return here.findLast(({ kind }) => ENTRIES.includes(kind));
    case "input":
      return here.findLast(({ kind }) => kind === "edit" || kind === "input");
    default:
      return undefined;
  }
}
