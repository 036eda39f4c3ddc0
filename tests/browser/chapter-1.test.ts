/** The cells of chapter 1 on its page in the built book, used as a reader would: edited, run, stepped and reset. */
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, OpenBook, type Visit } from "./open-book.js";

const named = (name: string) => `live-cell[name="${name}"]`;

describe.skipIf(!hasChromium)("chapter 1", () => {
  let book: OpenBook;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    book = await OpenBook.at("/");
    visit = await book.visit("chapters/1-the-basics");
    page = visit.page;
  });

  afterAll(async () => {
    expect(visit.complaints).toEqual([]);
    await book?.close();
  });

  /** Brings a cell into view and waits until its status says what it should. */
  async function status(name: string, pattern: RegExp): Promise<string> {
    const part = `${named(name)} .cell-status`;
    await page.$eval(named(name), (element) => element.scrollIntoView());
    await page.waitForFunction(
      (selector, source) => new RegExp(source).test(document.querySelector(selector)?.textContent ?? ""),
      { timeout: 20_000 },
      part,
      pattern.source,
    );
    return page.$eval(part, (element) => element.textContent ?? "");
  }

  async function press(name: string, ...commands: string[]): Promise<void> {
    for (const command of commands) {
      await page.$eval(`${named(name)} [data-command="${command}"]`, (button) =>
        (button as HTMLElement).click(),
      );
    }
  }

  const text = (name: string, part: string) =>
    page.$eval(`${named(name)} ${part}`, (element) => element.textContent ?? "");

  /** The value of a register, as its view writes it, without leading zeros. */
  const register = (cell: string, name: string) =>
    page.$$eval(
      `${named(cell)} .register`,
      (rows, wanted) => {
        const row = rows.find((one) => one.querySelector(".name")?.textContent === wanted);
        return (row?.querySelector(".value")?.textContent ?? "").replaceAll(" ", "").replace(/^0+(?=.)/, "");
      },
      name,
    );

  /** Types `source` in place of a cell's program. */
  async function write(name: string, source: string): Promise<void> {
    await press(name, "edit");
    await page.waitForSelector(`${named(name)} .cm-content`);
    await page.focus(`${named(name)} .cm-content`);
    await page.keyboard.down("Control");
    await page.keyboard.press("a");
    await page.keyboard.up("Control");
    await page.keyboard.sendCharacter(source);
  }

  async function change(selector: string, value: string): Promise<void> {
    await page.$eval(
      selector,
      (input, typed) => {
        (input as HTMLInputElement).value = typed;
        input.dispatchEvent(new Event("change"));
      },
      value,
    );
  }

  it("c1.step counts to thirty step by step, is edited to count to fifty, and is reset", async () => {
    await status("c1.step", /Ready/);
    await press("c1.step", "step", "step");
    await status("c1.step", /after 2 steps/);
    expect(await register("c1.step", "rbx")).toBe("a");
    await press("c1.step", "run");
    await status("c1.step", /Halted/);
    expect(await register("c1.step", "rbx")).toBe("1e");
    await write("c1.step", "    mov eax, 5\nagain:\n    add ebx, 10\n    dec eax\n    jnz again\n    hlt");
    await status("c1.step", /Ready/);
    await press("c1.step", "run");
    await status("c1.step", /Halted/);
    expect(await register("c1.step", "rbx")).toBe("32");
    await press("c1.step", "reset");
    await status("c1.step", /Ready/);
    await press("c1.step", "reset");
    await page.waitForFunction(
      (part) => document.querySelector(part)?.textContent?.includes("rounds still to go"),
      { timeout: 10_000 },
      `${named("c1.step")} .cm-content`,
    );
  });

  it("c1.bytes turns add into sub by one byte", async () => {
    await status("c1.bytes", /Ready/);
    await change(`${named("c1.bytes")} .byte:nth-child(2) input`, "EB");
    await page.waitForFunction(
      (part) => document.querySelector(part)?.textContent?.includes("sub ebx"),
      { timeout: 10_000 },
      `${named("c1.bytes")} .cm-content`,
    );
    await status("c1.bytes", /Ready/);
    await press("c1.bytes", "step");
    await status("c1.bytes", /after 1 step/);
    expect(await register("c1.bytes", "rbx")).toBe("fffffff6");
  });

  it("c1.rings shows that hlt is for ring 0, and takes another line", async () => {
    await status("c1.rings", /Done/);
    const marks = (row: number) =>
      page.$$eval(
        `${named("c1.rings")} tr.marks`,
        (rows, n) => [...(rows[n]?.querySelectorAll(".word") ?? [])].map((word) => word.textContent),
        row,
      );
    expect(await marks(0)).toEqual(["done", "refused", "refused", "refused"]);
    await write("c1.rings", "nop\nsti");
    await page.waitForFunction(
      (part) => document.querySelectorAll(part).length === 2,
      { timeout: 10_000 },
      `${named("c1.rings")} tr.marks`,
    );
    expect(await marks(0)).toEqual(["done", "done", "done", "done"]);
    expect(await marks(1)).toEqual(["done", "refused", "refused", "refused"]);
  });

  it("c1.idt goes through the gate and back, and is refused when its DPL is 0", async () => {
    await status("c1.idt", /Ready/);
    await press("c1.idt", "step", "step");
    await status("c1.idt", /after 2 steps/);
    expect(await text("c1.idt", ".view-rings .words")).toContain("in ring 0");
    expect(await text("c1.idt", ".view-stack .words")).toContain("rip, saved at int 0x80");
    await press("c1.idt", "run");
    await status("c1.idt", /ran past its last instruction/);
    expect(await register("c1.idt", "rbx")).toBe("2a");
    await press("c1.idt", "reset");
    await status("c1.idt", /Ready/);
    await change(`${named("c1.idt")} .gate .bytes input:nth-child(6)`, "8e");
    await page.waitForFunction(
      (part) => document.querySelector(part)?.textContent?.includes("ring ≤ 0"),
      { timeout: 10_000 },
      `${named("c1.idt")} .gate`,
    );
    await press("c1.idt", "run");
    await status("c1.idt", /#GP/);
    expect(await text("c1.idt", ".view-exception")).toContain("error code 0x402");
  });

  it("c1.doors writes through both doors, and steps into the kernel behind syscall", async () => {
    await status("c1.doors", /Ready/);
    await press("c1.doors", "run");
    await status("c1.doors", /Exited after .* with status 0/);
    expect(await text("c1.doors", ".output pre")).toBe("hello\nhello\n");
    expect(await text("c1.doors", ".door-syscall .used")).toMatch(/used \d+ times?/);
    expect(await text("c1.doors", ".door-interrupt .used")).toMatch(/used \d+ times?/);
    expect(await text("c1.doors", ".door-exception .used")).toMatch(/used \d+ times?/);
    await press("c1.doors", "reset");
    await status("c1.doors", /Ready/);
    for (let steps = 0; steps < 300; steps++) {
      if ((await text("c1.doors", ".door-syscall .used")) === "used 1 time") break;
      await press("c1.doors", "step");
      await status("c1.doors", new RegExp(`after ${steps + 1} steps?\\.`));
    }
    expect(await text("c1.doors", ".door-syscall dl")).toMatch(/rip 0x[0-9a-f]+ in rcx/);
    expect(await text("c1.doors", ".door-syscall dl")).toContain("stays the program's own");
  });

  it.each([
    [1280, false],
    [1280, true],
    [390, false],
    [390, true],
  ])("fits a window of %i pixels (dark: %s) without scrolling sideways", async (width, dark) => {
    const one = await book.visit("chapters/1-the-basics", { width, dark });
    await one.page.evaluate(async () => {
      for (const cell of document.querySelectorAll("live-cell")) {
        cell.scrollIntoView();
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    });
    expect(await one.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(one.complaints).toEqual([]);
    await one.page.close();
  });
});
