/** The terminal, by keyboard alone: a program of one's own that reads what is typed, and a cell whose keys are a part of its time. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assembleImage } from "../../src/cells/stage/assemble-image.js";
import { writeElfExecutable } from "../../src/toolchain/elf-writer.js";
import { type BrowserName, CellPage, hasChromium, hasFirefox, liveAsm } from "./cell-page.js";

const RUN = "run-program";
const CELL = "live-cell";
const SCREEN = ".terminal .xterm-rows";

/** Shows each line again. */
const ECHO = `
.globl _start
_start:
    xor eax, eax
    xor edi, edi
    lea rsi, [rip+line]
    mov edx, 256
    syscall
    test eax, eax
    jz end
    mov edx, eax
    mov eax, 1
    mov edi, 1
    lea rsi, [rip+line]
    syscall
    jmp _start
end:
    mov eax, 60
    xor edi, edi
    syscall
.data
line: .skip 256`;

const BROWSERS: readonly BrowserName[] = ["Chromium", "Firefox"];

describe.skipIf(!hasChromium || !hasFirefox).each(BROWSERS)("the terminal in %s", (browser) => {
  let open: CellPage;

  beforeAll(async () => {
    const cell = liveAsm("tty", ECHO, 'scenario="terminal" show="terminal"');
    open = await CellPage.open(`<run-program></run-program>${cell}`, browser);
    await open.page.waitForSelector(`${RUN} .drop-zone`);
  });

  afterAll(async () => {
    await open?.close();
  });

  const focusOf = (cell: string) => open.page.focus(`${cell} .xterm-helper-textarea`);
  const isInside = (cell: string) =>
    open.page.$eval(`${cell} .screen`, (screen) => screen.contains(document.activeElement));

  async function runEcho(): Promise<void> {
    const assembled = assembleImage(ECHO);
    if ("problems" in assembled) throw new Error(JSON.stringify(assembled.problems));
    const path = join(mkdtempSync(join(tmpdir(), "terminal-")), "echo");
    writeFileSync(path, writeElfExecutable(assembled.assembly));
    const chooser = await open.page.$(`${RUN} input[type="file"]`);
    await (chooser as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(path);
    await open.waitFor(RUN, ".cell-status", /is ready/);
    await open.press(RUN, "run");
    await open.waitFor(RUN, ".cell-status", /Waits after/);
    await open.page.waitForSelector(`${RUN} .xterm-helper-textarea`);
  }

  it("sends keys to a program of one's own, whose lines the kernel's terminal edits", async () => {
    await runEcho();
    await focusOf(RUN);
    await open.page.keyboard.type("cat");
    await open.page.keyboard.press("Backspace");
    await open.page.keyboard.type("r");
    await open.waitFor(RUN, SCREEN, /car/);
    await open.page.keyboard.press("Enter");
    await open.waitFor(RUN, SCREEN, /car.*car/);
    await open.waitFor(RUN, ".calls ol", /read\(0, "car\\n", 256\) = 4/);
  });

  it("gives the window the size that the page has room for", async () => {
    const columns = await open.waitFor(RUN, ".view-terminal .words", /rows of/);
    expect(columns).not.toContain("80 columns");
  });

  it("keeps Tab for the program, and is left by Escape and Tab", async () => {
    await open.page.keyboard.press("Tab");
    expect(await isInside(RUN)).toBe(true);
    await open.page.keyboard.press("Escape");
    await open.page.keyboard.press("Tab");
    expect(await isInside(RUN)).toBe(false);
  });

  it("interrupts by Ctrl-C", async () => {
    await focusOf(RUN);
    await open.page.keyboard.down("Control");
    await open.page.keyboard.press("c");
    await open.page.keyboard.up("Control");
    await open.waitFor(RUN, ".cell-status", /Killed .* by SIGINT/);
  });

  it("shows a cell's terminal as it was at each moment", async () => {
    await open.press(CELL, "run");
    await open.waitFor(CELL, ".cell-status", /Waits after/);
    await open.page.waitForSelector(`${CELL} .xterm-helper-textarea`);
    await focusOf(CELL);
    await open.page.keyboard.type("now\n");
    await open.waitFor(CELL, SCREEN, /now.*now/);
    for (let n = 0; n < 400 && /now.*now/s.test(await open.text(CELL, ".terminal .still")); n++) {
      await open.press(CELL, "back");
      await open.rest();
    }
    await open.waitFor(CELL, SCREEN, /^(?!.*now.*now)/);
    await open.press(CELL, "run");
    await open.waitFor(CELL, SCREEN, /now.*now/);
  });

  // Firefox is told of its colours and of paper only when it starts.
  if (browser === "Chromium")
    it("follows light and dark, and prints as text", async () => {
      const colour = () => open.page.$eval(`${CELL} .xterm-rows`, (rows) => getComputedStyle(rows).color);
      const light = await colour();
      await open.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
      await open.page.waitForFunction(
        (selector, before) => getComputedStyle(document.querySelector(selector)!).color !== before,
        {},
        `${CELL} .xterm-rows`,
        light,
      );
      await open.page.emulateMediaType("print");
      expect(await open.page.$eval(`${CELL} .screen`, (one) => getComputedStyle(one).display)).toBe("none");
      expect(await open.page.$eval(`${CELL} .still`, (one) => getComputedStyle(one).display)).toBe("block");
      await open.page.emulateMediaType("screen");
    });

  it("complains about nothing in the console", () => expect(open.complaints).toEqual([]));
});
