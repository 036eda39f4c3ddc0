/**
 * States on their way from a worker to the page: a part that is still the very object it was in the state before is not copied
 * again. A schedule of thousands of turns crosses once, and the moments that a reader drags through weigh little. At the
 * other end such parts are the same objects too, so that a view knows by `===` that nothing changed.
 */
import type { FromWorker } from "./protocol.js";

/** Where in a state: names of properties and places in lists. */
type Path = readonly string[];

/** As it is posted: `same` are the paths of the parts that are left out, because the last state had them. */
export type PostedState = Extract<FromWorker, { kind: "state" }> & { readonly same?: readonly Path[] };
export type Posted = Exclude<FromWorker, { kind: "state" }> | PostedState;

/** Deeper than a list of schedules and the parts of each nothing is large. */
const DEPTH = 3;

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container =>
  typeof value === "object" &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);

/** `post` for whole states, on top of one that copies. */
export function postDifferences(post: (message: Posted) => void): (message: FromWorker) => void {
  let last: unknown;
  return (message) => {
    if (message.kind !== "state") return post(message);
    const same: Path[] = [];
    const state = without(message.state, last, [], same);
    last = message.state;
    post({ ...message, state, same });
  };
}

/** `next` without the parts that `last` has as well; their paths are added to `same`. */
function without<T>(next: T, last: unknown, path: Path, same: Path[]): T {
  if (path.length === DEPTH || !isContainer(next) || !isContainer(last)) return next;
  // Not a list that grows or shrinks: what is left out of it would move the rest.
  if (Array.isArray(next) && !(Array.isArray(last) && last.length === next.length)) return next;
  const rest: Container = Array.isArray(next) ? ([] as unknown as Container) : {};
  for (const key of Object.keys(next)) {
    const [part, before] = [next[key], last[key]];
    const isSame = part === before && isContainer(part) && Object.hasOwn(last, key);
    if (isSame) same.push([...path, key]);
    rest[key] = isSame ? null : without(part, before, [...path, key], same);
  }
  return rest as T;
}

/** Makes whole messages of posted ones; hears every message of one worker, in their order. */
export function joinDifferences(): (message: Posted) => FromWorker {
  let last: unknown;
  return (message) => {
    if (message.kind !== "state") return message;
    const { same = [], ...rest } = message;
    for (const path of same) {
      const key = path[path.length - 1]!;
      const into = partAt(rest.state, path.slice(0, -1));
      const from = partAt(last, path.slice(0, -1));
      if (into && from && Object.hasOwn(from, key)) into[key] = from[key];
    }
    last = rest.state;
    return rest;
  };
}

function partAt(whole: unknown, path: Path): Container | undefined {
  let part = whole;
  for (const key of path) {
    if (!isContainer(part) || !Object.hasOwn(part, key)) return undefined;
    part = part[key];
  }
  return isContainer(part) ? part : undefined;
}
