/** The live cells of the book's pages, read from their Markdown as the build reads them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readLiveFence } from "../../src/book/live-fence.js";

const DOCS = fileURLToPath(new URL("../../docs", import.meta.url));

export interface Cell {
  /** File and line. */
  readonly place: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly source: string;
}

/** All of them, in the order of the files' names. */
export function liveCells(): Cell[] {
  return readdirSync(DOCS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .flatMap((name) => cellsOf(name, readFileSync(join(DOCS, name), "utf8")));
}

function cellsOf(file: string, text: string): Cell[] {
  return [...text.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].flatMap(([, info = "", source = ""], n, all) => {
    const place = `docs/${file}:${text.slice(0, all[n]!.index).split("\n").length}`;
    const fence = readLiveFence(info);
    if (!fence) return [];
    if ("problem" in fence) throw new Error(`${place}: ${fence.problem}`);
    return [{ place, name: fence.attributes.get("name")!, attributes: fence.attributes, source }];
  });
}
