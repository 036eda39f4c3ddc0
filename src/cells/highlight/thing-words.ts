/** What a thing is called in a heading. */
import type { Reference } from "../../trace/reference.js";
import { formatReference } from "../../trace/reference-text.js";
import type { EventState } from "../../views/machine-state.js";
import { hex, plural } from "../../views/numbers.js";
import { EACH } from "../protocol.js";

export function thingWords(thing: Reference): string {
  switch (thing.kind) {
    case "register":
      return thing.name;
    case "flag":
      return `flag ${thing.name}`;
    case "memory":
      return `${plural(thing.length, "byte")} at ${hex(thing.address)}`;
    case "physical":
      return `${plural(thing.length, "byte")} of RAM at ${hex(thing.address)}`;
    case "instruction":
      return `the instruction at ${hex(thing.address)}`;
    case "line":
      return `line ${thing.line}`;
    case "gate":
      return `gate ${hex(thing.vector)}`;
    case "segment":
      return `descriptor ${hex(thing.selector)}`;
    case "entry":
      return `entry ${thing.path[thing.path.length - 1]} of the ${thing.table}`;
    case "saved":
      return `${thing.name} of process ${thing.process}, as the kernel keeps it`;
    case "process":
      return `process ${thing.process}`;
    case "descriptor":
      return `descriptor ${thing.descriptor} of process ${thing.process}`;
    case "call":
      return `system call ${thing.number}`;
    case "event":
      return `event ${thing.index}`;
    case "time":
      return `t = ${thing.time}`;
    case "port":
      return `port ${hex(thing.port)}`;
    default:
      return thing.name;
  }
}

/** What a stop at a thing is called; undefined where none is possible. */
export function stopWords(thing: Reference): string | undefined {
  switch (thing.kind) {
    case "line":
    case "instruction":
      return "Stop before it runs";
    case "gate":
      return "Stop when it is entered";
    case "register":
    case "flag":
    case "memory":
    case "physical":
    case "segment":
    case "entry":
    case "saved":
      return "Stop when it changes";
    case "call":
      return "Stop at each system call";
    case "process":
      return "Stop when it gets the CPU";
    case "event":
      return "Stop at each event of this kind";
    default:
      return undefined;
  }
}

/** As `stops` of a worker calls the place: of an event its kind, which comes again. */
export function stopText(thing: Reference, events: readonly EventState[] = []): string {
  if (thing.kind === "call") return `${EACH}syscall-entry`;
  const event = thing.kind === "event" && events.find(({ index }) => index === thing.index);
  return event ? `${EACH}${event.kind}` : formatReference(thing);
}
