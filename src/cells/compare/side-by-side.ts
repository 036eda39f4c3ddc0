/**
 * Two runs in one cell: the reader's program with the reader's parameters, and the book's. The second follows the first
 * through time, whatever differs is marked, and where they part is said. Loaded when first asked for.
 */
import type { MachineState } from "../../views/machine-state.js";
import { STATE_EVENT } from "../cell-events.js";
import { CellMachine, type MachineUser } from "../cell-machine.js";
import { Frame } from "../frame.js";
import type { LiveCell } from "../live-cell.js";
import type { Load } from "../protocol.js";
import { startWorker } from "../start-worker.js";
import { ViewsPanel } from "../views-panel.js";

export class SideBySide implements MachineUser {
  private readonly machine = new CellMachine(startWorker);
  private readonly panel: ViewsPanel;
  private readonly said = document.createElement("p");
  private readonly frame = new Frame<MachineState>((state) => this.draw(state));
  /** What both runs were when they were last compared. */
  private compared = "";
  private awake = false;

  /** Begins to compare. @param mine the panel that shows the reader's run */
  constructor(
    private readonly cell: LiveCell,
    private readonly mine: HTMLElement,
  ) {
    this.panel = new ViewsPanel(cell.views);
    this.said.className = "compare-says";
    this.said.setAttribute("role", "status");
    mine.before(this.said);
    mine.after(this.panel.element);
    mine.dataset["side"] = "Yours";
    this.panel.element.dataset["side"] = "The book’s";
    cell.classList.add("comparing");
    this.machine.join(this);
    this.machine.comes(this, true);
    this.machine.seen(this, true);
    cell.addEventListener(STATE_EVENT, this.follow);
    this.follow();
  }

  /** One run again. */
  end(): void {
    this.cell.removeEventListener(STATE_EVENT, this.follow);
    this.machine.leave(this);
    this.frame.cancel();
    this.panel.element.remove();
    this.said.remove();
    delete this.mine.dataset["side"];
    this.cell.classList.remove("comparing");
    for (const one of this.mine.querySelectorAll(".differs")) one.classList.remove("differs");
  }

  get views(): readonly string[] {
    return this.cell.views;
  }

  readonly load = (): Load => this.cell.program.original();

  state(state: MachineState): void {
    // Only now is it known at which t its run begins.
    if (!this.awake) this.machine.seekSteps(this.cell.machine.position.time);
    this.awake = true;
    this.frame.soon(state);
  }

  checked(): void {}
  recoded(): void {}
  stopsAt(): void {}

  say(text: string): void {
    this.said.textContent = text;
  }

  private readonly follow = (): void => {
    const { position } = this.cell.machine;
    this.machine.seekSteps(position.time);
    this.markDifferences();
    void this.findParting();
  };

  private draw(state: MachineState): void {
    this.panel.draw(state);
    this.markDifferences();
  }

  /** Asks where both part, whenever one of them is another one. */
  private async findParting(): Promise<void> {
    const { program, machine } = this.cell;
    const [mine, book] = [program.load(), program.original()];
    const both = JSON.stringify([mine.program, mine.parameters, machine.position.inputs], (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    );
    if (both === this.compared) return;
    this.compared = both;
    if (isSame(mine, book) && machine.position.inputs.length === 0)
      return this.say(
        "Both are the book’s. Change the program, a parameter or a byte, and see where they part.",
      );
    this.say("Looking for where they part …");
    try {
      const { says, steps } = await machine.ask({ kind: "compare", load: book });
      this.say(says);
      if (steps !== undefined) this.said.append(" ", this.goThere(steps));
    } catch {
      this.say("What differs at this moment is marked.");
    }
  }

  private goThere(steps: number): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain-button";
    made.textContent = "Go there";
    made.addEventListener("click", () => this.cell.machine.seekSteps(steps));
    return made;
  }

  /** The same thing in both pictures, with other contents. */
  private markDifferences(): void {
    const theirs = new Map<string, Element[]>();
    for (const one of this.panel.element.querySelectorAll<HTMLElement>("[data-ref]")) {
      const key = one.dataset["ref"] ?? "";
      theirs.set(key, [...(theirs.get(key) ?? []), one]);
    }
    const seen = new Map<string, number>();
    for (const one of this.mine.querySelectorAll<HTMLElement>("[data-ref]")) {
      const key = one.dataset["ref"] ?? "";
      const n = seen.get(key) ?? 0;
      seen.set(key, n + 1);
      const other = theirs.get(key)?.[n];
      const differs = other !== undefined && contentOf(other) !== contentOf(one);
      one.classList.toggle("differs", differs);
      other?.classList.toggle("differs", differs);
    }
  }
}

const isSame = (one: Load, other: Load): boolean =>
  JSON.stringify([one.program, one.parameters]) === JSON.stringify([other.program, other.parameters]);

/** What an element says, without what it was before. */
function contentOf(element: Element): string {
  const input = element instanceof HTMLInputElement ? element : element.querySelector("input");
  return input
    ? input.value
    : (element.querySelector(".value, .bit")?.textContent ?? element.textContent ?? "");
}
