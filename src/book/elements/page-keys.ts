/**
 * Keys of a page and the panel that lists them. They count only while nothing is typed into and no cell has the focus, since a
 * cell has keys of its own; the reader can switch them off.
 */
import { nextTheme } from "./theme.js";

interface PageKey {
  readonly key: string;
  readonly says: string;
  act(): void;
}

const OFF = "you-in-cpu/keys-off";

const KEYS: readonly PageKey[] = [
  { key: "n", says: "next page", act: () => follow("next") },
  { key: "p", says: "previous page", act: () => follow("prev") },
  { key: "/", says: "search", act: () => {} }, // Framework's own
  { key: "j", says: "next cell", act: () => toCell(1) },
  { key: "k", says: "cell before", act: () => toCell(-1) },
  {
    key: "c",
    says: "colours: light, dark, as the system is",
    act: () => changeColours(),
  },
  { key: "?", says: "this list", act: () => openHelp() },
];

/** Listens, and adds a button for the list. */
export function listenForKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || (areOff() && event.key !== "?")) return;
    KEYS.find(({ key }) => key === event.key)?.act();
  });
}

export function helpButton(): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "help-button";
  button.textContent = "?";
  button.title = "Keys";
  button.setAttribute("aria-label", "Keys of this page");
  button.addEventListener("click", openHelp);
  return button;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input, textarea, select") ||
      target.closest("live-cell, run-program, dialog") !== null)
  );
}

/** By the button, which then shows what holds now. */
function changeColours(): void {
  const button = document.querySelector<HTMLElement>(".theme-button");
  if (button) button.click();
  else nextTheme();
}

function follow(rel: "next" | "prev"): void {
  document.querySelector<HTMLAnchorElement>(`#observablehq-footer a[rel="${rel}"]`)?.click();
}

/** Puts the focus on the first button of the cell after (or before) the window's upper edge. */
function toCell(direction: 1 | -1): void {
  const cells = [...document.querySelectorAll<HTMLElement>("live-cell")];
  const tops = cells.map((cell) => cell.getBoundingClientRect().top);
  const at = direction > 0 ? tops.findIndex((top) => top > 80) : tops.findLastIndex((top) => top < -8);
  const cell = cells[at];
  cell?.scrollIntoView({ block: "start" });
  cell?.querySelector<HTMLElement>("[data-command]")?.focus({ preventScroll: true });
}

function areOff(): boolean {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function openHelp(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#page-keys") ?? helpDialog();
  dialog.showModal();
}

function helpDialog(): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.id = "page-keys";
  dialog.setAttribute("aria-labelledby", "page-keys-title");
  const title = document.createElement("h2");
  title.id = "page-keys-title";
  title.textContent = "Keys";
  const list = document.createElement("dl");
  for (const { key, says } of KEYS) {
    const name = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    name.append(kbd);
    const words = document.createElement("dd");
    words.textContent = says;
    list.append(name, words);
  }
  const cells = document.createElement("p");
  cells.textContent =
    "Each cell has keys of its own while the focus is inside of it; its list is behind “Keys” there.";
  dialog.append(title, list, cells, offSwitch(), closeButton(dialog));
  document.body.append(dialog);
  return dialog;
}

function offSwitch(): HTMLLabelElement {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !areOff();
  box.addEventListener("change", () => {
    try {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      // Nothing can be kept here; the keys stay.
    }
  });
  label.append(box, " Single keys act on this page");
  return label;
}

function closeButton(dialog: HTMLDialogElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Close";
  button.addEventListener("click", () => dialog.close());
  return button;
}
