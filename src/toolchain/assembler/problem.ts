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

/** The names nearest to a misspelt one, by how many letters differ; at most three. */
export function similarNames(name: string, known: Iterable<string>): string[] {
  const limit = name.length <= 3 ? 1 : 2;
  const near: [distance: number, name: string][] = [];
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name, candidate);
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

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
