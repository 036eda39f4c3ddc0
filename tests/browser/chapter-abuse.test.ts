/**
 * The two chapters before a reader who types nonsense into everything: each cell says what is wrong and what to do, is quick all
 * the while, and has the book's program again afterwards. At the end the page holds no more than it may.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, OpenBook, type Visit } from "./open-book.js";
import { pageBytes } from "./page-memory.js";
import { Reader } from "./reader.js";

const PATHS = ["chapters/1-the-basics", "chapters/2-slice-dat-time"];

const MOST_BYTES = 300e6;

/** A machine that runs for ever is given so long until somebody stops it. */
const WHILE_MS = 300;

const GARBAGE =
  "¿§ 0x ]]] ;;; .org -1\n\u0000\u202e<script>alert(1)</script>\n\tmov mov mov, 99999999999999999999";

/** Text for each language of a cell that is a program and never ends. */
const ENDLESS: Readonly<Record<string, string>> = {
  asm: ".globl _start\n_start:\nagain:\n    jmp again",
  js: "function pick(tasks) {\n  for (;;);\n}",
};

/** A cell with a text of its own, as the page's script sees it. */
interface CellElement extends HTMLElement {
  open(text: string): Promise<void>;
  restore(): void;
}

describe.skipIf(!hasChromium)("a reader who types nonsense", { timeout: 90_000 }, () => {
  let book: OpenBook;

  beforeAll(async () => {
    book = await OpenBook.at("/");
  });

  afterAll(async () => {
    await book?.close();
  });

  describe.each(PATHS)("into /%s", (path) => {
    let visit: Visit;

    beforeAll(async () => {
      visit = await book.visit(path);
      await visit.page.waitForSelector("live-cell.cell");
    });

    afterAll(async () => {
      expect(visit.complaints).toEqual([]);
      await visit.page.close();
    });

    const named = (name: string) => `live-cell[name="${name}"]`;

    /** The cells with an editor, and their languages. */
    const editable = async () =>
      visit.page.$$eval("live-cell", (cells) =>
        cells
          .map((cell) => [cell.getAttribute("name") ?? "", cell.getAttribute("language") ?? "asm"] as const)
          .filter(([, language]) => language === "asm" || language === "js"),
      );

    const says = (name: string, part: string, pattern: RegExp) =>
      new Reader(visit.page, "pointer").reads(`${named(name)} ${part}`, pattern);

    /** The text in a cell's editor. */
    const textOf = (name: string) =>
      visit.page.$$eval(`${named(name)} .cm-line`, (lines) =>
        lines.map((line) => line.textContent).join("\n"),
      );

    const into = (name: string) =>
      visit.page.$eval(named(name), (cell) => cell.scrollIntoView({ block: "center" }));

    const write = (name: string, text: string) =>
      visit.page.$eval(named(name), (cell, typed) => (cell as CellElement).open(typed), text);

    async function press(name: string, command: string): Promise<void> {
      await visit.page.$eval(`${named(name)} [data-command="${command}"]`, (button) =>
        (button as HTMLElement).click(),
      );
    }

    /** Runs a cell for a while, and stops it if it has not come to its limit by then; how it stands. */
    async function runForAWhile(name: string): Promise<string | undefined> {
      const status = `${named(name)} .cell-status`;
      await says(name, ".cell-status", /Ready/);
      await press(name, "run");
      await new Promise((resolve) => setTimeout(resolve, WHILE_MS));
      await visit.page.$eval(named(name), (cell) =>
        cell.querySelector<HTMLElement>('[data-command="stop"]')?.click(),
      );
      await visit.page.waitForSelector(`${status}:not([data-outcome="running"])`, { timeout: 20_000 });
      return visit.page.$eval(status, (line) => (line as HTMLElement).dataset["outcome"]);
    }

    async function restored(name: string, before: string): Promise<void> {
      await visit.page.$eval(named(name), (cell) => (cell as CellElement).restore());
      await visit.page.waitForFunction(
        (part, text) =>
          [...document.querySelectorAll(`${part} .cm-line`)].map((line) => line.textContent).join("\n") ===
          text,
        { timeout: 20_000 },
        named(name),
        before,
      );
      await visit.page.waitForSelector(`${named(name)} .cell-problems[hidden]`, { timeout: 20_000 });
    }

    it("is told where the mistakes are, why, and what to do, in each editor", async () => {
      const cells = await editable();
      expect(cells.length).toBeGreaterThan(0);
      for (const [name] of cells) {
        await into(name);
        await says(name, ".cell-status", /^(?!Comes alive|$)./);
        await visit.page.$eval(named(name), async (cell) => {
          const live = cell as CellElement & { readonly text: string };
          await live.open(live.text);
        });
        const before = await textOf(name);
        await write(name, GARBAGE);
        expect(await says(name, ".cell-problems", /Line \d+/)).toMatch(
          /Line \d+(, column \d+)?: \S.*\. \S.*\.$/s,
        );
        await restored(name, before);
      }
    });

    it("can stop what never ends, in each editor", async () => {
      const trials = await visit.page.$$eval('live-cell[scenario="trials"]', (cells) =>
        cells.map((cell) => cell.getAttribute("name")),
      );
      for (const [name, language] of await editable()) {
        await into(name);
        const before = await textOf(name);
        await write(name, ENDLESS[language]!);
        if (language === "js") await says(name, ".cell-problems", /your program was ended/);
        // Where lines are tried one by one, none of them can lead to itself.
        else if (trials.includes(name)) await says(name, ".cell-problems", /Line \d+/);
        else expect(["paused", "limit"], name).toContain(await runForAWhile(name));
        await restored(name, before);
      }
    });

    it("has the chapter as it was, and a page below its limit", async () => {
      for (const [name] of await editable()) expect(await says(name, ".cell-problems", /^$/)).toBe("");
      expect(await pageBytes(visit.page)).toBeLessThan(MOST_BYTES);
    });
  });
});
