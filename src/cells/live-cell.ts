/**
 * The element `live-cell`: a program that is the printed text and the running machine at once, or a machine that needs
 * no text. `language` is the fence's first word; the other attributes: see `cell-attributes.ts`. The first frame is made when the cell comes near the window; nothing runs before
 * the reader asks for it. Leaves out: keeping edits across reloads, links to a moment.
 */
import type { MachineState, Problem } from "../views/machine-state.js";
import { count } from "../views/numbers.js";
import { ACTION_EVENT, type Action } from "../views/view.js";
import { programOf, scenarioOf, setUpOf } from "./cell-attributes.js";
import { ProblemsBox } from "./problems-box.js";
import { type FromWorker, LONGEST_SOURCE, type Load } from "./protocol.js";
import type { Language } from "./scenarios/scenario.js";
import { SourceBox } from "./source-box.js";
import { startWorker } from "./start-worker.js";
import { type Command, Toolbar } from "./toolbar.js";
import { ViewsPanel } from "./views-panel.js";
import { WorkerLink } from "./worker-link.js";

/** Quiet time after the last key before the program is assembled anew. */
const TYPING_PAUSE_MS = 250;

const COMMANDS: readonly Command[] = ["run", "step", "back", "stop", "reset", "edit", "words"];

/** Without time there is nothing to step through. */
const TIMELESS_COMMANDS: readonly Command[] = ["run", "reset", "edit", "words"];

export class LiveCell extends HTMLElement {
  private source!: SourceBox;
  private toolbar!: Toolbar;
  private views!: ViewsPanel;
  private readonly problems = new ProblemsBox();
  private readonly link = new WorkerLink(startWorker, (message) => this.heard(message));
  private observer: IntersectionObserver | undefined;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private state: MachineState | undefined;
  /** Which of the three beats the reader has reached. */
  private beat: 0 | 1 | 2 | undefined;
  /** Number of the last `load`. */
  private loads = 0;

  connectedCallback(): void {
    if (this.source === undefined) this.build();
    this.observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting) && !this.link.isAwake) this.load();
      },
      { rootMargin: "300px" },
    );
    this.observer.observe(this);
  }

  disconnectedCallback(): void {
    this.observer?.disconnect();
    clearTimeout(this.typing);
    this.link.end();
  }

  private build(): void {
    const { show } = setUpOf(this.attribute);
    const box = document.createElement("div");
    box.className = "cell-source";
    const printed = document.createElement("div");
    printed.append(...this.childNodes);
    box.append(printed);
    const text = (printed.querySelector("pre")?.textContent ?? "").replace(/\n$/, "");
    this.source = new SourceBox(text, printed, box, LONGEST_SOURCE, {
      changed: () => this.typed(),
      run: () => this.obey("run"),
      step: () => this.obey("step"),
      tooLong: (length) => this.show([tooLong(length)]),
    });
    box.hidden = this.language === "none";
    this.toolbar = new Toolbar(this.commands(show), (command) => this.obey(command));
    this.toolbar.say("Comes alive when you press a button.");
    this.views = new ViewsPanel(show);
    this.classList.add("cell");
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `Live program ${this.getAttribute("name") ?? ""}`.trim());
    this.append(box, this.problems.element, this.toolbar.element, this.views.element);
    this.addEventListener("keydown", (event) => {
      if (this.toolbar.key(event)) event.preventDefault();
    });
    this.addEventListener(ACTION_EVENT, (event) => this.act((event as CustomEvent<Action>).detail));
  }

  private readonly attribute = (name: string): string | null => this.getAttribute(name);

  private get language(): Language {
    return (this.getAttribute("language") ?? "asm") as Language;
  }

  private commands(show: readonly string[]): Command[] {
    const all = scenarioOf(this.attribute).timeless ? TIMELESS_COMMANDS : COMMANDS;
    const possible = all.filter((command) => command !== "edit" || this.language !== "none");
    return show.includes("cycle") ? [...possible, "beat"] : possible;
  }

  /** Assembles the text and loads it into a machine. */
  private load(): void {
    clearTimeout(this.typing);
    this.typing = undefined;
    const load: Load = { program: programOf(this.language, this.source.text), ...setUpOf(this.attribute) };
    this.link.post({ kind: "load", number: ++this.loads, load });
  }

  private typed(): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.load(), TYPING_PAUSE_MS);
  }

  private obey(command: Command): void {
    if (command === "words") return this.toggleWords();
    if (command === "edit") return void this.source.edit(true);
    if (command === "reset") return this.reset();
    if (this.typing !== undefined || !this.link.isAwake) this.load();
    if (command === "beat") return this.nextBeat();
    this.beat = undefined;
    this.link.post(command === "step" ? { kind: "step", count: 1 } : { kind: command });
  }

  /** A fresh machine; when it already is fresh, the original text. */
  private reset(): void {
    this.beat = undefined;
    if (this.state?.steps === 0) this.source.restore();
    this.show([]);
    this.load();
  }

  private nextBeat(): void {
    this.beat = this.beat === undefined || this.beat === 2 ? 0 : this.beat === 0 ? 1 : 2;
    if (this.beat === 2) this.link.post({ kind: "step", count: 1 });
    else this.draw();
  }

  /** Another program in the place of this one, as if the reader had typed it. */
  async open(text: string): Promise<void> {
    (await this.source.edit(true)).setText(text);
    this.scrollIntoView({ block: "nearest" });
    this.load();
  }

  private toggleWords(): void {
    this.toolbar.press("words", this.classList.toggle("with-words"));
  }

  private act(action: Action): void {
    if (!this.link.isAwake) this.load();
    this.link.post(action);
  }

  private heard(message: FromWorker): void {
    if (message.kind === "state") {
      this.state = message.state;
      this.draw();
    } else if (message.kind === "checked") {
      if (message.number === this.loads) this.show(message.problems);
    } else if (message.kind === "recoded")
      void this.source.replaceLine(message.line, message.text).then(() => this.load());
    else
      this.toolbar.say(
        `This cell broke, which is our mistake: ${message.reason}. Reset makes a fresh machine.`,
      );
  }

  private draw(): void {
    if (!this.state) return;
    const state: MachineState = this.beat === undefined ? this.state : { ...this.state, beat: this.beat };
    this.views.draw(state);
    this.toolbar.show(state);
    this.source.setCurrentLine(state.listing.find((row) => row.address === state.rip.value)?.line);
  }

  private show(problems: readonly Problem[]): void {
    this.problems.show(problems);
    this.source.setProblems(problems);
  }
}

function tooLong(length: number): Problem {
  return {
    reason: `${count(length)} characters are too many for a cell, which holds at most ${count(LONGEST_SOURCE)}`,
    nextStep:
      "The text was left as it was. Paste less, or run a finished program on the page “Run your own program”.",
  };
}
