/**
 * All views by the name that a cell's `show=` attribute uses, in the order in which a cell puts them. Each is a piece of its
 * own, fetched with the first cell that shows it.
 */
import type { View } from "./view.js";

const MODULES = {
  terminal: () => import("./terminal.js"),
  output: () => import("./output.js"),
  strip: () => import("./strip.js"),
  cycle: () => import("./cycle.js"),
  bytes: () => import("./bytes.js"),
  modrm: () => import("./modrm.js"),
  listing: () => import("./listing.js"),
  trials: () => import("./trials.js"),
  rings: () => import("./rings.js"),
  exception: () => import("./exception.js"),
  doors: () => import("./doors.js"),
  registers: () => import("./registers.js"),
  flags: () => import("./flags.js"),
  stack: () => import("./stack.js"),
  memory: () => import("./memory.js"),
  idt: () => import("./idt.js"),
  calls: () => import("./calls.js"),
  entries: () => import("./entries.js"),
  events: () => import("./events.js"),
  switches: () => import("./switches.js"),
  timer: () => import("./timer.js"),
  controller: () => import("./controller.js"),
  frames: () => import("./frames.js"),
  bars: () => import("./bars.js"),
  gantt: () => import("./gantt.js"),
  "run-queue": () => import("./run-queue.js"),
  latencies: () => import("./latencies.js"),
  measures: () => import("./measures.js"),
  league: () => import("./league.js"),
} as const satisfies Readonly<Record<string, () => Promise<Omit<View, "name">>>>;

/** The name of a view. */
export type ViewName = keyof typeof MODULES;

/** Their names. */
export const VIEW_NAMES = Object.keys(MODULES) as readonly ViewName[];

/** The view of that name. */
export async function loadView(name: ViewName): Promise<View> {
  return { name, ...(await MODULES[name]()) };
}
