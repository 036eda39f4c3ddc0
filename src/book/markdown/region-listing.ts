/**
 * A listing that is a region of this project's tested source, never a copy of it:
 *
 *     ```ts region=src/kernel/sched/round-robin.ts#pick models="kernel/sched/rt.c pick_next_task_rt"
 *     ```
 *
 * The region stands between `// #region pick` and `// #endregion`; a file without `#…` is printed whole. `models` names the
 * file and function of Linux that it follows.
 */
import { knownWords, readInfoWords } from "../info-words.js";
import { attributesText, type Book, escapeHtml, PageMistake } from "./book.js";

export interface RegionListing {
  readonly language: string;
  readonly path: string;
  readonly region: string | undefined;
  readonly models: string | undefined;
}

/** Reads an info string; undefined when it asks for no region. */
export function readRegionInfo(info: string): RegionListing | undefined {
  const [language = "", ...rest] = info.trim().split(/\s+/);
  if (!rest.some((word) => word.startsWith("region="))) return undefined;
  const words = readInfoWords(info.trim().slice(language.length), knownWords(["region", "models"]));
  if (typeof words === "string") throw new PageMistake(words);
  const [path = "", region] = words.get("region")!.split("#");
  const models = words.get("models");
  if (path.startsWith("src/kernel/") && models === undefined)
    throw new PageMistake(
      `region=${path}: a listing of the kernel names what of Linux it models (models="file function")`,
    );
  return { language, path, region, models };
}

const MARKER = /^\s*\/\/ #(?:end)?region\b/;

/** The lines of the region, moved to the left edge, without markers of other regions inside. */
export function regionText({ path, region }: RegionListing, book: Book): { text: string; firstLine: number } {
  const lines = book.sourceFile(path).replace(/\n$/, "").split("\n");
  const begin =
    region === undefined ? 0 : lines.findIndex((line) => line.trim() === `// #region ${region}`) + 1;
  if (region !== undefined && begin === 0) throw new PageMistake(`${path} has no “// #region ${region}”`);
  const end = region === undefined ? lines.length : endOf(lines, begin);
  if (end < 0) throw new PageMistake(`${path}: “// #region ${region}” is not closed`);
  const inside = lines.slice(begin, end).filter((line) => !MARKER.test(line));
  const edge = Math.min(...inside.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
  return { text: inside.map((line) => line.slice(edge)).join("\n"), firstLine: begin + 1 };
}

function endOf(lines: readonly string[], begin: number): number {
  let depth = 1;
  for (let n = begin; n < lines.length; n++) {
    if (/^\s*\/\/ #region\b/.test(lines[n]!)) depth++;
    else if (/^\s*\/\/ #endregion\b/.test(lines[n]!) && --depth === 0) return n;
  }
  return -1;
}

/** The line under a listing: where it stands, and what it models. @param repository address of the project's files */
export function listingCaption(
  listing: RegionListing,
  firstLine: number,
  repository: string | undefined,
): string {
  const place = `<code>${escapeHtml(listing.path)}</code>`;
  const linked = repository
    ? `<a${attributesText({ href: `${repository}/${listing.path}#L${firstLine}` })}>${place}</a>`
    : place;
  const [file = "", ...names] = (listing.models ?? "").split(" ");
  const models = listing.models
    ? `, after <code>${escapeHtml(names.join(" "))}</code> in Linux’s <code>${escapeHtml(file)}</code>`
    : "";
  return `<p class="listing-caption">${linked}${models}. The code that runs in this page’s machine.</p>\n`;
}
