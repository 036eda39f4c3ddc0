/**
 * The second half of `npm run bench`: what it costs to open chapter 1 from a local server, before the reader touches
 * anything. Bytes are counted as they are sent, compressed. Needs the built book and Chromium.
 */
import { existsSync } from "node:fs";
import type { Browser } from "puppeteer-core";
import { findChromium, launchChromium } from "../../scripts/chromium.mjs";
import { BOOK, serve } from "../../scripts/serve.mjs";

const ROUNDS = 5;
const CHAPTER = "chapters/1-the-basics";

/** Set in the page when the first cell has its first frame. */
declare global {
  interface Window {
    usableAt?: number;
  }
}

/** Milliseconds from the begin of the navigation to the first frame of the first cell, in a new profile. */
async function openOnce(browser: Browser, address: string): Promise<number> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.evaluateOnNewDocument(() => {
    const watch = setInterval(() => {
      const status = document.querySelector("live-cell .cell-status")?.textContent ?? "";
      if (!/Ready/.test(status)) return;
      window.usableAt = performance.now();
      clearInterval(watch);
    }, 5);
  });
  await page.goto(address, { waitUntil: "networkidle0" });
  await page.waitForFunction(() => window.usableAt !== undefined);
  const usable = await page.evaluate(() => window.usableAt ?? Number.NaN);
  await context.close();
  return usable;
}

async function measure(): Promise<void> {
  const answers: number[] = [];
  const server = await serve({ sent: (bytes) => answers.push(bytes) });
  const browser = await launchChromium();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await openOnce(browser, server.address + CHAPTER));
  await browser.close();
  server.close();
  const bytes = answers.reduce((sum, one) => sum + one, 0) / ROUNDS;
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
  console.log(`\nChapter 1, opened ${ROUNDS} times with an empty cache`);
  console.log(`  first cell usable after ${Math.round(median)} ms (median)`);
  console.log(
    `  ${(bytes / 1000).toFixed(0)} kB compressed in ${answers.length / ROUNDS} requests before a touch`,
  );
}

if (!existsSync(BOOK)) console.log("\nThe book is not built, so it is not measured: npm run build");
else if (!findChromium()) console.log("\nThere is no Chromium here, so the book is not measured.");
else await measure();
