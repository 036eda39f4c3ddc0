/** Whether axe finds anything against WCAG 2.2 AA, in both colours and with all cells awake. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, OpenBook } from "./open-book.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const PAGES = ["", "reference/glossary", "run-your-own-program"] as const;

describe.skipIf(!hasChromium)("axe at WCAG 2.2 AA", () => {
  let book: OpenBook;

  beforeAll(async () => {
    book = await OpenBook.at("/");
  });

  afterAll(async () => {
    await book?.close();
  });

  it.each(PAGES.flatMap((path) => [false, true].map((dark) => [path, dark] as const)))(
    "finds nothing in /%s (dark: %s)",
    async (path, dark) => {
      const { page, complaints } = await book.visit(path, { dark });
      for (const cell of await page.$$("live-cell")) {
        await cell.evaluate((element) => element.scrollIntoView());
        await page.waitForFunction(
          (element) => /Ready|Done|tried/.test(element.querySelector(".cell-status")?.textContent ?? ""),
          {},
          cell,
        );
      }
      await page.evaluate(AXE);
      const found = await page.evaluate(async (values) => {
        const axe = Reflect.get(window, "axe") as typeof import("axe-core");
        const { violations } = await axe.run(document, { runOnly: { type: "tag", values } });
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
        );
      }, LEVELS);
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
