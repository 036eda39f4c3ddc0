/** What axe finds on a page against WCAG 2.2 AA. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "puppeteer-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** One line a fault: the rule, where, and what to do about it. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (values) => {
    const axe = Reflect.get(window, "axe") as typeof import("axe-core");
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
  }, LEVELS);
}

/** Brings every cell to life, and has it run if `run` says so. */
export async function wakeCells(page: Page, run = false): Promise<void> {
  const cells = await page.$$("live-cell");
  for (const cell of cells) {
    await cell.evaluate((element) => element.scrollIntoView());
    await page.waitForFunction(
      (element) => /Ready|Done|tried/.test(element.querySelector(".cell-status")?.textContent ?? ""),
      {},
      cell,
    );
    if (!run) continue;
    await cell.evaluate((element) => element.querySelector<HTMLElement>('[data-command="run"]')?.click());
    // Before the next one comes into view: a cell out of view rests, and would never end.
    await page.waitForFunction(
      (element) => !/Running/.test(element.querySelector(".cell-status")?.textContent ?? ""),
      { timeout: 100_000, polling: 100 },
      cell,
    );
  }
}
