/** The views of a cell: a heading, a picture and its words for each name in `show`, as soon as their code is there. */
import { loadView, VIEW_NAMES, type ViewName } from "../views/index.js";
import type { MachineState } from "../views/machine-state.js";
import type { View } from "../views/view.js";
import { reachThings } from "./things/thing-keys.js";

interface Part {
  readonly view: View;
  readonly picture: HTMLElement;
  readonly words: HTMLElement;
}

export class ViewsPanel {
  readonly element = document.createElement("div");
  private readonly parts: Part[] = [];
  /** What is shown, or is to be. */
  private state: MachineState | undefined;
  private width = 0;

  /** @param names which views, in this order */
  constructor(readonly names: readonly string[]) {
    this.element.className = "cell-views";
    for (const name of names) void this.add(nameOfView(name));
    new ResizeObserver(([change]) => this.resized(change?.contentRect.width ?? 0)).observe(this.element);
  }

  /** A phone that is turned: pictures are drawn as wide as there is room. */
  private resized(width: number): void {
    if (this.width !== 0 && width !== 0 && width !== this.width)
      requestAnimationFrame(() => this.state && this.draw(this.state));
    this.width = width;
  }

  /** Its place is kept while it is fetched, so that the order stays. */
  private async add(name: ViewName): Promise<void> {
    const section = document.createElement("section");
    section.className = `view view-${name}`;
    this.element.append(section);
    const part = fill(section, await loadView(name));
    this.parts.push(part);
    if (this.state) drawPart(part, this.state);
  }

  /** Draws all of them; the words only when they can be heard or seen without haste. */
  draw(state: MachineState): void {
    this.state = state;
    for (const part of this.parts) drawPart(part, state);
  }
}

function nameOfView(name: string): ViewName {
  const known = VIEW_NAMES.find((one) => one === name);
  if (!known) throw new Error(`show=${name}: there is ${VIEW_NAMES.join(", ")}`);
  return known;
}

function fill(section: HTMLElement, view: View): Part {
  section.setAttribute("aria-label", view.title);
  const heading = document.createElement("h3");
  heading.textContent = view.title;
  const picture = document.createElement("div");
  const words = document.createElement("p");
  words.className = "words";
  section.append(heading, picture, words);
  return { view, picture, words };
}

function drawPart({ view, picture, words }: Part, state: MachineState): void {
  view.draw(picture, state);
  reachThings(picture.parentElement ?? picture);
  if (state.outcome.kind === "running") return;
  const said = view.describe(state);
  if (words.textContent !== said) words.textContent = said;
}
