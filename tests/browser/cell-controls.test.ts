/** The controls of cells in a real browser: the line of time, pace, stops, things and what they mean, by pointer and keyboard. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellPage, hasChromium, liveAsm } from "./cell-page.js";

const STEP = "    mov eax, 3\nagain:\n    add ebx, 10\n    dec eax\n    jnz again\n    hlt";
const HELLO =
  '    mov eax, 1\n    mov edi, 1\n    lea rsi, [rip+text]\n    mov edx, 3\n    syscall\n    mov eax, 60\n    xor edi, edi\n    syscall\ntext: .ascii "hi\\n"';

const BODY = [
  liveAsm("step", STEP, 'show="listing,registers,flags"'),
  '<p>The <span class="thing" tabindex="0" data-cell="step" data-ref="register:ebx">sum</span> grows.</p>',
  liveAsm("hello", HELLO, 'scenario="kernel" show="output,calls"'),
  liveAsm("loop", "again:\n    inc rax\n    jmp again"),
].join("\n");

const cell = (name: string) => `live-cell[name="${name}"]`;

describe.skipIf(!hasChromium)("the controls of a cell", () => {
  let open: CellPage;

  beforeAll(async () => {
    open = await CellPage.open(BODY);
  }, 60_000);

  afterAll(async () => {
    expect(open.complaints).toEqual([]);
    await open?.close();
  });

  const step = cell("step");

  async function fresh(name: string): Promise<void> {
    await open.page.$eval(cell(name), (element) => element.scrollIntoView());
    await open.page.waitForFunction(
      (part) => !/Comes alive/.test(document.querySelector(part)?.textContent ?? "Comes alive"),
      {},
      `${cell(name)} .cell-status`,
    );
    await open.press(cell(name), "reset");
    await open.waitFor(cell(name), ".cell-status", /Ready/);
  }

  /** Goes to the end of the run. */
  async function finished(name: string, end: RegExp): Promise<void> {
    await fresh(name);
    await open.press(cell(name), "run");
    await open.waitFor(cell(name), ".cell-status", end);
  }

  const said = (name: string): Promise<string | null> =>
    open.page.$eval(`${cell(name)} .timeline`, (slider) => slider.getAttribute("aria-valuetext"));

  async function momentIs(name: string, pattern: RegExp): Promise<void> {
    await open.page.waitForFunction(
      (part, source) =>
        new RegExp(source).test(document.querySelector(part)?.getAttribute("aria-valuetext") ?? ""),
      { timeout: 10_000 },
      `${cell(name)} .timeline`,
      pattern.source,
    );
  }

  it("the line of time goes by keys: steps, ten at a time, to the ends", async () => {
    await finished("step", /Halted/);
    await open.page.focus(`${step} .timeline`);
    await open.page.keyboard.press("ArrowLeft");
    await momentIs("step", /^instruction 10, in ring 0$/);
    await open.page.keyboard.press("Home");
    await momentIs("step", /^instruction 0,/);
    expect(await open.register(step, "rbx")).toBe("0");
    await open.page.keyboard.down("Shift");
    await open.page.keyboard.press("ArrowRight");
    await open.page.keyboard.up("Shift");
    await momentIs("step", /^instruction 10,/);
    await open.page.keyboard.press("End");
    await momentIs("step", /^instruction 11,/);
    expect(await open.register(step, "rbx")).toBe("1e");
  });

  it("the line of time is dragged, and the state follows", async () => {
    await finished("step", /Halted/);
    const bar = await open.page.$(`${step} .timeline`);
    await bar!.scrollIntoView();
    const { x, y, width, height } = (await bar!.boundingBox())!;
    await open.page.mouse.move(x + width - 12, y + height / 2);
    await open.page.mouse.down();
    await open.page.mouse.move(x + width / 2, y + height / 2, { steps: 20 });
    await open.page.mouse.up();
    await momentIs("step", /^instruction [56],/);
    await open.waitFor(step, ".cell-status", /after [56] steps/);
    await open.page.mouse.click(x + 3, y + height / 2);
    await momentIs("step", /^instruction 0,/);
  });

  it("the line of time has a sign at each system call, and Page Up and Page Down go from one to the next", async () => {
    await finished("hello", /Exited/);
    const signs = await open.page.$$eval(`${cell("hello")} .timeline .sign title`, (all) =>
      all.map((one) => one.textContent ?? ""),
    );
    expect(signs.join("\n")).toMatch(/^write\(1, /m);
    await open.page.focus(`${cell("hello")} .timeline`);
    await open.page.keyboard.press("Home");
    await momentIs("hello", /^instruction 0,/);
    for (let n = 0; n < 20 && !/write/.test((await said("hello")) ?? ""); n++) {
      await open.page.keyboard.press("PageUp");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await said("hello")).toMatch(/write\(1, /);
    expect(await open.text(cell("hello"), ".output pre")).toMatch(/hi|nothing/);
  });

  it("a step goes to the next line or event, and back again", async () => {
    await fresh("step");
    await open.page.select(`${step} .step-unit`, "line");
    await open.press(step, "step");
    await open.waitFor(step, ".cell-status", /after 1 step/);
    await open.page.select(`${cell("hello")} .step-unit`, "system-call");
    await fresh("hello");
    await open.press(cell("hello"), "step");
    await open.waitFor(cell("hello"), ".cell-status", /Paused/);
    const first = await said("hello");
    await open.press(cell("hello"), "step");
    await open.page.waitForFunction(
      (part, before) => document.querySelector(part)?.getAttribute("aria-valuetext") !== before,
      {},
      `${cell("hello")} .timeline`,
      first,
    );
    await open.press(cell("hello"), "back");
    await momentIs("hello", new RegExp(`^${first?.split(",")[0]},`));
    await open.page.select(`${step} .step-unit`, "instruction");
  });

  it("a run goes at the pace that was typed", async () => {
    await fresh("loop");
    await open.page.$eval(`${cell("loop")} .cell-speed input[type=number]`, (field) => {
      (field as HTMLInputElement).value = "20";
      field.dispatchEvent(new Event("change"));
    });
    await open.press(cell("loop"), "run");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await open.press(cell("loop"), "stop");
    const status = await open.waitFor(cell("loop"), ".cell-status", /Paused after \d+ steps/);
    const steps = Number(/after (\d+)/.exec(status)?.[1]);
    expect(steps).toBeGreaterThan(10);
    expect(steps).toBeLessThan(60);
  });

  it("a run stops at a line whose margin was pressed, and no longer when it is pressed again", async () => {
    await fresh("step");
    await open.press(step, "edit");
    await open.page.waitForSelector(`${step} .cm-lineNumbers .cm-gutterElement:nth-child(5)`);
    const margin = `${step} .cm-lineNumbers .cm-gutterElement:nth-child(5)`;
    await open.page.click(margin);
    await open.page.waitForSelector(`${step} .stop-mark`);
    await open.press(step, "run");
    await open.waitFor(step, ".cell-status", /line 4|Paused/);
    expect(await open.register(step, "rbx")).toBe("a");
    await open.press(step, "run");
    await open.page.waitForFunction(
      (part) => /000 0014/.test(document.querySelector(part)?.textContent ?? ""),
      {},
      `${step} .registers`,
    );
    await open.page.click(margin);
    await open.press(step, "run");
    await open.waitFor(step, ".cell-status", /Halted/);
  });

  it("whoever points at a word in the prose lights the register, and the other way round", async () => {
    await fresh("step");
    await open.page.mouse.move(1, 1);
    await open.page.focus(".thing");
    await open.page.waitForSelector(`${step} .registers .lit`);
    expect(await open.text(step, ".registers .lit")).toMatch(/rbx/);
    await open.page.focus(`${step} [data-command="run"]`);
    expect(await open.page.$(`${step} .lit`)).toBeNull();
    await open.page.hover(`${step} .registers [data-ref="register:rbx"]`);
    await open.page.waitForSelector(".thing.lit");
  });

  it("a line, its row of the listing and its bytes light up together", async () => {
    await open.page.hover(`${step} .listing tbody tr:nth-child(2) .text`);
    await open.page.waitForSelector(`${step} .cell-source .lit`);
    expect(await open.text(step, ".cell-source .lit")).toContain("add ebx, 10");
  });

  it("a register tells who wrote it, and leads there in time", async () => {
    await finished("step", /Halted/);
    await open.page.click(`${step} .registers [data-ref="register:rbx"]`);
    await open.waitFor(step, ".cell-popover", /add ebx/);
    await open.page.$$eval(`${step} .cell-popover button`, (all) =>
      all.find((one) => one.textContent === "Go there")?.click(),
    );
    await open.waitFor(step, ".cell-status", /Paused after [789] steps/);
    expect(await open.page.$(`${step} .cell-popover`)).toBeNull();
  });

  it("things are reached by keys: one stop of Tab a view, arrows among them, Enter asks, Escape leaves", async () => {
    await open.page.focus(`${step} .registers [data-ref][tabindex="0"]`);
    await open.page.keyboard.press("ArrowDown");
    const name = () => open.page.evaluate(() => (document.activeElement as HTMLElement).dataset["ref"]);
    const before = await name();
    await open.page.keyboard.press("Enter");
    await open.page.waitForSelector(`${step} .cell-popover`);
    await open.page.keyboard.press("Escape");
    expect(await open.page.$(`${step} .cell-popover`)).toBeNull();
    expect(await name()).toBe(before);
    const stops = await open.page.$$eval(`${step} .registers [tabindex="0"]`, (all) => all.length);
    expect(stops).toBe(1);
  });

  it("two runs stand side by side: where they part is said, and what differs is marked", async () => {
    await open.write(step, STEP.replace("10", "11"));
    await open.waitFor(step, ".cell-status", /Ready/);
    await open.press(step, "compare");
    await open.waitFor(step, ".compare-says", /They part after 2 steps: rbx is 0xb here and 0xa there/);
    await open.page.$eval(`${step} .compare-says button`, (button) => (button as HTMLElement).click());
    await open.waitFor(step, ".cell-status", /after 2 steps/);
    await open.page.waitForFunction(
      (name) =>
        [...document.querySelectorAll(`${name} .registers .differs .value`)]
          .map((one) => one.textContent)
          .join() === "0000 0000 0000 000b,0000 0000 0000 000a",
      {},
      step,
    );
    await open.press(step, "compare");
    expect(await open.page.$(`${step} .differs`)).toBeNull();
    await fresh("step");
    await open.press(step, "reset");
    await open.waitFor(step, ".cell-source", /add ebx, 10/);
  });

  it("the keys are listed, and single ones can be turned off", async () => {
    await open.press(step, "help");
    await open.page.waitForSelector("dialog[open]");
    expect(await open.page.$eval("dialog", (dialog) => dialog.textContent)).toContain("one step back");
    await open.page.click("dialog input[type=checkbox]");
    await open.page.keyboard.press("Escape");
    await fresh("step");
    await open.page.focus(`${step} [data-command="run"]`);
    await open.page.keyboard.press("s");
    await open.page.keyboard.press("F10");
    await open.waitFor(step, ".cell-status", /after 1 step\./);
    await open.press(step, "help");
    await open.page.waitForSelector("dialog[open]");
    await open.page.click("dialog input[type=checkbox]");
    await open.page.keyboard.press("Escape");
  });
});
