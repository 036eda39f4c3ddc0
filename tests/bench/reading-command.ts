/**
 * The part of `npm run bench` about reading: in headless Chromium, from the first cell of each chapter to the last, each is
 * run and its line of time dragged from end to beginning and back. Counted are the frames of the window meanwhile, those
 * in which the cell showed another moment, and what the page's process holds when the last cell is done. Needs the built book.
 */
import { existsSync } from "node:fs";
import type { ElementHandle, Page } from "puppeteer-core";
import { findChromium, launchChromium } from "../../scripts/chromium.mjs";
import { BOOK, serve } from "../../scripts/serve.mjs";
import { pageBytes } from "../browser/page-memory.js";
import { quantile } from "./quantile.js";

const CHAPTERS = ["chapters/1-the-basics", "chapters/2-slice-dat-time"];

/** Positions of the pointer between the two ends of the line. */
const MOVES = 120;

const RAN = /^(?!Ready|Runs|Comes|Loading|$)/;

/** What the page counts while a line is dragged. */
interface Drag {
  /** Milliseconds between frames. */
  readonly frames: readonly number[];
  /** Frames with another moment of the cell. */
  readonly moments: number;
  readonly seconds: number;
}

declare global {
  interface Window {
    endOfDrag?: () => Drag;
  }
}

/** Begins to count frames, and those in which `cell`'s views have changed. */
function count(page: Page, cell: string): Promise<void> {
  return page.$eval(cell, (element) => {
    const frames: number[] = [];
    const begin = performance.now();
    let last = begin;
    let moments = 0;
    let changed = false;
    let on = true;
    const views = new MutationObserver(() => {
      changed = true;
    });
    views.observe(element.querySelector(".cell-views") ?? element, {
      ...{ subtree: true, childList: true, characterData: true, attributes: true },
    });
    const frame = (now: number) => {
      frames.push(now - last);
      last = now;
      if (changed) moments++;
      changed = false;
      if (on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    window.endOfDrag = () => {
      on = false;
      views.disconnect();
      return { frames: frames.slice(1), moments, seconds: (performance.now() - begin) / 1000 };
    };
  });
}

async function drag(page: Page, cell: string, bar: ElementHandle): Promise<Drag> {
  const { x, y, width, height } = (await bar.boundingBox())!;
  const [left, right, middle] = [x + 10, x + width - 10, y + height / 2];
  await page.mouse.move(right, middle);
  await page.mouse.down();
  await count(page, cell);
  await page.mouse.move(left, middle, { steps: MOVES });
  await page.mouse.move(right, middle, { steps: MOVES });
  const result = await page.evaluate(() => window.endOfDrag!());
  await page.mouse.up();
  return result;
}

/** Runs one cell to its end, or for as long as patience lasts, and drags its line; undefined where there is none. */
async function use(page: Page, cell: string): Promise<Drag | undefined> {
  await page.$eval(cell, (element) => element.scrollIntoView({ block: "center" }));
  const status = (pattern: RegExp) =>
    page
      .waitForFunction(
        (part, source) => new RegExp(source).test(document.querySelector(part)?.textContent ?? ""),
        { timeout: 10_000 },
        `${cell} .cell-status`,
        pattern.source,
      )
      .catch(() => {});
  await status(/^(?!Comes|Loading|$)/);
  await page.$$eval(`${cell} [data-command="run"]`, (buttons) =>
    (buttons[0] as HTMLElement | undefined)?.click(),
  );
  await status(RAN);
  const bar = await page.$(`${cell} .timeline`);
  const seen = bar && (await bar.boundingBox());
  if (!bar || !seen || seen.width === 0) return undefined;
  await bar.scrollIntoView();
  return drag(page, cell, bar);
}

async function measure(): Promise<void> {
  const server = await serve();
  for (const path of CHAPTERS) {
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.evaluateOnNewDocument("globalThis.__name = (named) => named");
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(server.address + path, { waitUntil: "networkidle0" });
    const names = await page.$$eval("live-cell", (all) => all.map((one) => one.getAttribute("name")!));
    const rows: Record<string, string>[] = [];
    for (const name of names) {
      const done = await use(page, `live-cell[name="${name}"]`);
      if (done)
        rows.push({
          cell: name,
          "frames/s": (done.frames.length / done.seconds).toFixed(0),
          "moments/s": (done.moments / done.seconds).toFixed(0),
          "frame median ms": quantile(done.frames, 0.5).toFixed(1),
          "95 % ms": quantile(done.frames, 0.95).toFixed(1),
        });
    }
    console.log(`\n/${path}, each line of time dragged there and back`);
    console.table(rows);
    console.log(`  ${((await pageBytes(page)) / 1e6).toFixed(0)} MB held by the page's process`);
    await browser.close();
  }
  server.close();
}

if (!existsSync(BOOK)) console.log("\nThe book is not built, so reading is not measured: npm run build");
else if (!findChromium()) console.log("\nThere is no Chromium here, so reading is not measured.");
else await measure();
