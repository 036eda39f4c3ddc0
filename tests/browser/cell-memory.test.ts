/** What a page remembers of a reader, and what a link carries: edits and parameters across visits, moments across readers. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { momentText } from "../../src/cells/moment/link.js";
import { CellPage, hasChromium, liveAsm } from "./cell-page.js";

const STEP = "    mov eax, 3\nagain:\n    add ebx, 10\n    dec eax\n    jnz again\n    hlt";

const BODY = [
  liveAsm("step", STEP),
  '<p><param-number cell="rr" name="slice">10</param-number> ms</p>',
  '<live-cell name="rr" language="none" scenario="round-robin" param-slice="10" show="gantt"></live-cell>',
  '<live-cell name="mine" language="js" scenario="own-policy" show="gantt"><pre><code><span class="line">function pick(tasks) { return tasks[0].pid; }</span></code></pre></live-cell>',
].join("\n");

const step = 'live-cell[name="step"]';
const rr = 'live-cell[name="rr"]';
const mine = 'live-cell[name="mine"]';

describe.skipIf(!hasChromium)("a page", () => {
  let open: CellPage;

  beforeAll(async () => {
    open = await CellPage.open(BODY);
    await ready();
  }, 60_000);

  afterAll(async () => {
    expect(open.complaints).toEqual([]);
    await open?.close();
  });

  async function ready(): Promise<void> {
    await open.page.$eval(step, (cell) => cell.scrollIntoView());
    await open.waitFor(step, ".cell-status", /Ready/);
  }

  async function again(hash = ""): Promise<void> {
    const address = open.page.url().replace(/#.*/, "");
    await open.page.goto("about:blank");
    await open.page.goto(address + hash);
    await open.page.waitForSelector(`${step}.cell`);
  }

  /** The value of a parameter as its field in the cell and the number in the prose show it. */
  const slice = () =>
    open.page.evaluate(() => [
      document.querySelector<HTMLInputElement>(
        'live-cell[name="rr"] [data-ref="parameter:slice"] input[type=number]',
      )?.value,
      document.querySelector<HTMLInputElement>("param-number input")?.value,
    ]);

  const press = (label: string, within = "body") =>
    open.page.$$eval(
      `${within} button`,
      (all, wanted) => all.find((one) => one.textContent?.startsWith(wanted as string))?.click(),
      label,
    );

  describe("a number in the prose", () => {
    it("is the cell's parameter, typed here or there", async () => {
      await open.page.$eval(rr, (cell) => cell.scrollIntoView());
      await open.waitFor(rr, ".cell-status", /^(?!Comes alive)./);
      await open.page.$eval("param-number input", (field) => {
        (field as HTMLInputElement).value = "25";
        field.dispatchEvent(new Event("change"));
      });
      expect(await slice()).toEqual(["25", "25"]);
      await open.page.$eval(`${rr} [data-ref="parameter:slice"] input[type=number]`, (field) => {
        (field as HTMLInputElement).value = "12.5";
        field.dispatchEvent(new Event("change"));
      });
      expect(await slice()).toEqual(["12.5", "12.5"]);
      await open.waitFor(rr, ".view-gantt", /12\.5 ms/);
    });

    it("is stepped by arrow keys, and dragged", async () => {
      await open.page.focus("param-number input");
      await open.page.keyboard.press("ArrowUp");
      expect(await slice()).toEqual(["13.5", "13.5"]);
      const field = await open.page.$("param-number input");
      await field!.scrollIntoView();
      const { x, y, width, height } = (await field!.boundingBox())!;
      await open.page.mouse.move(x + width / 2, y + height / 2);
      await open.page.mouse.down();
      await open.page.mouse.move(x + width / 2 + 60, y + height / 2, { steps: 12 });
      await open.page.mouse.up();
      const [here, there] = await slice();
      expect(Number(here)).toBeGreaterThan(20);
      expect(there).toBe(here);
    });

    it("keeps within the bounds of the parameter", async () => {
      await open.page.$eval("param-number input", (field) => {
        (field as HTMLInputElement).value = "100000";
        field.dispatchEvent(new Event("change"));
      });
      expect(await slice()).toEqual(["100", "100"]);
    });
  });

  describe("across visits", () => {
    it("keeps what a reader typed and set", async () => {
      await ready();
      await open.write(step, STEP.replace("10", "11"));
      await open.waitFor(step, ".cell-status", /Ready/);
      await new Promise((resolve) => setTimeout(resolve, 400));
      await again();
      expect(await open.text(step, ".cell-source")).toContain("add ebx, 11");
      expect(await slice()).toEqual(["100", "100"]);
      await ready();
      await open.press(step, "run");
      await open.waitFor(step, ".cell-status", /Halted/);
      expect(await open.register(step, "rbx")).toBe("21");
    });

    it("forgets it when the cell is as in the book again", async () => {
      await open.press(step, "reset");
      await open.waitFor(step, ".cell-status", /Ready/);
      await open.press(step, "reset");
      await open.waitFor(step, ".cell-source", /add ebx, 10/);
      await again();
      expect(await open.text(step, ".cell-source")).toContain("add ebx, 10");
    });

    it("forgets everything when asked twice", async () => {
      expect(await slice()).toEqual(["100", "100"]);
      await ready();
      await open.press(step, "help");
      await open.page.waitForSelector("dialog[open]");
      await press("Everything kept", "dialog");
      await Promise.all([open.page.waitForNavigation(), press("Everything kept", "dialog")]);
      await open.page.waitForSelector(`${step}.cell`);
      expect(await slice()).toEqual(["10", "10"]);
      expect(await open.page.evaluate(() => localStorage.length)).toBe(0);
    });
  });

  describe("a link", () => {
    it("is copied, short, and leads another reader to the same moment when that reader agrees", async () => {
      await ready();
      await open.write(step, STEP.replace("10", "7"));
      await new Promise((resolve) => setTimeout(resolve, 400));
      await open.waitFor(step, ".cell-status", /Ready/);
      for (const steps of [1, 2, 3]) {
        await open.press(step, "step");
        await open.waitFor(step, ".cell-status", new RegExp(`after ${steps} step`));
      }
      await open.press(step, "share");
      await open.waitFor(step, ".cell-notice", /a link of \d+ characters to instruction 3/);
      const link = await open.page.$eval(`${step} .link-field`, (field) => (field as HTMLInputElement).value);
      expect(link.length).toBeLessThan(300);
      await open.page.evaluate(() => localStorage.clear());
      await again(new URL(link).hash);
      await open.waitFor(
        step,
        ".cell-notice",
        /A link led here\. It changes the program and goes to the moment 3/,
      );
      await open.waitFor(step, ".cell-notice .changes", /−\s+add ebx, 10.*\+\s+add ebx, 7/);
      await open.waitFor(step, ".cell-status", /Ready/);
      expect(await open.text(step, ".cell-source")).toContain("add ebx, 10");
      await press("Show me", step);
      await open.waitFor(step, ".cell-status", /after 3 steps/);
      expect(await open.register(step, "rbx")).toBe("7");
      expect(await open.text(step, ".cell-source")).toContain("add ebx, 7");
    });

    it("leaves what the reader had made kept", async () => {
      await again();
      expect(await open.text(step, ".cell-source")).toContain("add ebx, 10");
    });

    it("brings parameters, and says so first", async () => {
      const of = await open.page.$eval(
        rr,
        (cell) =>
          (cell as HTMLElement & { program: { version: { fingerprint: string } } }).program.version
            .fingerprint,
      );
      await again(
        `#${await momentText({ cell: "rr", of, edit: [], parameters: { slice: 7 }, inputs: [], time: 0 })}`,
      );
      await open.waitFor(rr, ".cell-notice", /It sets timeslice to 7 ms and shows the beginning/);
      expect(await slice()).toEqual(["10", "10"]);
      await press("Show me", rr);
      expect(await slice()).toEqual(["7", "7"]);
    });

    it("with a program in JavaScript shows all of it, and wants it to be read before it runs", async () => {
      const of = await open.page.$eval(
        mine,
        (cell) =>
          (cell as HTMLElement & { program: { version: { fingerprint: string } } }).program.version
            .fingerprint,
      );
      const edit = [-1, "function pick(tasks) { return tasks[1].pid; }"];
      await again(`#${await momentText({ cell: "mine", of, edit, parameters: {}, inputs: [], time: 0 })}`);
      await open.waitFor(mine, ".cell-notice", /Read its program before you run it.*tasks\[1\]/);
      expect(
        await open.page.$eval(`${mine} .cell-notice details`, (one) => (one as HTMLDetailsElement).open),
      ).toBe(true);
      await open.waitFor(mine, ".cell-notice", /I have read it/);
      expect(await open.text(mine, ".cell-source")).toContain("tasks[0]");
    });

    it.each([
      ["#moment=1.garbage!", /leads to no moment: it is damaged/],
      ["#moment=7.AAAA", /newer version of the book/],
    ])("that is none says why, and what to do: %s", async (hash, reason) => {
      await again(hash);
      await open.waitFor("body", ".page-notice", reason);
      await ready();
    });

    it("to a cell of another page says so", async () => {
      await again(
        `#${await momentText({ cell: "c9.gone", of: "x", edit: [], parameters: {}, inputs: [], time: 0 })}`,
      );
      await open.waitFor("body", ".page-notice", /a cell c9\.gone, which is not on this page/);
    });

    it("with a parameter out of bounds is not followed", async () => {
      await again(
        `#${await momentText({ cell: "rr", of: "x", edit: [], parameters: { slice: 1e9 }, inputs: [], time: 0 })}`,
      );
      await open.waitFor(
        rr,
        ".cell-notice",
        /cannot be followed: its timeslice is wrong: 1000000000 is not between/,
      );
    });

    it("made from another version of the program is not followed", async () => {
      await again(
        `#${await momentText({ cell: "step", of: "x", edit: [1], parameters: {}, inputs: [], time: 0 })}`,
      );
      await open.waitFor(step, ".cell-notice", /another program in this cell/);
    });
  });
});
