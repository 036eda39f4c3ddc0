/**
 * `npm test`: everything. Types and style, the suites, the recorded instructions of a real CPU, the book, and the book
 * in a browser. Ends with one line, `N passed, M failed`; exit status 1 if anything failed.
 *
 * A machine without gcc, Chromium or Firefox skips the tests that ask them, and says so. With CI=true a skip is a failure.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium } from "./chromium.mjs";
import { findFirefox } from "./firefox.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "you-in-cpu-"));
const mustNotSkip = process.env["CI"] === "true";
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const complaints = [];
/** So many test files are named that take longest. */
const LONGEST = 12;

sayWhatIsMissing();
await oneStep("types", "npm", ["run", "--silent", "types"]);
await oneStep("style", "npx", ["biome", "ci", "--error-on-warnings", "."]);
await suite("suite");
await vectors();
if (await oneStep("the book", "npm", ["run", "--silent", "build"])) await suite("browser");
rmSync(scratch, { recursive: true, force: true });
report();

function sayWhatIsMissing() {
  const consequence = mustNotSkip ? "with CI=true that fails" : "the tests that ask it are skipped";
  if (!onPath("gcc")) console.log(`There is no gcc here: ${consequence}.`);
  if (!onPath("as")) console.log(`There is no GNU as here: ${consequence}.`);
  if (!onPath("busybox")) console.log(`There is no busybox here: ${consequence}.`);
  if (!findChromium()) console.log(`There is no Chromium here (CHROMIUM=/path/to/it): ${consequence}.`);
  if (!findFirefox()) console.log(`There is no Firefox here (FIREFOX=/path/to/it): ${consequence}.`);
}

/** @param {string} command */
function onPath(command) {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/**
 * A step that passes or fails as one.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 */
async function oneStep(name, command, args) {
  const { status } = await run(name, command, args);
  const passed = status === 0;
  count(passed ? 1 : 0, passed ? 0 : 1);
  if (!passed) complaints.push(`${name}: exit status ${status}`);
  return passed;
}

/**
 * A vitest project, counted test by test.
 * @param {string} project
 */
async function suite(project) {
  const file = join(scratch, `${project}.json`);
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = await run(`vitest ${project}`, "npx", [
    "vitest",
    "run",
    "--project",
    project,
    ...reporters,
  ]);
  if (!existsSync(file)) {
    complaints.push(`vitest ${project}: exit status ${status} and no report`);
    return count(0, 1);
  }
  const result = JSON.parse(readFileSync(file, "utf8"));
  sayWhatTakesLong(result.testResults);
  const skipped = result.numPendingTests + result.numTodoTests;
  // A file that cannot even be loaded has no test that could fail.
  const unloaded = result.testResults.filter(
    (/** @type {any} */ one) => one.status === "failed" && !one.assertionResults.some(hasFailed),
  );
  total.skipped += skipped;
  count(result.numPassedTests, result.numFailedTests + unloaded.length);
  for (const one of result.testResults) {
    for (const test of one.assertionResults.filter(hasFailed))
      complaints.push(`${one.name}: ${test.fullName}`);
  }
  for (const one of unloaded) complaints.push(`${one.name}: ${one.message}`);
  if (status !== 0 && result.numFailedTests + unloaded.length === 0) {
    complaints.push(`vitest ${project}: exit status ${status} although no test failed`);
    count(0, 1);
  }
  if (mustNotSkip && skipped > 0) {
    complaints.push(`vitest ${project}: ${skipped} skipped, although CI=true`);
    count(0, skipped);
  }
}

/** @param {{ name: string, startTime: number, endTime: number }[]} files */
function sayWhatTakesLong(files) {
  const times = files.map(({ name, startTime, endTime }) => ({
    name,
    seconds: (endTime - startTime) / 1000,
  }));
  const longest = times.sort((a, b) => b.seconds - a.seconds).slice(0, LONGEST);
  const whole = times.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`The longest of ${whole.toFixed(0)} seconds:`);
  for (const { name, seconds } of longest)
    console.log(`${seconds.toFixed(0).padStart(6)} s  ${relative(root, name)}`);
}

/** @param {{ status: string }} assertion */
function hasFailed(assertion) {
  return assertion.status === "failed";
}

/** The recorded instructions, which count themselves. */
async function vectors() {
  const { status, output } = await run("recorded instructions", "npm", ["run", "--silent", "vectors"]);
  const line = /^(\d+) passed, (\d+) failed$/m.exec(output);
  count(Number(line?.[1] ?? 0), Number(line?.[2] ?? 1));
  if (status !== 0 || !line) complaints.push(`recorded instructions: exit status ${status}`);
}

/**
 * @param {number} passed
 * @param {number} failed
 */
function count(passed, failed) {
  total.passed += passed;
  total.failed += failed;
}

/**
 * Runs a command, shows what it prints and returns it.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<{ status: number, output: string }>}
 */
function run(name, command, args) {
  console.log(`\n— ${name}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (piece) => {
      output += piece;
      process.stdout.write(piece);
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

function report() {
  for (const complaint of complaints) console.log(`FAILED ${complaint}`);
  if (total.skipped > 0) console.log(`${total.skipped} skipped`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}
