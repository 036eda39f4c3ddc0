/** All views by the name that a cell's `show=` attribute uses, in the order in which a cell puts them. */
import * as bytes from "./bytes.js";
import * as calls from "./calls.js";
import * as cycle from "./cycle.js";
import * as doors from "./doors.js";
import * as exception from "./exception.js";
import * as flags from "./flags.js";
import * as idt from "./idt.js";
import * as listing from "./listing.js";
import * as memory from "./memory.js";
import * as output from "./output.js";
import * as registers from "./registers.js";
import * as rings from "./rings.js";
import * as stack from "./stack.js";
import * as strip from "./strip.js";
import * as trials from "./trials.js";
import type { View } from "./view.js";

const MODULES = {
  output,
  strip,
  cycle,
  bytes,
  listing,
  trials,
  rings,
  exception,
  doors,
  registers,
  flags,
  stack,
  memory,
  idt,
  calls,
};

/** The name of a view. */
export type ViewName = keyof typeof MODULES;

/** The views by name. */
export const VIEWS: ReadonlyMap<string, View> = new Map(
  Object.entries(MODULES).map(([name, module]) => [name, { name, ...module }]),
);
