/**
 * The first frame of each cell, drawn when the book is built: what a reader sees before anything is loaded, without JavaScript
 * and in print. The same views draw it as in the browser, here into a document without a window.
 */
import { JSDOM } from "jsdom";
import { runCell } from "../src/book/cell-runs.js";
import type { PageCell } from "../src/book/page-cells.js";
import { loadView, VIEW_NAMES } from "../src/views/index.js";
import type { View } from "../src/views/view.js";

const views = new Map<string, View>();

/** Loads the code of all views; must precede `still`. */
export async function prepareStills(): Promise<void> {
  for (const name of VIEW_NAMES) views.set(name, await loadView(name));
}

/** HTML of a cell's views at its first moment, each with its words. `prepareRuns` and `prepareStills` come first. */
export function still(cell: PageCell): string {
  const { load, first } = runCell(cell);
  const { document } = new JSDOM("").window;
  const sections = load.show.map((name) => {
    const view = views.get(name);
    if (!view) throw new Error(`prepareStills was not called, or there is no view ${name}`);
    const section = document.createElement("section");
    section.className = `view view-${name}`;
    const heading = document.createElement("h3");
    heading.textContent = view.title;
    const picture = document.createElement("div");
    view.draw(picture, first);
    for (const control of picture.querySelectorAll("button, input, select"))
      control.setAttribute("disabled", "");
    const words = document.createElement("p");
    words.className = "words";
    words.textContent = view.describe(first);
    section.append(heading, picture, words);
    return section.outerHTML;
  });
  return `<div class="cell-still cell-views">${sections.join("")}</div>`;
}
