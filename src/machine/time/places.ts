/** Names, as manuals and readers say them, of the places in the tree of all registers. */
import { GENERAL_NAMES, SEGMENT_NAMES } from "../isa/registers.js";
import type { Difference } from "./differences.js";

export interface Place {
  /** `register`: what programs compute with. `system`: control registers and other inner state. `device`: of a device. */
  readonly kind: "register" | "system" | "device";
  /** As `rax`, `xmm3 high`, `rflags`, `cr3`, `cs.base`, `timer.channels.0.reload`. */
  readonly name: string;
}

/** A register of the processor or of a device changed. */
export interface RegisterChange extends Place {
  readonly old: unknown;
  readonly now: unknown;
}

/** Differences under their names; t itself, which always changes, is left out. */
export function registerChanges(differences: readonly Difference[]): RegisterChange[] {
  const changes: RegisterChange[] = [];
  for (const { path, old, now } of differences)
    if (path !== TIME) changes.push({ ...placeOf(path), old, now });
  return changes;
}

const TIME = "cpu.time";
const known = new Map<string, Place>();

/** The place at the end of a path such as `cpu.state.general.3`. */
function placeOf(path: string): Place {
  let place = known.get(path);
  if (!place) {
    place = name(path);
    known.set(path, place);
  }
  return place;
}

function name(path: string): Place {
  const [part, inner, group, ...rest] = path.split(".");
  if (part === "devices") return { kind: "device", name: path.slice("devices.".length) };
  if (part !== "cpu") return { kind: "system", name: path };
  if (inner === "rip") return { kind: "register", name: "rip" };
  if (inner === "flags") return { kind: "register", name: "rflags" };
  if (inner !== "state" || group === undefined) return { kind: "system", name: inner ?? path };
  if (group === "system") return systemPlace(rest);
  return { kind: "register", name: registerName(group, rest.map(String)) };
}

function registerName(group: string, rest: readonly string[]): string {
  const number = Number(rest.at(-1));
  if (group === "general") return GENERAL_NAMES[64][number]!;
  if (group === "vectors") return `xmm${number >> 1} ${(number & 1) === 0 ? "low" : "high"}`;
  if (rest[0] === "significands") return `x87 register ${number}, significand`;
  if (rest[0] === "signExponents") return `x87 register ${number}, sign and exponent`;
  return `x87 ${rest.join(".")}`;
}

function systemPlace([first, ...rest]: readonly string[]): Place {
  if (first === "mxcsr") return { kind: "register", name: "mxcsr" };
  if (first === "dr") return { kind: "system", name: `dr${rest[0]}` };
  if (first === "segments")
    return { kind: "system", name: [SEGMENT_NAMES[Number(rest[0])], ...rest.slice(1)].join(".") };
  return { kind: "system", name: [first, ...rest].join(".") };
}
