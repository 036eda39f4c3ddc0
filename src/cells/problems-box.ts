/** The reader's mistakes in words, under the text in which they are: where, why, and what to do next. */
import type { Problem } from "../views/machine-state.js";
import { plural } from "../views/numbers.js";

/** More than these help nobody. */
const SHOWN = 8;

export class ProblemsBox {
  readonly element = document.createElement("div");

  constructor() {
    this.element.className = "cell-problems";
    this.element.setAttribute("role", "alert");
    this.element.hidden = true;
  }

  show(problems: readonly Problem[]): void {
    this.element.hidden = problems.length === 0;
    const items = problems.slice(0, SHOWN).map(itemOf);
    if (problems.length > SHOWN)
      items.push(paragraph(`… and ${plural(problems.length - SHOWN, "more problem")}.`));
    this.element.replaceChildren(...items);
  }
}

function itemOf({ line, column, reason, nextStep }: Problem): HTMLElement {
  const item = document.createElement("p");
  const where = document.createElement("strong");
  if (line !== undefined)
    where.textContent = `Line ${line}${column === undefined ? "" : `, column ${column}`}: `;
  const next = document.createElement("span");
  next.className = "next-step";
  next.textContent = ` ${nextStep}`;
  item.append(where, reason.replace(/\.?$/, "."), next);
  return item;
}

function paragraph(text: string): HTMLElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
