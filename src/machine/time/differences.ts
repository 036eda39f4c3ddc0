/**
 * What differs between two states of the same shape: trees of plain values and typed arrays. Finding it costs one look at each
 * value; only what differs is copied.
 */
import { X87State } from "../cpu/x87-state.js";
import { copyPlain } from "../devices/plain-state.js";

/** A value that differed. */
export interface Difference {
  /** The way to it, as in `cpu.state.general.3`. */
  readonly path: string;
  readonly old: unknown;
  readonly now: unknown;
}

type Tree = Record<string | number, unknown>;

/** The x87 unit's registers by name; its fields are views of the same bytes. */
const X87_FIELDS: readonly (keyof X87State)[] = [
  ...(["significands", "signExponents", "top", "control", "status", "tags"] as const),
  ...(["lastOpcode", "lastInstruction", "lastData"] as const),
];

/** Makes `kept` equal to `live`, in place, and adds what differed to `found`. */
export function bringUpToDate(kept: object, live: object, found: Difference[], path = ""): void {
  if (ArrayBuffer.isView(kept)) {
    compareNumbered(kept as unknown as Tree, live as Tree, found, path);
    return;
  }
  if (kept instanceof X87State) {
    for (const key of X87_FIELDS) compareAt(kept as unknown as Tree, live as Tree, key, found, path);
    return;
  }
  for (const key in kept) compareAt(kept as Tree, live as Tree, key, found, path);
}

function compareNumbered(kept: Tree, live: Tree, found: Difference[], path: string): void {
  const length = kept["length"] as number;
  for (let n = 0; n < length; n++) {
    const old = kept[n];
    const now = live[n];
    if (old === now) continue;
    found.push({ path: path + n, old, now });
    kept[n] = now;
  }
}

function compareAt(kept: Tree, live: Tree, key: string, found: Difference[], path: string): void {
  const old = kept[key];
  const now = live[key];
  if (old === now) return;
  if (isTree(old) && isTree(now) && haveSameShape(old, now)) {
    bringUpToDate(old, now, found, `${path}${key}.`);
    return;
  }
  found.push({ path: path + key, old, now: copyPlain(now) });
  kept[key] = copyPlain(now);
}

const isTree = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Lists of different lengths are replaced as wholes, and so is what is frozen, which is a value like a number. */
function haveSameShape(one: object, other: object): boolean {
  if (Object.isFrozen(one) || Object.isFrozen(other)) return false;
  return "length" in one ? "length" in other && one.length === other.length : !("length" in other);
}

/** Puts a value where a difference was found. */
export function put(tree: object, path: string, value: unknown): void {
  const keys = path.split(".");
  let at = tree as Tree;
  for (const key of keys.slice(0, -1)) at = at[key] as Tree;
  at[keys.at(-1)!] = copyPlain(value);
}
