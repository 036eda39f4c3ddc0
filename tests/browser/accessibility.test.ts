/** Whether axe finds anything against WCAG 2.2 AA, in both colours, wide and narrow, before cells have run and after. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, wakeCells } from "./axe.js";
import { hasChromium, OpenBook } from "./open-book.js";

const PAGES = [
  "",
  "reference/glossary",
  "reference/system-calls",
  "run-your-own-program",
  "chapters/1-the-basics",
  "chapters/2-slice-dat-time",
] as const;

const LOOKS = [
  { dark: false, width: 1280, run: false },
  { dark: true, width: 390, run: true },
] as const;

describe.skipIf(!hasChromium)("axe at WCAG 2.2 AA", { timeout: 90_000 }, () => {
  let book: OpenBook;

  beforeAll(async () => {
    book = await OpenBook.at("/");
  });

  afterAll(async () => {
    await book?.close();
  });

  it.each(PAGES.flatMap((path) => LOOKS.map((look) => ({ path, ...look }))))(
    "finds nothing in /$path (dark: $dark, $width pixels, run: $run)",
    async ({ path, dark, width, run }) => {
      const { page, complaints } = await book.visit(path, { dark, width });
      await wakeCells(page, run);
      expect(await axeFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
