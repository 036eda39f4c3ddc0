/** The help panel: all keys of a cell, the signs on the line of time, and ways to begin anew. Loaded when it is first asked for. */

import { isLiveCell, type LiveCellFace } from "../cell-events.js";
import { keep } from "../keep/keep.js";
import { setSingleKeys, singleKeys } from "../settings.js";
import { COMMANDS } from "./commands.js";
import { SIGNS } from "./timeline-signs.js";

const SVG = "http://www.w3.org/2000/svg";

const MORE_KEYS: readonly (readonly [string, string])[] = [
  ["F8", "run, or go on; in the editor too"],
  ["F10, Shift F10", "a step, a step back; in the editor too"],
  ["Ctrl Enter", "run, in the editor"],
  ["Tab", "to the next control; it leaves the editor too"],
  ["← →", "on the line of time: a step; with Shift ten"],
  ["Page Up, Page Down", "on the line of time: to the event after, before"],
  ["Home, End", "on the line of time: to the beginning, to the farthest moment"],
];

/** Opens the panel; it stands in the page only while it is open. */
export function showHelp(cell: LiveCellFace): void {
  const dialog = document.createElement("dialog");
  dialog.className = "cell cell-help";
  dialog.setAttribute("aria-label", "Help on cells");
  dialog.append(heading("Keys"), keysList(), singleKeysChoice());
  dialog.append(heading("Signs on the line of time"), signsList());
  dialog.append(heading("Begin anew"), resetButtons(cell, dialog), closeButton(dialog));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function heading(text: string): HTMLElement {
  const made = document.createElement("h2");
  made.textContent = text;
  return made;
}

function keysList(): HTMLElement {
  const list = document.createElement("dl");
  list.className = "keys";
  const rows = [...COMMANDS.map(({ key, label, says }) => [key, `${label}: ${says}`] as const), ...MORE_KEYS];
  for (const [key, says] of rows) {
    const term = document.createElement("dt");
    term.append(...key.split(", ").map((one) => kbd(one)));
    const words = document.createElement("dd");
    words.textContent = says;
    list.append(term, words);
  }
  return list;
}

function kbd(key: string): HTMLElement {
  const made = document.createElement("kbd");
  made.textContent = key;
  return made;
}

function singleKeysChoice(): HTMLElement {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = singleKeys();
  box.addEventListener("change", () => setSingleKeys(box.checked));
  const words = document.createElement("span");
  words.textContent =
    "Single keys are shortcuts. They count only while the focus is inside of a cell, and never while you type.";
  label.append(box, words);
  return label;
}

function signsList(): HTMLElement {
  const list = document.createElement("ul");
  list.className = "signs";
  for (const [name, { path, says }] of Object.entries(SIGNS)) {
    const item = document.createElement("li");
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", "-6 -6 12 12");
    picture.setAttribute("aria-hidden", "true");
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("d", path);
    shape.setAttribute("class", `sign sign-${name}`);
    picture.append(shape);
    const words = document.createElement("span");
    words.textContent = says;
    item.append(picture, words);
    list.append(item);
  }
  return list;
}

function resetButtons(cell: LiveCellFace, dialog: HTMLDialogElement): HTMLElement {
  const row = document.createElement("div");
  row.className = "notice-actions";
  const choices: readonly (readonly [string, () => void])[] = [
    ["This cell", () => cell.restore()],
    ["All cells of this page", restorePage],
    ["Everything kept for this book", forgetBook],
  ];
  for (const [label, act] of choices) row.append(actionButton(label, act, dialog));
  return row;
}

/** A button that asks once more before it acts. */
function actionButton(label: string, act: () => void, dialog: HTMLDialogElement): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain-button";
  made.textContent = label;
  let sure = false;
  made.addEventListener("click", () => {
    if (!sure) {
      sure = true;
      made.textContent = `${label}: press again to be sure`;
      return;
    }
    act();
    dialog.close();
  });
  return made;
}

/** All cells of the page as the book has them. */
export function restorePage(): void {
  for (const cell of document.querySelectorAll("live-cell")) if (isLiveCell(cell)) cell.restore();
}

/** Everything that was kept on any page: edits, answers, progress, settings. */
export function forgetBook(): void {
  for (const key of keep.keys()) keep.forget(key);
  location.reload();
}

function closeButton(dialog: HTMLDialogElement): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain-button";
  made.textContent = "Close";
  made.autofocus = true;
  made.addEventListener("click", () => dialog.close());
  return made;
}
