/** The book without a server, once it was visited: everything comes from what the service worker keeps. */
import { describe, expect, it } from "vitest";
import { BASES, hasChromium, OpenBook } from "./open-book.js";

describe.skipIf(!hasChromium).each(BASES)("after a first visit under %s", (base) => {
  it("the book is read, and its machines run, without a server", async () => {
    const book = await OpenBook.at(base);
    try {
      const { page, complaints } = await book.visit("");
      await page.keyboard.press("Shift");
      await page.evaluate(async () => {
        const { active } = await navigator.serviceWorker.ready;
        if (active?.state === "activated") return;
        await new Promise((done) => active?.addEventListener("statechange", done, { once: true }));
      });
      book.closeServer();
      for (const path of ["chapters/1-the-basics", "run-your-own-program", ""]) {
        await page.goto(book.address + path, { waitUntil: "load" });
        expect(await page.$$eval("h1", (all) => all.length)).toBe(1);
      }
      await page.goto(`${book.address}chapters/1-the-basics`);
      const cell = 'live-cell[name="c1.doors"]';
      await page.$eval(cell, (element) => element.scrollIntoView());
      const says = (pattern: string) =>
        page.waitForFunction(
          (part, source) => new RegExp(source).test(document.querySelector(part)?.textContent ?? ""),
          { timeout: 20_000 },
          `${cell} .cell-status`,
          pattern,
        );
      await says("Ready");
      await page.$eval(`${cell} [data-command="run"]`, (button) => (button as HTMLElement).click());
      await says("Exited");
      await page.type("#observablehq-search input", "triple fault");
      await page.waitForSelector("#observablehq-search-results a[href]");
      expect(complaints).toEqual([]);
    } finally {
      await book.close();
    }
  });
});
