/**
 * The last step of `npm run build`: what Framework offers no setting for. In every page the language, a viewport that the reader
 * may enlarge, a way past the list of chapters for those who go by keyboard, and a policy of what its scripts may do; beside the
 * pages the compiled programs that cells run, the picture for sharing, and the service worker that keeps the book offline.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BOOK } from "./serve.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What Framework writes, and what shall stand there instead. */
const CHANGES = [
  ["<html>", '<html lang="en">'],
  ["width=device-width, initial-scale=1, maximum-scale=1", "width=device-width, initial-scale=1"],
  // A list holds nothing but its items.
  [
    '<label id="observablehq-sidebar-close" for="observablehq-sidebar-toggle"></label>',
    '<li style="display: contents"><label id="observablehq-sidebar-close" for="observablehq-sidebar-toggle"></label></li>',
  ],
  ["<body>", '<body>\n<a class="skip" href="#observablehq-main">Skip to the text</a>'],
];

copyPrograms();
cpSync(join(root, "docs/pictures/card.png"), join(BOOK, "card.png"));
for (const name of filesIn(BOOK)) if (name.endsWith(".html")) finishPage(name);
writeServiceWorker();

/** @param {string} name */
function finishPage(name) {
  const file = join(BOOK, name);
  let page = readFileSync(file, "utf8");
  for (const [from = "", to = ""] of CHANGES) {
    if (!page.includes(from)) throw new Error(`${name}: expected “${from}” in what Framework wrote`);
    page = page.replace(from, to);
  }
  const up = "../".repeat(name.split("/").length - 1) || "./";
  page = page.replace(
    '<meta charset="utf-8">',
    `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policyOf(page)}">\n<link rel="offline" href="${up}service-worker.js">`,
  );
  writeFileSync(file, page);
}

/**
 * Scripts come from the book itself, or stand in the page with the hash that is named here. WebAssembly is compiled by the
 * translator; a reader's scheduling policy runs in a worker made from a blob. Nothing is asked of another host.
 * @param {string} page
 */
function policyOf(page) {
  const inline = [...page.matchAll(/<script(?: type="module")?>([\s\S]*?)<\/script>/g)].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${inline.join(" ")}`,
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The compiled programs lie beside the scripts that fetch them. */
function copyPrograms() {
  const fixtures = join(root, "tests/programs/fixtures");
  const programs = JSON.parse(readFileSync(join(fixtures, "manifest.json"), "utf8"));
  for (const { name } of programs) cpSync(join(fixtures, name), join(BOOK, "_import/gen/programs", name));
}

/** All files of the book and one hash over them all. */
function writeServiceWorker() {
  const files = filesIn(BOOK).sort();
  const hash = createHash("sha256");
  for (const name of files) hash.update(name).update(readFileSync(join(BOOK, name)));
  const addresses = files.filter((name) => name !== "404.html").map((name) => addressOf(name));
  const source = readFileSync(join(root, "scripts/service-worker.js"), "utf8");
  writeFileSync(
    join(BOOK, "service-worker.js"),
    source
      .replace("BOOK_VERSION", hash.digest("hex").slice(0, 16))
      .replace('"BOOK_FILES"', () => JSON.stringify(JSON.stringify(addresses))),
  );
}

/** A page is asked for without its ending. @param {string} name */
function addressOf(name) {
  return `./${name.replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, "")}`;
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) =>
      existsSync(join(folder, name)) && statSync(join(folder, name)).isFile() && name !== "service-worker.js",
  );
}
