/**
 * A reader's JavaScript, ready to be called: the functions that it defines, by name. What they throw is made to say in
 * which line of the reader's text that was.
 */
import type { Problem } from "../../views/machine-state.js";

export interface ReaderCode {
  /** The function of that name; undefined when the text defines none. */
  function(name: string): ((...given: unknown[]) => unknown) | undefined;
  /** Where it threw last. */
  readonly thrownAt: Place | undefined;
}

/** Runs the text once and gives what it has defined under the names asked for. */
export type ReaderFactory = () => Readonly<Record<string, unknown>>;

/** A place in the reader's text, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Lines of the script before the reader's own first line, and how its address looks in a stack. */
export interface ReaderScript {
  readonly linesBefore: number;
  /** Has groups for line and column. */
  readonly frame: RegExp;
}

/** The code behind `factory`, or why its text is of no use: it throws, or does not define the first of `names`. */
export function readerCode(
  factory: ReaderFactory,
  names: readonly string[],
  script: ReaderScript,
): ReaderCode | { readonly problem: Problem } {
  let defined: Readonly<Record<string, unknown>>;
  try {
    defined = factory();
  } catch (thrown) {
    return { problem: { ...placeOf(thrown, script), reason: wordsOf(thrown), nextStep: "Mend this first." } };
  }
  const [needed = ""] = names;
  if (typeof defined[needed] !== "function")
    return {
      problem: {
        reason: `there is no function called ${needed}`,
        nextStep: `Write function ${needed}(…) { … }.`,
      },
    };
  let thrownAt: Place | undefined;
  return {
    get thrownAt() {
      return thrownAt;
    },
    function(name) {
      const own = defined[name];
      if (typeof own !== "function") return undefined;
      return (...given) => {
        try {
          return own(...given) as unknown;
        } catch (thrown) {
          thrownAt = placeOf(thrown, script);
          throw withPlace(thrown, thrownAt);
        }
      };
    },
  };
}

/** What was thrown, with its line in the words. */
function withPlace(thrown: unknown, place: Place | undefined): Error {
  const error = new Error(place ? `${wordsOf(thrown)} (line ${place.line})` : wordsOf(thrown));
  error.name = nameOf(thrown);
  return error;
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error && typeof thrown.name === "string" ? thrown.name : "Thrown";
}

/** A stranger may throw anything, and make looking at it throw again. */
function wordsOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return "something that cannot be shown";
  }
}

function placeOf(thrown: unknown, { frame, linesBefore }: ReaderScript): Place | undefined {
  try {
    const stack = String((thrown as Error).stack);
    for (const found of stack.matchAll(new RegExp(frame, "g"))) {
      const line = Number(found[1]) - linesBefore;
      if (line > 0) return { line, column: Number(found[2]) };
    }
    return undefined;
  } catch {
    return undefined;
  }
}
