/**
 * The two chapters as readers use them, from a guess to the printed page: with the mouse or with keys alone, wide or on a
 * phone, light or dark, in Chromium and in Firefox.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { liveCells } from "../chapters/live-fences.js";
import { axeFindings } from "./axe.js";
import { hasChromium, hasFirefox, OpenBook, type Visit } from "./open-book.js";
import { type Hands, Reader } from "./reader.js";

interface Guest {
  readonly browser: "Chromium" | "Firefox";
  readonly hands: Hands;
  readonly width: number;
  readonly dark: boolean;
}

const GUESTS: readonly Guest[] = [
  { browser: "Chromium", hands: "pointer", width: 1280, dark: false },
  { browser: "Chromium", hands: "keyboard", width: 390, dark: true },
  { browser: "Firefox", hands: "keyboard", width: 1280, dark: true },
  { browser: "Firefox", hands: "pointer", width: 390, dark: false },
];

/** A change to a cell's program: each `from` by `to`. */
type Change = readonly [from: string, to: string];

interface Story {
  readonly path: string;
  /** The cell that is used. */
  readonly cell: string;
  /** A wrong guess, and the machine's answer. */
  readonly guess: { readonly cell: string; readonly wrong: string; readonly says: RegExp };
  readonly change: Change;
  /** The status when it has run; what a view shows then, and no longer at the beginning. */
  readonly ended: RegExp;
  readonly shows: readonly [view: string, pattern: RegExp];
  readonly exercise: {
    readonly name: string;
    readonly wrong: Change;
    readonly says: RegExp;
    readonly right: Change;
  };
}

const STORIES: readonly Story[] = [
  {
    path: "chapters/1-the-basics",
    cell: "c1.step",
    guess: { cell: "c1.step", wrong: "6", says: /You expected: 6\. The machine says: 11/ },
    change: ["mov eax, 3", "mov eax, 5"],
    ended: /Halted after 17 steps/,
    shows: [".registers", /0032/],
    exercise: {
      name: "x1.1",
      wrong: ["add ebx, 10", "add ebx, 11"],
      says: /Not yet\. \S+/,
      right: ["add ebx, 10", "sub ebx, 10"],
    },
  },
  {
    path: "chapters/2-slice-dat-time",
    cell: "c2.cr3",
    guess: { cell: "c2.cr3", wrong: "8", says: /You expected: as often as before.*once/ },
    change: ["CALL, 24 ", "CALL, 162"],
    ended: /Exited after \d+ steps with status 0/,
    shows: [".switches", /process 3kworker/],
    exercise: {
      name: "x2.2",
      wrong: ["cmp ebx, 3", "cmp ebx, 1"],
      says: /Not yet\. \S+/,
      right: [
        "    inc ebx\n",
        "    push rax\n    inc ebx\n    mov al, 0x20\n    out 0x20, al\n    pop rax\n",
      ],
    },
  },
];

const sourceOf = (name: string): string => liveCells().find((cell) => cell.name === name)!.source;

const changed = (name: string, [from, to]: Change): string => {
  const source = sourceOf(name);
  expect(source).toContain(from);
  return source.replace(from, to);
};

