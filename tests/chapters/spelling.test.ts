/** The words of the book are spelt as the dictionary has them, or are words of the field and names that stand here. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import nspell from "nspell";
import { describe, expect, it } from "vitest";
import { pagesOfBook } from "../../scripts/book-pages.js";
import { GLOSSARY } from "../../src/book/glossary/index.js";
import { prose } from "./prose.js";

const FOLDER = dirname(createRequire(import.meta.url).resolve("dictionary-en-gb"));
const dictionary = (kind: string) => readFileSync(join(FOLDER, `index.${kind}`));

/** Names of people and things, and words of the field that no glossary of ours explains. */
const OURS = [
  ...["Busicom", "Faggin", "Lexi", "Masatoshi", "Mattick", "Mazor", "Shima"],
  ...[
    "AVX",
    "Ctrl",
    "Esc",
    "Busybox",
    "IOPL",
    "MiB",
    "RSP",
    "TLB",
    "UD",
    "busybox",
    "dat",
    "disassembler",
    "disassemble",
    "endian",
  ],
  ...["execve", "macOS", "microcontrollers", "param", "printf", "getpid"],
  // Pieces of names: of cells, and of what a listing models.
  ...["ebx", "eevdf", "rr", "sched", "AAAAAAAAAAAAA", "ABABABABABABAB"],
];

const spelling = nspell({ aff: dictionary("aff"), dic: dictionary("dic") });
for (const word of OURS) spelling.add(word);
for (const { terms } of GLOSSARY) {
  for (const word of terms
    .flatMap(({ term, also = [] }) => [term, ...also])
    .flatMap((text) => text.match(/[A-Za-z]+/g) ?? []))
    spelling.add(word);
}

const wrong = (text: string) =>
  (text.replaceAll("’", "'").match(/[A-Za-z][A-Za-z']*[A-Za-z]/g) ?? [])
    .map((word) => word.replace(/'s$/, ""))
    .filter((word) => !spelling.correct(word));

describe("the book", () => {
  it.each(pagesOfBook().map((page) => [page.file, page.markdown] as const))(
    "is spelt right: %s",
    (_file, markdown) => {
      expect(wrong(prose(markdown))).toEqual([]);
    },
  );

  it("is spelt right in its glossary", () => {
    const texts = GLOSSARY.flatMap(({ terms }) => terms.map(({ says }) => says.replace(/`[^`]*`/g, "")));
    expect(texts.flatMap(wrong)).toEqual([]);
  });
});
