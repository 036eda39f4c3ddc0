/**
 * The last step of `npm run build`: three things in every page that Framework offers no setting for. The page's language,
 * for screen readers and translators; a viewport that the reader may enlarge; a way past the list of chapters for
 * those who go by keyboard.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BOOK } from "./serve.mjs";

/** What Framework writes, and what shall stand there instead. */
const CHANGES = [
  ["<html>", '<html lang="en">'],
  ["width=device-width, initial-scale=1, maximum-scale=1", "width=device-width, initial-scale=1"],
  ["<body>", '<body>\n<a class="skip" href="#observablehq-main">Skip to the text</a>'],
];

for (const name of readdirSync(BOOK, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".html")) continue;
  const file = join(BOOK, name);
  let page = readFileSync(file, "utf8");
  for (const [from = "", to = ""] of CHANGES) {
    if (!page.includes(from)) throw new Error(`${name}: expected “${from}” in what Framework wrote`);
    page = page.replace(from, to);
  }
  writeFileSync(file, page);
}
