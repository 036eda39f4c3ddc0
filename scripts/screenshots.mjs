/**
 * `npm run screenshots [-- FOLDER]`: pictures of every page, light and dark, at 1280 and 390 pixels, for eyes to judge;
 * without FOLDER only the picture in the README, `docs/pictures/chapter-1.png`. Needs the built book and Chromium.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./chromium.mjs";
import { BOOK, serve } from "./serve.mjs";

const PICTURE = fileURLToPath(new URL("../docs/pictures/chapter-1.png", import.meta.url));
const CHAPTER_1 = "chapters/1-the-basics";

const server = await serve();
const browser = await launchChromium();
const [folder] = process.argv.slice(2);
if (folder) await everyPage(folder);
else await pictureForReadme();
await browser.close();
server.close();

/** @param {string} into */
async function everyPage(into) {
  mkdirSync(into, { recursive: true });
  const pages = readdirSync(BOOK, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  );
  for (const name of pages) {
    for (const dark of [false, true]) {
      for (const width of [1280, 390]) {
        const page = await open(name.replace(/\.html$/, ""), width, 900, dark);
        const file = `${name.replace(".html", "").replaceAll("/", "_")}-${width}-${dark ? "dark" : "light"}.png`;
        await page.screenshot({ path: join(into, file), fullPage: true });
        await page.close();
      }
    }
  }
}

/** A machine in the middle of its work. */
async function pictureForReadme() {
  mkdirSync(dirname(PICTURE), { recursive: true });
  const page = await open(CHAPTER_1, 1180, 1000, false);
  const cell = 'live-cell[name="c1.idt"]';
  for (let step = 0; step < 2; step++) {
    await page.$eval(`${cell} [data-command="step"]`, (button) =>
      /** @type {HTMLElement} */ (button).click(),
    );
    await new Promise((done) => setTimeout(done, 400));
  }
  await page.$eval(cell, (element) => element.scrollIntoView());
  await page.evaluate(() => window.scrollBy(0, -20));
  await page.screenshot({ path: PICTURE });
}

/**
 * A page with all its cells awake.
 * @param {string} path
 * @param {number} width
 * @param {number} height
 * @param {boolean} dark
 */
async function open(path, width, height, dark) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  await page.goto(server.address + path, { waitUntil: "networkidle0" });
  for (const cell of await page.$$("live-cell")) {
    await cell.scrollIntoView();
    await page
      .waitForFunction(
        (element) => /Ready|Done/.test(element.querySelector(".cell-status")?.textContent ?? ""),
        { timeout: 10_000 },
        cell,
      )
      .catch(() => console.error(`${path}: a cell did not wake up`));
  }
  await page.evaluate(() => window.scrollTo(0, 0));
  return page;
}
