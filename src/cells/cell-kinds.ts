/**
 * What the book's cells are by name, so that a fence in a chapter needs to say little. An attribute of the element
 * (`machine=`, `show=`, `gates=`, `rings=`, `limit=`) overrides what stands here.
 */
import type { ViewName } from "../views/index.js";
import { EXPECTATIONS } from "./expectations.js";
import { LIMITS, type Limits, type SettingName } from "./protocol.js";

/** How a cell is set up. */
export interface CellKind {
  readonly setting: SettingName;
  readonly show: readonly ViewName[];
  readonly gates: readonly number[];
  readonly rings: readonly (0 | 1 | 2 | 3)[];
}

const ANY: CellKind = { setting: "bare", show: ["registers", "flags"], gates: [0x80], rings: [0, 3] };

const KINDS: Readonly<Record<string, CellKind>> = {
  "c1.step": { ...ANY, show: ["cycle", "strip", "registers", "flags"] },
  "c1.bytes": { ...ANY, show: ["bytes", "listing", "registers"] },
  "c1.rings": { ...ANY, setting: "trials", show: ["trials"], rings: [0, 1, 2, 3] },
  "c1.idt": { ...ANY, setting: "gates", show: ["idt", "rings", "exception", "stack", "registers"] },
  "c1.doors": { ...ANY, setting: "kernel", show: ["doors", "output", "calls", "listing", "registers"] },
};

/** All attributes that a fence of a live cell may have. */
export const CELL_ATTRIBUTES: readonly string[] = [
  "name",
  "machine",
  "show",
  "gates",
  "rings",
  "limit",
  ...EXPECTATIONS,
];

/** What `machine=` may say. */
export const CELL_SETTINGS: readonly string[] = ["bare", "gates", "trials", "kernel"] satisfies SettingName[];

const numbers = (text: string | null): number[] | undefined => text?.split(",").map(Number);

/** The set-up of an element: what its name says, overridden by its attributes. */
export function cellKind(attribute: (name: string) => string | null): CellKind & { limits: Limits } {
  const kind = KINDS[attribute("name") ?? ""] ?? ANY;
  const setting = attribute("machine") ?? kind.setting;
  if (!CELL_SETTINGS.includes(setting))
    throw new Error(`machine=${setting}: there is ${CELL_SETTINGS.join(", ")}`);
  return {
    setting: setting as SettingName,
    show: (attribute("show")?.split(",") as ViewName[] | undefined) ?? kind.show,
    gates: numbers(attribute("gates")) ?? kind.gates,
    rings: (numbers(attribute("rings")) as (0 | 1 | 2 | 3)[] | undefined) ?? kind.rings,
    limits: { ...LIMITS, instructions: Number(attribute("limit") ?? LIMITS.instructions) },
  };
}
