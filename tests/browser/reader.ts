/**
 * A reader before a page of the book, who has a mouse and never touches the keys except to type, or keys alone. Each deed
 * is done as such a reader would do it; what comes of it is looked up in the page.
 */
import type { Page } from "puppeteer-core";

/** How a reader acts. */
export type Hands = "pointer" | "keyboard";

/** Keys of a cell, as its help lists them. */
const KEY_OF = { run: "r", back: "u", step: "s", reset: "0", share: "l", edit: "e" } as const;

export type Deed = keyof typeof KEY_OF;

/** In the menu behind the three dots. */
const IN_MENU: readonly Deed[] = ["share", "edit"];

const PATIENCE = { timeout: 20_000, polling: 50 };

export class Reader {
  constructor(
    readonly page: Page,
    private readonly hands: Hands,
  ) {}

  /** Presses a button or a summary. */
  async press(selector: string): Promise<void> {
    await this.page.waitForSelector(selector);
    await this.page.$eval(selector, (element) => element.scrollIntoView({ block: "center" }));
    if (this.hands === "pointer") return this.page.click(selector);
    await this.reach(selector);
    await this.page.keyboard.press("Enter");
  }

  /** Brings the focus to something that Tab leads to. */
  private async reach(selector: string): Promise<void> {
    const tabIndex = await this.page.$eval(selector, (element) => {
      (element as HTMLElement).focus();
      return document.activeElement === element ? (element as HTMLElement).tabIndex : undefined;
    });
    if (tabIndex === undefined || tabIndex < 0) throw new Error(`no key leads to ${selector}`);
  }

  /** Has a cell do something, by its button or by its key. */
  async command(cell: string, deed: Deed): Promise<void> {
    const selector = `${cell} [data-command="${deed}"]`;
    if (this.hands === "pointer") {
      if (IN_MENU.includes(deed)) await this.press(`${cell} .menu-opener`);
      return this.press(selector);
    }
    await this.reach(`${cell} .menu-opener`);
    await this.page.keyboard.press(KEY_OF[deed]);
  }

  /** Puts another program into a cell's editor. */
  async write(cell: string, text: string): Promise<void> {
    await this.command(cell, "edit");
    await this.page.waitForSelector(`${cell} .cm-content`);
    if (this.hands === "pointer") await this.page.click(`${cell} .cm-content`);
    await this.page.waitForFunction(
      (part) => document.querySelector(part)?.contains(document.activeElement),
      PATIENCE,
      `${cell} .cm-content`,
    );
    await this.page.keyboard.down("Control");
    await this.page.keyboard.press("a");
    await this.page.keyboard.up("Control");
    await this.page.keyboard.press("Backspace");
    // What typing comes down to; an editor's own help with indentation would change the text.
    await this.page.evaluate((typed) => document.execCommand("insertText", false, typed), text);
    await this.page.waitForFunction(
      (part, wanted) => {
        const lines = [...document.querySelectorAll(`${part} .cm-line`)].map((line) => line.textContent);
        return lines.join("\n").trim() === wanted.trim();
      },
      PATIENCE,
      cell,
      text,
    );
    // As somebody with keys leaves an editor that takes Tab for itself.
    if (this.hands === "keyboard") await this.page.keyboard.press("Escape");
  }

  /** Goes to the beginning of a cell's time by its line. */
  async scrubToBegin(cell: string): Promise<void> {
    const bar = `${cell} .timeline`;
    await this.page.$eval(bar, (element) => element.scrollIntoView({ block: "center" }));
    if (this.hands === "keyboard") {
      await this.reach(bar);
      await this.page.keyboard.press("Home");
      return;
    }
    const { x, y, width, height } = (await (await this.page.$(bar))!.boundingBox())!;
    await this.page.mouse.move(x + width - 12, y + height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
    await this.page.mouse.move(x + 2, y + height / 2, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Waits until the text of an element matches; that text. */
  async reads(selector: string, { source, flags }: RegExp): Promise<string> {
    const found = await this.page
      .waitForFunction(
        (part, pattern, how) => {
          const text = document.querySelector(part)?.textContent ?? "";
          return new RegExp(pattern, how).test(text) && { text };
        },
        PATIENCE,
        selector,
        source,
        flags,
      )
      .catch(async () => {
        const text = await this.page
          .$eval(selector, (element) => element.textContent ?? "")
          .catch(() => "nothing");
        throw new Error(`${selector} reads “${text}”, not /${source}/`);
      });
    const { text } = (await found.jsonValue()) as { readonly text: string };
    return text;
  }

  /** The text of an element. */
  text(selector: string): Promise<string> {
    return this.page.$eval(selector, (element) => element.textContent ?? "");
  }
}
