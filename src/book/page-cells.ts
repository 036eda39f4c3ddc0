/**
 * The live cells of a page, found in its Markdown: what the build prints, what the tests run, and what numbers in the prose
 * are asked of. Fences may be longer than three backticks, and may stand inside of longer ones (exercises).
 */
import type { Language } from "../cells/scenarios/scenario.js";
import { readLiveFence } from "./live-fence.js";

/** A live fence: its words and its program. */
export interface PageCell {
  readonly name: string;
  /** Line of the page at which the fence begins, from 1. */
  readonly line: number;
  readonly language: Language;
  readonly attributes: ReadonlyMap<string, string>;
  readonly source: string;
}

/** A fence as it stands in Markdown. */
export interface Fence {
  readonly line: number;
  readonly info: string;
  readonly content: string;
}

/** All fences that begin at the left edge, those inside of others too, in the order of the page. */
export function fencesOf(markdown: string, firstLine = 1): Fence[] {
  const lines = markdown.split("\n");
  const fences: Fence[] = [];
  for (let n = 0; n < lines.length; n++) {
    const [, ticks, info = ""] = /^(`{3,})([^`]*)$/.exec(lines[n]!) ?? [];
    if (ticks === undefined) continue;
    const length = lines.slice(n + 1).findIndex((line) => line.trimEnd() === ticks);
    if (length < 0) break;
    const content = lines.slice(n + 1, n + 1 + length).join("\n");
    fences.push({ line: firstLine + n, info, content: `${content}\n` });
    if (ticks.length > 3) fences.push(...fencesOf(content, firstLine + n + 1));
    n += length + 1;
  }
  return fences;
}

/**
 * The cells of a page.
 * @throws Error with the line when an info string is wrong
 */
export function cellsOfPage(markdown: string): PageCell[] {
  return fencesOf(markdown).flatMap(({ line, info, content }) => {
    const fence = readLiveFence(info);
    if (!fence) return [];
    if ("problem" in fence) throw new Error(`line ${line}: ${fence.problem}`);
    const { language, attributes } = fence;
    return [{ name: attributes.get("name")!, line, language, attributes, source: content }];
  });
}
