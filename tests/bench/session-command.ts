/**
 * The part of `npm run bench` about cells: in headless Chromium, how long a fresh worker takes from the first message to a machine
 * that is ready (the worker's code fetched from a local server, a kernel booted, a program at its first instruction), and what
 * going back, scrubbing and full speed take afterwards, messages and states included.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "puppeteer-core";
import { CELL_BUNDLES } from "../../scripts/cell-bundles.mjs";
import { findChromium, launchChromium } from "../../scripts/chromium.mjs";
import { serve } from "../../scripts/serve.mjs";
import { quantile } from "./quantile.js";

const ROUNDS = 7;

/** Two children, and all three compute and ask. */
const PROGRAM = `_start:
    mov eax, 57
    syscall
    mov eax, 57
    syscall
again:
    inc rbx
    mov [rip+kept], rbx
    mov rax, rbx
    imul rax, rax, 7
    xor rcx, rax
    test rbx, 0x3ff
    jnz again
    mov eax, 39
    syscall
    jmp again
.data
kept: .quad 0
`;

const LOAD = {
  program: { kind: "source", text: PROGRAM },
  parameters: {},
  show: ["registers", "calls", "output"],
  limits: { instructions: 50_000_000, memory: 64 << 20 },
  gates: [],
  rings: [],
};

/** Milliseconds from making a worker, from the first message to one that has loaded its code, and from the second, to a state. */
function becomeReady(
  page: Page,
  scenario: string,
): Promise<{ fresh: number; stocked: number; warm: number }> {
  return page.evaluate(
    async (load, name) => {
      const loaded = async (worker: Worker): Promise<number> => {
        const begin = performance.now();
        worker.postMessage({ kind: "load", number: 1, load: { ...load, scenario: name } });
        await new Promise<void>((resolve) => {
          worker.onmessage = ({ data }) => data.kind === "state" && resolve();
        });
        return performance.now() - begin;
      };
      const worker = new Worker("./worker.js", { type: "module" });
      const fresh = await loaded(worker);
      const warm = await loaded(worker);
      worker.terminate();
      const spare = new Worker("./worker.js", { type: "module" });
      spare.postMessage({ kind: "warm up" });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const stocked = await loaded(spare);
      spare.terminate();
      return { fresh, stocked, warm };
    },
    LOAD,
    scenario,
  );
}

interface Walks {
  readonly back: readonly number[];
  readonly scrub: readonly number[];
  /** Million steps a second. */
  readonly speed: number;
}

/** Runs to the limit, then goes about in the last million steps. */
function walk(page: Page): Promise<Walks> {
  return page.evaluate(async (load) => {
    const worker = new Worker("./worker.js", { type: "module" });
    const ask = (message: unknown, done: (kind: string) => boolean) =>
      new Promise<{ time: number }>((resolve) => {
        worker.onmessage = ({ data }) => {
          if (data.kind === "state" && done(data.state.outcome.kind)) resolve(data.state);
        };
        worker.postMessage(message);
      });
    const timed = async (message: unknown): Promise<number> => {
      const begin = performance.now();
      await ask(message, () => true);
      return performance.now() - begin;
    };
    await ask({ kind: "load", number: 1, load: { ...load, scenario: "kernel" } }, () => true);
    const begin = performance.now();
    const { time: end } = await ask({ kind: "run" }, (kind) => kind === "limit");
    const speed = load.limits.instructions / 1000 / (performance.now() - begin);
    const [back, scrub]: [number[], number[]] = [[], []];
    for (let n = 0; n < 60; n++) {
      scrub.push(await timed({ kind: "seek", time: end - ((n * 89_999) % 1_000_000) }));
      back.push(await timed({ kind: "step", unit: "instruction", back: true }));
    }
    worker.terminate();
    return { back, scrub, speed };
  }, LOAD);
}

/** A page of the server. What runs Node's TypeScript leaves a call in functions that are handed to the page. */
async function open(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument("globalThis.__name = (named) => named");
  await page.goto(address);
  return page;
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "you-in-cpu-session-"));
  await build({ ...CELL_BUNDLES, outdir: folder });
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>bench</title>");
  const server = await serve({ base: "/", folder });
  const browser = await launchChromium();
  try {
    const rows: Record<string, string>[] = [];
    const row = (what: string, times: readonly number[], allowed: number) =>
      rows.push({
        what,
        "median ms": quantile(times, 0.5).toFixed(1),
        "95 % ms": quantile(times, 0.95).toFixed(1),
        "at most": `${allowed} ms`,
      });
    for (const scenario of ["bare", "kernel"]) {
      const ready: { fresh: number; stocked: number; warm: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const page = await open(browser, server.address);
        ready.push(await becomeReady(page, scenario));
        await page.close();
      }
      row(
        `${scenario}: machine ready, fresh worker`,
        ready.map(({ fresh }) => fresh),
        50,
      );
      row(
        `${scenario}: machine ready, worker in stock`,
        ready.map(({ stocked }) => stocked),
        50,
      );
      row(
        `${scenario}: machine ready, anew`,
        ready.map(({ warm }) => warm),
        50,
      );
    }
    const page = await open(browser, server.address);
    const { back, scrub, speed } = await walk(page);
    row("seek within a million steps", scrub, 16);
    row("step back there", back, 16);
    console.table(rows);
    console.log(`a run of three processes: ${speed.toFixed(0)} million steps a second, moments kept`);
  } finally {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

if (findChromium()) await measure();
else console.log("cells: there is no Chromium");
