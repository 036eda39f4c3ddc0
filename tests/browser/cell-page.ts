/**
 * A page that holds nothing but cells, and a browser to use it as a reader would. Built by esbuild alone, so that these
 * tests need no book.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "puppeteer-core";
import { CELL_BUNDLES } from "../../scripts/cell-bundles.mjs";
import { printAssembly } from "../../src/book/print-assembly.js";
import { CELL_STYLE } from "../../src/cells/cell-style.js";
import { OpenBook, type Visit } from "./open-book.js";

export { hasChromium, hasFirefox } from "./open-book.js";

export type BrowserName = "Chromium" | "Firefox";

/** What the page complained about; every test ends with none. */
export class CellPage {
  private constructor(
    private readonly folder: string,
    private readonly server: OpenBook,
    private readonly visit: Visit,
  ) {}

  get page(): Page {
    return this.visit.page;
  }

  get complaints(): readonly string[] {
    return this.visit.complaints;
  }

  /** Builds the cells and opens a page with `body`. */
  static async open(body: string, browser: BrowserName = "Chromium"): Promise<CellPage> {
    const folder = mkdtempSync(join(tmpdir(), "cells-"));
    await build({ ...CELL_BUNDLES, outdir: folder });
    writeFileSync(join(folder, "index.html"), html(body));
    const server = await (browser === "Firefox" ? OpenBook.inFirefox({ folder }) : OpenBook.at("/", folder));
    return new CellPage(folder, server, await server.visit("", { width: 800, height: 600, quiet: false }));
  }

  /** Lets the page do what it has to for a moment. */
  async rest(): Promise<void> {
    await this.page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
  }

  /** Presses a button of a cell, as a click. */
  async press(cell: string, command: string): Promise<void> {
    await this.page.evaluate((selector) => {
      const button = document.querySelector<HTMLElement>(selector);
      button?.scrollIntoView({ block: "center" });
      button?.click();
    }, `${cell} [data-command="${command}"]`);
  }

  /** The text of an element inside of a cell. */
  text(cell: string, part: string): Promise<string> {
    return this.page.$eval(`${cell} ${part}`, (element) => element.textContent ?? "");
  }

  /** Waits until the text of a part matches; that text, as it was then. */
  async waitFor(cell: string, part: string, { source, flags }: RegExp): Promise<string> {
    const found = await this.page.waitForFunction(
      (selector, pattern, how) => {
        const text = document.querySelector(selector)?.textContent ?? "";
        return new RegExp(pattern, how).test(text) && { text };
      },
      { timeout: 20_000, polling: 50 },
      `${cell} ${part}`,
      source,
      `s${flags.replace("s", "")}`,
    );
    const { text } = (await found.jsonValue()) as { readonly text: string };
    return text;
  }

  /** The value of a register as its view shows it. */
  register(cell: string, name: string): Promise<string> {
    return this.page.$$eval(
      `${cell} .register`,
      (rows, wanted) => {
        const row = rows.find((one) => one.querySelector(".name")?.textContent === wanted);
        return (row?.querySelector(".value")?.textContent ?? "").replaceAll(" ", "").replace(/^0+(?=.)/, "");
      },
      name,
    );
  }

  /** Replaces the whole program of a cell by typing; `paste` puts it in at once. */
  async write(cell: string, source: string, paste = false): Promise<void> {
    await this.press(cell, "edit");
    await this.page.waitForSelector(`${cell} .cm-content`);
    await this.page.focus(`${cell} .cm-content`);
    await this.page.keyboard.down("Control");
    await this.page.keyboard.press("a");
    await this.page.keyboard.up("Control");
    if (!paste) return this.page.keyboard.sendCharacter(source);
    await this.page.evaluate(
      (selector, text) => {
        const clipboard = new DataTransfer();
        clipboard.setData("text/plain", text);
        const event = new ClipboardEvent("paste", {
          clipboardData: clipboard,
          bubbles: true,
          cancelable: true,
        });
        document.querySelector(selector)?.dispatchEvent(event);
      },
      `${cell} .cm-content`,
      source,
    );
  }

  /** True as soon as the page's own thread has done something new; never, when it is kept busy for ever. */
  answers(): Promise<boolean> {
    return this.page.evaluate(() => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 0)));
  }

  async close(): Promise<void> {
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function html(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><style>:root { color-scheme: light dark; } body { max-width: 44rem; margin: auto; } ${CELL_STYLE}</style>
${body}<script type="module" src="./cells.js"></script></html>`;
}

/** A cell as a chapter's fence makes it. */
export function liveAsm(name: string, source: string, attributes = ""): string {
  return `<live-cell name="${name}" ${attributes}>${printAssembly(source)}</live-cell>`;
}
