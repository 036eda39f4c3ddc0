/** A hundred cells on one page: machines are made as they come near, ended as they go far, and nothing of them stays. */
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellPage, hasChromium, liveAsm } from "./cell-page.js";

const CELLS = 100;
const ROUNDS = 2;

/** More machines than are within reach of a window, one view high each, are too many. */
const MOST_WORKERS = 40;

const MOST_BYTES = 300e6;

const PROGRAM = "    mov ecx, 1000\nagain:\n    dec ecx\n    jnz again\n    hlt";

/** Two processes of a kernel hand the processor to and fro. */
const PROCESSES = `
.globl _start
_start:
    mov eax, 57             # fork
    syscall
    mov ebx, 9
turns:
    mov eax, 24             # sched_yield
    syscall
    dec ebx
    jnz turns
    mov eax, 60             # exit
    xor edi, edi
    syscall`;

const BODY = Array.from({ length: CELLS }, (_, n) => liveAsm(`cell.${n}`, PROGRAM))
  .concat(liveAsm("kernel", PROCESSES, 'scenario="timeslices" show="events"'))
  .join("\n");

describe.skipIf(!hasChromium)("a hundred cells", () => {
  let open: CellPage;

  beforeAll(async () => {
    open = await CellPage.open(BODY);
  });

  afterAll(async () => {
    await open?.close();
  });

  async function bytes(page: Page): Promise<number> {
    const session = await page.createCDPSession();
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize, embedderHeapUsedSize = 0 } = (await session.send("Runtime.getHeapUsage")) as {
      usedSize: number;
      embedderHeapUsedSize?: number;
    };
    await session.detach();
    return usedSize + embedderHeapUsedSize;
  }

  it("are opened, run and left, again and again, and hold neither workers nor memory", async () => {
    const { page } = open;
    let most = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let n = 0; n < CELLS; n += 12) {
        const cell = `live-cell[name="cell.${n}"]`;
        await page.$eval(cell, (element) => element.scrollIntoView());
        await open.waitFor(cell, ".cell-status", /Ready|Halted/);
        await open.press(cell, round % 2 ? "reset" : "run");
        await open.waitFor(cell, ".cell-status", round % 2 ? /Ready/ : /Halted/);
        most = Math.max(most, page.workers().length);
      }
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(MOST_WORKERS);
    expect(await bytes(page)).toBeLessThan(MOST_BYTES);
  });

  it("are where they were when one comes back to them, with the processes of a kernel too", async () => {
    const { page } = open;
    const cell = 'live-cell[name="kernel"]';
    const into = (name: string) => page.$eval(name, (element) => element.scrollIntoView());
    await into(cell);
    await open.waitFor(cell, ".cell-status", /Ready/);
    await open.press(cell, "run");
    await open.waitFor(cell, ".cell-status", /Exited|broke/);
    const before = page.workers();
    await into('live-cell[name="cell.0"]');
    // One of them was in stock, and is there still or serves another cell.
    while (page.workers().filter((worker) => before.includes(worker)).length > 1) await open.rest();
    await into(cell);
    await open.press(cell, "back");
    expect(await open.waitFor(cell, ".cell-status", /Paused|broke/)).toMatch(/^Paused/);
  });

  it("leave no worker behind when they are taken out of the page", async () => {
    const { page } = open;
    await page.$$eval("live-cell", (all) => {
      for (const cell of all) cell.remove();
    });
    const deadline = 100;
    for (let waits = 0; waits < deadline && page.workers().length > 0; waits++) await open.rest();
    expect(page.workers().map((worker) => worker.url())).toEqual([]);
    expect(open.complaints).toEqual([]);
  });
});
