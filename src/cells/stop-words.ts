/** Places where a reader wants a run to stop, from references, and words for where it did. */
import { EVENT_KINDS } from "../trace/event.js";
import { formatReference, parseReference, referenceProblem } from "../trace/reference-text.js";
import type { StopHit, StopPlace } from "../trace/stop-points.js";
import { hex } from "../views/numbers.js";
import { EACH } from "./protocol.js";

/**
 * Before an instruction or a line, behind a gate, at a call, when a process gets the CPU, or behind what changes a value; and
 * `each:fault` and its like.
 */
export function stopPlaces(text: string): StopPlace | { readonly problem: string } {
  if (text.startsWith(EACH)) {
    const event = EVENT_KINDS.find((kind) => kind === text.slice(EACH.length));
    return event ? { kind: "event", event } : { problem: `“${text}” names no kind of event` };
  }
  const reference = parseReference(text);
  if (!reference) return { problem: referenceProblem(text) ?? "" };
  switch (reference.kind) {
    case "instruction": {
      const { address, process } = reference;
      return { kind: "address", address, ...(process === undefined ? {} : { process }) };
    }
    case "line":
      return { kind: "line", line: reference.line };
    case "gate":
      return { kind: "vector", vector: reference.vector };
    case "call":
      return { kind: "system-call" };
    case "process":
      return { kind: "event", event: "switch", process: reference.process };
    case "event":
      return { problem: "an event is a moment: go there instead of waiting for it" };
    default:
      return { kind: "watch", place: reference, access: "write" };
  }
}

/** Why a run stopped, as a clause. */
export function stopWords({ point: { place }, vector, accesses, change }: StopHit): string {
  switch (place.kind) {
    case "address":
      return `at ${hex(place.address)}`;
    case "line":
      return `at line ${place.line}`;
    case "vector":
      return `behind gate ${hex(vector ?? place.vector ?? 0)}`;
    case "system-call":
      return "at a system call";
    case "event":
      return place.process === undefined
        ? `behind ${/^[aeiou]/.test(place.event) ? "an" : "a"} ${place.event}`
        : `process ${place.process} has the CPU`;
    case "watch": {
      if (change)
        return `${formatReference(place.place)} became ${hex(change.now)} and was ${hex(change.was)} before, by the instruction at ${hex(change.rip)}`;
      const [access] = accesses ?? [];
      if (!access) return "a watched place was touched";
      const at = access.linear === undefined ? `physical ${hex(access.physical)}` : hex(access.linear);
      return `${access.kind === "write" ? "written" : "read"} at ${at} by the instruction at ${hex(access.rip)}`;
    }
  }
}
