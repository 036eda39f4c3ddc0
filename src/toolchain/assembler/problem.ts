/** What is wrong with a source text, where, and what to do about it. */

/** One mistake. Lines and columns count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** Characters that are meant, at least 1. */
  readonly length: number;
  readonly reason: string;
  readonly nextStep: string;
}

/** Thrown inside of the assembler for one statement, caught there, and collected. */
export class SourceError extends Error {
  constructor(
    readonly column: number,
    readonly length: number,
    readonly reason: string,
    readonly nextStep: string,
    /** The symbol that is not defined, if that is the mistake. */
    readonly missing?: string,
  ) {
    super(reason);
  }
}

/** A mistake in the definition of `symbol`: it is reported there, and not where the symbol is used. */
export class BrokenDefinition extends SourceError {
  constructor(
    readonly symbol: string,
    { column, length, reason, nextStep, missing }: SourceError,
  ) {
    super(column, length, reason, nextStep, missing);
  }
}

/** Longer names are not compared. */
const LONGEST_COMPARED = 100;
const ROWS: [Uint16Array, Uint16Array] = [
  new Uint16Array(LONGEST_COMPARED + 8),
  new Uint16Array(LONGEST_COMPARED + 8),
];

/** The names nearest to a misspelt one, by how many letters differ; at most three. */
export function similarNames(name: string, known: Iterable<string>): string[] {
  const limit = name.length <= 3 ? 1 : 2;
  const near: [distance: number, name: string][] = [];
  if (name.length > LONGEST_COMPARED) return [];
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name, candidate, limit);
    if (distance <= limit) near.push([distance, candidate]);
  }
  return near
    .sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1))
    .slice(0, 3)
    .map(([, candidate]) => candidate);
}

/** "did you mean mov or movq?", or the fallback. */
export function suggestion(name: string, known: Iterable<string>, fallback: string): string {
  const near = similarNames(name, known);
  return near.length > 0 ? `did you mean ${near.join(" or ")}?` : fallback;
}

/** Levenshtein distance of names of at most `LONGEST_COMPARED` letters; any larger number once it exceeds `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let [row, next] = ROWS;
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    let least = i;
    next[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const distance = Math.min(row[j]! + 1, next[j - 1]! + 1, changed);
      next[j] = distance;
      if (distance < least) least = distance;
    }
    if (least > limit) return least;
    [row, next] = [next, row];
  }
  return row[b.length]!;
}
