/** Every page of the book, as a reader opens it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BASES, hasChromium, OpenBook, pagesOfBook } from "./open-book.js";

const PAGES = pagesOfBook();

describe.skipIf(!hasChromium)("the book", () => {
  it("has a first page, seven chapters, references of instructions and system calls, and a place to run one's own program", () => {
    expect(PAGES).toEqual([
      "",
      "chapters/1-the-basics",
      "chapters/2-slice-dat-time",
      "chapters/3-how-to-run-a-program",
      "chapters/4-becoming-an-elf-lord",
      "chapters/5-the-translator-in-your-computer",
      "chapters/6-lets-talk-about-forks-and-cows",
      "chapters/7-epilogue",
      "reference/glossary",
      "reference/instructions",
      "reference/system-calls",
      "run-your-own-program",
    ]);
  });

  describe.each(BASES)("under %s", (base) => {
    let book: OpenBook;

    beforeAll(async () => {
      book = await OpenBook.at(base);
    });

    afterAll(async () => {
      await book?.close();
    });

    it.each(PAGES)("loads /%s without a complaint or a request elsewhere", async (path) => {
      const { page, complaints } = await book.visit(path);
      expect(await page.$$eval("h1", (all) => all.length)).toBe(1);
      expect(await page.$eval("html", (html) => html.lang)).toBe("en");
      expect(await page.$$eval(".observablehq--error", (all) => all.map((one) => one.textContent))).toEqual(
        [],
      );
      expect(complaints).toEqual([]);
      await page.close();
    });

    it("brings the first cell of the first page and of chapter 1 to life", async () => {
      for (const path of ["", "chapters/1-the-basics"]) {
        const { page, complaints } = await book.visit(path);
        await page.$eval("live-cell", (cell) => cell.scrollIntoView());
        await page.waitForFunction(() =>
          /Ready/.test(document.querySelector("live-cell .cell-status")?.textContent ?? ""),
        );
        await page.$eval('live-cell [data-command="step"]', (button) => (button as HTMLElement).click());
        await page.waitForFunction(() =>
          /after 1 step/.test(document.querySelector("live-cell .cell-status")?.textContent ?? ""),
        );
        expect(complaints).toEqual([]);
        await page.close();
      }
    });

    it("is searched without asking anybody", async () => {
      const { page, complaints } = await book.visit("");
      await page.type("#observablehq-search input", "triple fault");
      await page.waitForSelector("#observablehq-search-results a[href]");
      const found = await page.$eval(
        "#observablehq-search-results a[href]",
        (a) => (a as HTMLAnchorElement).href,
      );
      expect(found).toBe(`${book.address}chapters/1-the-basics`);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it("lets a reader with a keyboard skip to the text", async () => {
      const { page } = await book.visit("chapters/1-the-basics");
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the text");
      await page.keyboard.press("Enter");
      expect(new URL(page.url()).hash).toBe("#observablehq-main");
      await page.close();
    });

    it("has no link that leads nowhere", async () => {
      const links = new Set<string>();
      for (const path of PAGES) {
        const page = await (await fetch(book.address + path)).text();
        for (const [, href = ""] of page.matchAll(/<a\b[^>]* href="([^"]*)"/g)) {
          const link = new URL(href, book.address + path).href;
          if (link.startsWith(book.address)) links.add(link);
        }
      }
      const broken: string[] = [];
      for (const link of links) {
        const { hash } = new URL(link);
        const answer = await fetch(link);
        const text = await answer.text();
        const id = decodeURIComponent(hash.slice(1));
        if (!answer.ok || (id && !text.includes(`id="${id}"`))) broken.push(link);
      }
      expect(broken).toEqual([]);
    });
  });

  it.each([
    [1280, false],
    [390, true],
  ])("never scrolls sideways at %i pixels", async (width, dark) => {
    const book = await OpenBook.at("/");
    try {
      const wide: string[] = [];
      for (const path of PAGES) {
        const { page } = await book.visit(path, { width, dark, quiet: false });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (overflow > 0) wide.push(`/${path} by ${overflow} pixels`);
        await page.close();
      }
      expect(wide).toEqual([]);
    } finally {
      await book.close();
    }
  });
});
