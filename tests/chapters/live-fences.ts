/** The live cells of the book's pages, read from their Markdown as the build reads them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readLiveFence } from "../../src/book/live-fence.js";
import type { Language } from "../../src/cells/scenarios/scenario.js";

const FIXTURES = fileURLToPath(new URL("../programs/fixtures", import.meta.url));

/** A compiled program that cells may run, as the book serves it. */
export async function readFixture(name: string): Promise<Uint8Array> {
  return new Uint8Array(readFileSync(join(FIXTURES, name)));
}

const DOCS = fileURLToPath(new URL("../../docs", import.meta.url));

export interface Cell {
  /** File and line. */
  readonly place: string;
  readonly name: string;
  readonly language: Language;
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
    const { language, attributes } = fence;
    return [{ place, name: attributes.get("name")!, language, attributes, source }];
  });
}