describe.skipIf(!hasChromium || !hasFirefox).each(GUESTS)(
  "with $browser, by $hands, $width pixels wide (dark: $dark)",
  { timeout: 60_000 },
  ({ browser, hands, width, dark }) => {
    let book: OpenBook;

    beforeAll(async () => {
      book = browser === "Chromium" ? await OpenBook.at("/") : await OpenBook.inFirefox({ dark });
    }, 60_000);

    afterAll(async () => {
      await book?.close();
    });

    describe.each(STORIES)("a reader of /$path", ({ path, cell: name, ...story }) => {
      const cell = `live-cell[name="${name}"]`;
      let visit: Visit;
      let reader: Reader;

      const open = async (hash = "") => {
        visit = await book.visit(path + hash, { width, dark, quiet: false });
        reader = new Reader(visit.page, hands);
        await visit.page.waitForSelector(`${cell}.cell`);
      };

      beforeAll(() => open(), 60_000);

      afterAll(async () => {
        expect(visit.complaints).toEqual([]);
        await visit.page.close();
      });

      it("guesses, and learns what the machine says", async () => {
        const question = `predict-question[cell="${story.guess.cell}"]`;
        await reader.press(`${question} button[data-value="${story.guess.wrong}"]`);
        await reader.reads(`${question} .predict-verdict`, story.guess.says);
      });

      it("changes the program and runs it", async () => {
        await reader.write(cell, changed(name, story.change));
        await reader.reads(`${cell} .cell-status`, /Ready/);
        await reader.command(cell, "run");
        await reader.reads(`${cell} .cell-status`, story.ended);
        await reader.reads(`${cell} ${story.shows[0]}`, story.shows[1]);
      });

      it("goes a step back and forth, and to the beginning by the line of time", async () => {
        const ended = await reader.text(`${cell} .cell-status`);
        await reader.command(cell, "back");
        await reader.reads(`${cell} .cell-status`, /^(?!Halted|Exited)/);
        await reader.command(cell, "step");
        expect(await reader.reads(`${cell} .cell-status`, story.ended)).toBe(ended);
        await reader.scrubToBegin(cell);
        await reader.reads(`${cell} .cell-status`, /Ready|At the beginning|after 0 steps|Stopped/);
        const { source } = story.shows[1];
        expect(await reader.text(`${cell} ${story.shows[0]}`)).not.toMatch(new RegExp(source));
      });

      it("finds the change again after a reload", async () => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await visit.page.reload();
        await reader.reads(`${cell} .cell-source`, new RegExp(story.change[1].trim()));
      });

      it("shares the moment, and a friend sees the same", async () => {
        await reader.command(cell, "run");
        await reader.reads(`${cell} .cell-status`, story.ended);
        await reader.command(cell, "share");
        await reader.reads(`${cell} .cell-notice`, /link of \d+ characters/);
        const link = await visit.page.$eval(
          `${cell} .link-field`,
          (field) => (field as HTMLInputElement).value,
        );
        expect(link.length).toBeLessThan(2048);
        await visit.page.evaluate(() => localStorage.clear());
        await visit.page.close();
        await open(new URL(link).hash);
        await reader.reads(`${cell} .cell-notice`, /A link led here/);
        expect(await reader.text(`${cell} .cell-source`)).not.toContain(story.change[1].trim());
        await reader.press(`${cell} .cell-notice button`);
        await reader.reads(`${cell} .cell-status`, story.ended);
        await reader.reads(`${cell} ${story.shows[0]}`, story.shows[1]);
      });

      it("has the book's own program again after two resets", async () => {
        await reader.command(cell, "reset");
        await reader.reads(`${cell} .cell-status`, /Ready/);
        await reader.command(cell, "reset");
        await reader.reads(`${cell} .cell-source`, new RegExp(story.change[0].trim()));
      });

      it("tries an exercise, wrongly and then rightly", async () => {
        const { name: exercise, wrong, says, right } = story.exercise;
        const own = `live-cell[name="${exercise}"]`;
        const element = `book-exercise[name="${exercise}"]`;
        await reader.write(own, changed(exercise, wrong));
        await reader.press(`${element} .exercise-check`);
        await reader.reads(`${element} .exercise-verdict`, says);
        await reader.write(own, changed(exercise, right));
        await reader.press(`${element} .exercise-check`);
        await reader.reads(`${element} .exercise-verdict`, /Solved/);
      });

      it("has a page in which axe finds nothing, after all that", async () => {
        expect(await axeFindings(visit.page)).toEqual([]);
      });

      // Paper has one width, and one browser is enough to look at what is on it.
      if (width === 1280)
        it("prints the page", async () => {
          const bytes = await visit.page.pdf();
          expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe("%PDF-");
          expect(bytes.length).toBeGreaterThan(100_000);
        });

      if (browser === "Chromium")
        it("prints pictures, and no buttons", async () => {
          const { page } = visit;
          await page.emulateMediaType("print");
          const shown = (part: string) =>
            page.$eval(`${cell} ${part}`, (element) => (element as HTMLElement).offsetHeight > 0);
          expect(await shown(".cell-views")).toBe(true);
          expect(await shown(".cell-toolbar")).toBe(false);
          await page.emulateMediaType("screen");
        });

      it("sees nothing wider than the window", async () => {
        const over = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over).toBeLessThanOrEqual(0);
      });
    });
  },
);
