/**
 * The part of `npm run bench` about browsers: the programs in headless Chromium beside Node, each run in a fresh page and a
 * fresh process, interleaved. What counts is the ratio: at most a third slower.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import type { Browser } from "puppeteer-core";
import { findChromium, launchChromium } from "../../scripts/chromium.mjs";
import { type BenchProgram, buildProgram, PROGRAMS, roundsOf } from "./programs.js";
import type { TimedRun } from "./timed-run.js";

const { values: wish } = parseArgs({ options: { only: { type: "string" }, repeat: { type: "string" } } });
const REPEAT = Number(wish.repeat ?? 3);

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function bundled(entry: string, platform: "browser" | "node", folder: string): Promise<string> {
  const outfile = join(folder, `${entry}.mjs`);
  const entryPoints = [join(import.meta.dirname, `${entry}.ts`)];
  await build({ entryPoints, outfile, platform, bundle: true, format: "esm", logLevel: "error" });
  return outfile;
}

async function inBrowser(browser: Browser, script: string, program: string): Promise<TimedRun> {
  const page = await browser.newPage();
  try {
    await page.addScriptTag({ path: script, type: "module" });
    await page.waitForFunction(() => window.timedRun !== undefined);
    return await page.evaluate((base64) => {
      if (!window.timedRun) throw new Error("the script is missing");
      return window.timedRun(base64);
    }, readFileSync(program).toString("base64"));
  } finally {
    await page.close();
  }
}

function inNode(script: string, program: string): TimedRun {
  return JSON.parse(execFileSync(process.execPath, [script, program], { encoding: "utf8" })) as TimedRun;
}

async function measureOne(
  one: BenchProgram,
  browser: Browser,
  scripts: { page: string; node: string },
  folder: string,
) {
  const built = buildProgram(one, roundsOf(one, false), folder);
  if ("problem" in built) throw new Error(built.problem);
  const node: number[] = [];
  const chromium: number[] = [];
  let instructions = 0;
  for (let round = 0; round < REPEAT; round++) {
    node.push(inNode(scripts.node, built.file).seconds);
    const run = await inBrowser(browser, scripts.page, built.file);
    chromium.push(run.seconds);
    instructions = run.instructions;
  }
  return { name: one.name, node: median(node), chromium: median(chromium), instructions };
}

async function measure(): Promise<void> {
  const chosen = PROGRAMS.filter(({ name }) => wish.only === undefined || name === wish.only);
  const folder = mkdtempSync(join(tmpdir(), "you-in-cpu-browser-"));
  const browser = await launchChromium();
  try {
    const scripts = {
      page: await bundled("timed-run-page", "browser", folder),
      node: await bundled("timed-run-node", "node", folder),
    };
    const rows = [];
    for (const one of chosen) rows.push(await measureOne(one, browser, scripts, folder));
    console.table(
      rows.map(({ name, node, chromium, instructions }) => ({
        program: name,
        "MIPS in Node": (instructions / node / 1e6).toFixed(1),
        "MIPS in Chromium": (instructions / chromium / 1e6).toFixed(1),
        "Node / Chromium": (node / chromium).toFixed(3),
      })),
    );
    const mean = Math.exp(
      rows.reduce((sum, { node, chromium }) => sum + Math.log(node / chromium), 0) / rows.length,
    );
    console.log(`Chromium has ${mean.toFixed(3)} of Node's speed, as a geometric mean (at least 0.67).`);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

if (findChromium() === undefined)
  console.log("Chromium is not installed: speed in a browser is not measured.");
else await measure();
