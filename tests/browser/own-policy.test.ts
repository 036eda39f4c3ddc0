/** Schedulers that readers write: they run in a worker without anything dangerous, and what they do wrong is said. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellPage, hasChromium } from "./cell-page.js";

const FAIR =
  "function pick(tasks) {\n  return tasks.reduce((a, b) => (b.vruntime < a.vruntime ? b : a)).pid;\n}";

const cellOf = (name: string, text: string) =>
  `<live-cell name="${name}" language="js" scenario="own-policy"><pre><code>${text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .split("\n")
    .map((line) => `<span class="line">${line}</span>`)
    .join("\n")}</code></pre></live-cell>`;

const mine = 'live-cell[name="mine"]';

describe.skipIf(!hasChromium)("a reader's scheduler", () => {
  let open: CellPage;

  beforeAll(async () => {
    open = await CellPage.open(cellOf("mine", FAIR));
    await open.page.$eval(mine, (cell) => cell.scrollIntoView());
  }, 60_000);

  afterAll(async () => {
    expect(open.complaints).toEqual([]);
    await open?.close();
  });

  /** Types a program and waits until this is said about it. */
  async function mistake(text: string, reason: RegExp): Promise<void> {
    await open.write(mine, text, true);
    await open.waitFor(mine, ".cell-problems", reason);
  }

  it("runs as it stands, and beside it the kernel's own policy", async () => {
    await open.waitFor(mine, ".cell-status", /two seconds/);
    expect(await open.text(mine, ".cell-views")).toMatch(/Yours/);
  });

  it("that is no program is marked where it ends being one", async () => {
    await mistake(
      "function pick(tasks) {\n  return tasks[0].pid;\n} }",
      /^Line 3: the brackets do not match/,
    );
    expect(await open.text(mine, ".cm-content")).toContain("} }");
  });

  it("that defines no pick is told to", async () => {
    await mistake("const answer = 42;", /there is no function called pick.*function pick/);
  });

  it("that throws is told in which line, and everybody takes turns from there on", async () => {
    const text =
      "let calls = 0;\nfunction pick(tasks) {\n  if (++calls > 3) throw new Error('enough');\n  return tasks[0].pid;\n}";
    await mistake(text, /^Line 3.*call 4 of pick failed.*enough \(line 3\).*turns/);
  });

  it("that lies is told what it might have answered", async () => {
    await mistake("function pick() {\n  return 999;\n}", /no task 999 can run; those that can are [\d, ]+/);
  });

  it("that never ends is ended, and the page stays quick", async () => {
    await open.write(mine, "function pick() {\n  for (;;);\n}", true);
    expect(await open.answers()).toBe(true);
    expect(await open.waitFor(mine, ".cell-problems", /ended/)).toMatch(
      /did not answer within two seconds.*loop/,
    );
    expect(await open.answers()).toBe(true);
  });

  it("that eats memory is ended, and the page stays quick", async () => {
    const text =
      "const all = [];\nfunction pick(tasks) {\n  for (;;) all.push(new Array(1000).fill(tasks.length));\n}";
    await open.write(mine, text, true);
    expect(await open.waitFor(mine, ".cell-problems", /your program was ended/)).toMatch(/grows|loop/);
    expect(await open.answers()).toBe(true);
  });

  it.each([
    ["fetch('/')", /fetch is not there: a policy has no network/],
    ["new XMLHttpRequest()", /XMLHttpRequest is not there/],
    ["new WebSocket('ws://127.0.0.1/')", /WebSocket is not there/],
    ["new Worker('x.js')", /Worker is not there/],
    ["importScripts('x.js')", /importScripts is not there|word import/],
    ["postMessage({ kind: 'broken', reason: 'x' })", /postMessage is not there/],
    ["new Date()", /Date is not there: a policy has neither clock nor luck/],
    ["Math.random()", /Math.random is not there/],
    ["performance.now()", /there/],
    ["indexedDB.open('x')", /indexedDB/],
    ["new Function('return 1')()", /code cannot be made out of text/],
    ["(() => {}).constructor('return 1')()", /code cannot be made out of text/],
    ["(async () => {}).constructor('return 1')()", /code cannot be made out of text/],
    ["eval('1')", /eval is not there/],
    ["setTimeout(() => {}, 1)", /setTimeout is not there/],
    ["Array.prototype.map = null", /read only|not extensible|Cannot assign/],
    ["self.onmessage = () => {}", /read only|Cannot assign/],
  ])("cannot do %s", async (code, reason) => {
    await mistake(`function pick(tasks) {\n  ${code};\n  return tasks[0].pid;\n}`, reason);
  });

  it("cannot fetch code by import", async () => {
    await mistake("function pick(tasks) {\n  import('/x.js');\n}", /^Line 2.*word import/);
  });

  it("cannot climb out of its function into anything more than it had before", async () => {
    await mistake("};\nfetch('/');\nconst more = function () {", /fetch is not there/);
  });

  it("is mended by another text", async () => {
    await open.write(mine, FAIR, true);
    await open.page.waitForSelector(`${mine} .cell-problems[hidden]`);
    await open.waitFor(mine, ".cell-status", /two seconds/);
  });
});
