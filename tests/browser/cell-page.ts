/**
 * A page that holds nothing but cells, and a browser to use it as a reader would. Built by esbuild alone, so that these
 * tests need no book.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "puppeteer-core";
import { findChromium, launchChromium } from "../../scripts/chromium.mjs";

/** False on a machine without Chromium, where these tests are skipped. */
export const hasChromium = findChromium() !== undefined;

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".html": "text/html; charset=utf-8",
};

/** What the page complained about; every test ends with none. */
export class CellPage {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly browser: Browser,
    readonly page: Page,
    readonly complaints: string[],
  ) {}

  /** Builds the cells and opens a page with `body`. */
  static async open(body: string): Promise<CellPage> {
    const folder = mkdtempSync(join(tmpdir(), "cells-"));
    await build({
      entryPoints: { cells: "src/cells/index.ts", worker: "src/cells/worker.ts" },
      outdir: folder,
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      target: "es2022",
      logLevel: "warning",
    });
    const server = await serve(folder, html(body));
    const browser = await launchChromium();
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warn") complaints.push(message.text());
    });
    const address = server.address();
    await page.goto(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`);
    return new CellPage(folder, server, browser, page, complaints);
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

  /** Waits until the text of a part matches. */
  async waitFor(cell: string, part: string, pattern: RegExp): Promise<string> {
    await this.page.waitForFunction(
      (selector, source) => new RegExp(source, "s").test(document.querySelector(selector)?.textContent ?? ""),
      { timeout: 20_000, polling: 50 },
      `${cell} ${part}`,
      pattern.source,
    );
    return this.text(cell, part);
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

  /** Milliseconds until the page's own thread has time for something new. */
  lag(): Promise<number> {
    return this.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const asked = performance.now();
          setTimeout(() => resolve(performance.now() - asked), 0);
        }),
    );
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function html(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><style>:root { color-scheme: light dark; } body { max-width: 44rem; margin: auto; }</style>
${body}<script type="module" src="./cells.js"></script></html>`;
}

function serve(folder: string, page: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    response.setHeader("content-type", TYPES[extname(path)] ?? TYPES[".html"]!);
    if (path === "/") return response.end(page);
    const bytes = await readFile(join(folder, path)).catch(() => undefined);
    response.statusCode = bytes ? 200 : 404;
    return response.end(bytes);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** A cell as a chapter's fence makes it. */
export function liveAsm(name: string, source: string, attributes = ""): string {
  const text = source.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const lines = text.split("\n").map((line) => `<span class="line">${line}</span>`);
  return `<live-asm name="${name}" ${attributes}><pre class="shiki"><code>${lines.join("\n")}</code></pre></live-asm>`;
}
