/**
 * The built book (`npm run build`), or another folder of pages, in a browser, served as a static host would serve it,
 * under any path. Whatever a page complains about is kept: errors and warnings of its console, answers of 400 and
 * more, and requests to any other origin, which fail anyway, because this browser finds no other host.
 */
import { existsSync, readdirSync } from "node:fs";
import type { Browser, Page } from "puppeteer-core";
import { findChromium, launchChromium } from "../../scripts/chromium.mjs";
import { findFirefox, launchFirefox } from "../../scripts/firefox.mjs";
import { BOOK, serve } from "../../scripts/serve.mjs";

/** False on a machine without Chromium, where these tests are skipped. */
export const hasChromium = findChromium() !== undefined;

/** False on a machine without Firefox, where its tests are skipped. */
export const hasFirefox = findFirefox() !== undefined;

/** The paths below which the book must work. */
export const BASES = ["/", "/a/sub/path/"] as const;

/** Every page as a path below the base, the first page as "". */
export function pagesOfBook(): string[] {
  if (!existsSync(BOOK)) return [];
  return readdirSync(BOOK, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .map((name) => name.replace(/\.html$/, "").replace(/(^|\/)index$/, "$1"))
    .sort();
}

export interface Visit {
  readonly page: Page;
  /** What was wrong so far; a test ends by expecting none. */
  readonly complaints: readonly string[];
}

export class OpenBook {
  private constructor(
    private readonly server: { readonly address: string; close(): void },
    private readonly browser: Browser,
  ) {}

  /** Serves a folder below `base` and starts a browser; `sent` hears how many bytes each answer had. */
  static async at(base: string, folder = BOOK, sent: (bytes: number) => void = () => {}): Promise<OpenBook> {
    if (!existsSync(folder)) throw new Error("the book is not built: npm run build");
    const server = await serve({ base, folder, sent });
    return new OpenBook(server, await launchChromium());
  }

  /** The same in Firefox, whose colours hold for the whole browser. */
  static async inFirefox({ dark = false, base = "/", folder = BOOK } = {}): Promise<OpenBook> {
    return new OpenBook(await serve({ base, folder }), await launchFirefox({ dark }));
  }

  private get isFirefox(): boolean {
    return this.browser.process()?.spawnfile === findFirefox();
  }

  get address(): string {
    return this.server.address;
  }

  /** Opens a page in a tab of its own and waits until it is loaded, and the network `quiet`. */
  async visit(path: string, { width = 1280, height = 900, dark = false, quiet = true } = {}): Promise<Visit> {
    const page = await this.browser.newPage();
    await page.setViewport({ width, height });
    if (!this.isFirefox)
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
    const complaints = this.listen(page);
    await page.goto(this.address + path, { waitUntil: quiet ? "networkidle0" : "load" });
    return { page, complaints };
  }

  private listen(page: Page): string[] {
    const complaints: string[] = [];
    page.on("pageerror", (error) =>
      complaints.push(`error: ${error instanceof Error ? error.message : error}`),
    );
    page.on("console", (message) => {
      if (["error", "warn", "assert"].includes(message.type())) complaints.push(`console: ${message.text()}`);
    });
    page.on("response", (answer) => {
      if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`);
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!/^(?:data|blob):/.test(url) && !url.startsWith(this.address)) complaints.push(`asked for ${url}`);
    });
    return complaints;
  }

  /** The browser stays. */
  closeServer(): void {
    this.server.close();
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}
