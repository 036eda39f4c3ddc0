/** The views of a cell: a heading, a picture and its words for each name in `show`. */
import { VIEWS } from "../views/index.js";
import type { MachineState } from "../views/machine-state.js";
import type { View } from "../views/view.js";

export class ViewsPanel {
  readonly element = document.createElement("div");
  private readonly parts: { view: View; picture: HTMLElement; words: HTMLElement }[] = [];

  constructor(show: readonly string[]) {
    this.element.className = "cell-views";
    for (const name of show) {
      const view = VIEWS.get(name);
      if (!view) throw new Error(`show=${name}: there is ${[...VIEWS.keys()].join(", ")}`);
      this.parts.push(this.part(view));
    }
  }

  private part(view: View): { view: View; picture: HTMLElement; words: HTMLElement } {
    const section = document.createElement("section");
    section.className = `view view-${view.name}`;
    section.setAttribute("aria-label", view.title);
    const heading = document.createElement("h3");
    heading.textContent = view.title;
    const picture = document.createElement("div");
    const words = document.createElement("p");
    words.className = "words";
    section.append(heading, picture, words);
    this.element.append(section);
    return { view, picture, words };
  }

  /** Draws all of them; the words only when they can be heard or seen without haste. */
  draw(state: MachineState): void {
    for (const { view, picture, words } of this.parts) {
      view.draw(picture, state);
      if (state.outcome.kind !== "running") words.textContent = view.describe(state);
    }
  }
}
