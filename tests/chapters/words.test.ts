/** What the words of the chapters are held to, whatever they say. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pagesOfBook } from "../../scripts/book-pages.js";
import { findTerm, GLOSSARY } from "../../src/book/glossary/index.js";
import { prose } from "./prose.js";

const PAGES = pagesOfBook();
/** Those that are written; the others say what they will hold. */
const WRITTEN = PAGES.filter(
  ({ path, markdown }) =>
    path.startsWith("/chapters/") && !markdown.includes("This chapter is not written yet"),
);

describe("a chapter", () => {
  it.each(WRITTEN.map((page) => [page.file, page] as const))(
    "has 3 000 to 5 000 words, exercises apart: %s",
    (_file, { markdown }) => {
      const words = prose(markdown.split("\n## Exercises")[0]!).split(/\s+/).length;
      expect(words).toBeGreaterThan(3000);
      expect(words).toBeLessThan(5000);
    },
  );

  it.each(WRITTEN.map((page) => [page.file, page] as const))(
    "explains each bold term in the glossary: %s",
    (_file, { markdown }) => {
      const text = prose(markdown.replaceAll("**`", "**").replaceAll("`**", "**"));
      const bold = [...text.matchAll(/\*\*([^*]+)\*\*/g)].filter(({ 0: whole, index }) => {
        const line = text.slice(text.lastIndexOf("\n", index) + 1).split("\n")[0]!;
        return line.trim() !== whole;
      });
      expect(bold.map(([, word = ""]) => word).filter((word) => !findTerm(word))).toEqual([]);
    },
  );

  it("uses each term of the glossary that it brings in", () => {
    for (const { path, terms } of GLOSSARY) {
      const text = PAGES.find((page) => page.path === path)!
        .markdown.toLowerCase()
        .replaceAll("`", "");
      const unused = terms.filter(
        ({ term, also = [] }) => ![term, ...also].some((word) => text.includes(word.toLowerCase())),
      );
      expect(unused.map(({ term }) => term)).toEqual([]);
    }
  });
});

describe("the book’s words", () => {
  const PREFIX = 6;
  const article = readFileSync(join(import.meta.dirname, "words/article-shingles.bin"));

  /** Whether the sorted prefixes hold this one. */
  function holds(wanted: Buffer): boolean {
    let low = 0;
    let high = article.length / PREFIX;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = article.subarray(middle * PREFIX, (middle + 1) * PREFIX).compare(wanted);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  it.each(PAGES.map((page) => [page.file, page] as const))(
    "have no run of eight words in common with the article: %s",
    (_file, { markdown }) => {
      const words =
        prose(markdown)
          .toLowerCase()
          .match(/[a-z0-9']+/g) ?? [];
      const shared = words.flatMap((_, n) => {
        const run = words.slice(n, n + 8).join(" ");
        const prefix = createHash("sha256").update(run).digest().subarray(0, PREFIX);
        return n + 8 <= words.length && holds(prefix) ? [run] : [];
      });
      expect(shared).toEqual([]);
    },
  );
});
