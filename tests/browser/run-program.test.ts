/** The element that runs a reader's own program, with programs and with what is none. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellPage, hasChromium } from "./cell-page.js";

const CELL = "run-program";
const FIXTURES = "tests/programs/fixtures";

describe.skipIf(!hasChromium)("running a program of one's own", () => {
  let open: CellPage;
  const folder = mkdtempSync(join(tmpdir(), "programs-"));

  beforeAll(async () => {
    open = await CellPage.open("<run-program></run-program>");
    await open.page.waitForSelector(`${CELL} .drop-zone`);
    // What a terminal does is told by terminal.test.ts.
    await open.page.$eval(`${CELL} .run-choice input`, (choice) => (choice as HTMLInputElement).click());
  });

  afterAll(async () => {
    await open?.close();
  });

  async function choose(path: string): Promise<void> {
    const chooser = await open.page.$(`${CELL} input[type="file"]`);
    await (chooser as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(path);
    await open.waitFor(CELL, ".cell-status", /is ready/);
  }

  async function chooseBytes(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    await choose(path);
  }

  async function fill(label: string, text: string): Promise<void> {
    await open.page.$$eval(
      `${CELL} .run-form label`,
      (labels, wanted, value) => {
        const field = labels
          .find((one) => one.textContent?.startsWith(wanted))
          ?.querySelector("input, textarea");
        (field as HTMLInputElement).value = value;
      },
      label,
      text,
    );
  }

  const run = () => open.press(CELL, "run");

  it("asks for a program first", async () => {
    await run();
    expect(await open.waitFor(CELL, ".cell-problems", /no program/)).toContain("choose one");
  });

  it("shows output, system calls, counters and the exit status", async () => {
    await choose(`${FIXTURES}/hello`);
    await run();
    await open.waitFor(CELL, ".cell-status", /Exited after .* with status 0/);
    expect(await open.text(CELL, ".output pre")).toBe("Hello from ring 3\n");
    expect(await open.text(CELL, ".calls ol")).toContain('write(1, "Hello from ring 3\\n", 18) = 18');
    expect(await open.text(CELL, ".run-statistics")).toMatch(/instructions.*page faults/);
  });

  it("hands over arguments as a shell would, and the environment", async () => {
    await choose(`${FIXTURES}/arguments`);
    await fill("Arguments", "3 'two words' \"\"");
    await fill("Environment", "BOOK=You in CPU");
    await run();
    await open.waitFor(CELL, ".cell-status", /with status 3/);
    expect(await open.text(CELL, ".output pre")).toContain("argc 4\n");
    expect(await open.text(CELL, ".output pre")).toContain("\n3\ntwo words\n\nBOOK=You in CPU\n");
  });

  it("names an open quote in the arguments", async () => {
    await fill("Arguments", "'open");
    await open.press(CELL, "reset");
    await run();
    expect(await open.waitFor(CELL, ".cell-problems", /not closed/)).toContain("column 1");
    await fill("Arguments", "");
  });

  it.each([
    ["garbage", new Uint8Array(4000).fill(0x5a)],
    ["ten megabytes of zeros", new Uint8Array(10 << 20)],
    ["a truncated ELF file", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0)],
  ])("refuses %s with the errno of Linux, a reason and a next step", async (name, bytes) => {
    await chooseBytes(name.replaceAll(" ", "-"), bytes);
    await run();
    expect(await open.waitFor(CELL, ".cell-status", /Not run/)).toMatch(/ENOEXEC: .+\. .+\./);
    expect(await open.answers()).toBe(true);
  });

  it("says that an empty file is no program", async () => {
    await chooseBytes("empty", new Uint8Array());
    await run();
    await open.waitFor(CELL, ".cell-status", /Not run/);
  });

  it("stops a program that runs for long, and goes on with it", async () => {
    await choose(`${FIXTURES}/preemption`);
    await run();
    await open.press(CELL, "stop");
    await open.waitFor(CELL, ".cell-status", /Paused|Exited/);
    await run();
    await open.waitFor(CELL, ".cell-status", /Exited/);
  });

  it("complains about nothing in the console", () => expect(open.complaints).toEqual([]));
});
