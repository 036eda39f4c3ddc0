/**
 * The element `live-cell`: a program that is the printed text and the running machine at once, or a machine that needs
 * no text. `language` is the fence's first word; the other attributes: see `cell-attributes.ts`. The first frame is made
 * when the cell comes near the window; nothing runs before the reader asks for it.
 */
import type { MachineState, Problem } from "../views/machine-state.js";
import { count } from "../views/numbers.js";
import { ACTION_EVENT, type Action } from "../views/view.js";
import { parametersOf, programOf, scenarioOf, setUpOf } from "./cell-attributes.js";
import { type LiveCellFace, PARAMETER_EVENT, type ParameterChange, STATE_EVENT } from "./cell-events.js";
import type { CellMachine, MachineUser } from "./cell-machine.js";
import { CellVersion } from "./cell-version.js";
import { COMMANDS, type Command } from "./controls/commands.js";
import { TimelineBar } from "./controls/timeline-bar.js";
import { Toolbar } from "./controls/toolbar.js";
import { Frame } from "./frame.js";
import { unwatchNearness, watchNearness } from "./nearness.js";
import { Notice } from "./notice.js";
import { ParameterPanel } from "./parameters/parameter-panel.js";
import { ProblemsBox } from "./problems-box.js";
import { LONGEST_SOURCE, type Load } from "./protocol.js";
import type { Language, Parameter, Scenario } from "./scenarios/scenario.js";
import { machineFor } from "./shared-machines.js";
import { SourceBox } from "./source-box.js";
import { ViewsPanel } from "./views-panel.js";

/** Quiet time after the last key before the program is assembled anew. */
const TYPING_PAUSE_MS = 250;

/** Without time there is nothing to step through. */
const TIMELESS: readonly Command[] = ["run", "reset", "edit", "words", "help"];

export class LiveCell extends HTMLElement implements LiveCellFace, MachineUser {
  private machine!: CellMachine;
  private version!: CellVersion;
  private source!: SourceBox;
  private toolbar!: Toolbar;
  private panel!: ParameterPanel;
  private shown!: ViewsPanel;
  private timeline!: TimelineBar;
  private readonly notice = new Notice();
  private readonly problems = new ProblemsBox();
  private readonly frame = new Frame<MachineState>((state) => this.draw(state));
  private typing: ReturnType<typeof setTimeout> | undefined;
  private current: MachineState | undefined;
  /** Which of the three beats the reader has reached. */
  private beat: 0 | 1 | 2 | undefined;
  private waiters: { done(state: MachineState): void; failed(reason: Error): void }[] = [];

  connectedCallback(): void {
    if (this.source === undefined) this.build();
    this.machine.join(this);
    watchNearness(this, {
      comes: (near) => this.machine.comes(this, near),
      seen: (inSight) => this.machine.seen(this, inSight),
    });
  }

  disconnectedCallback(): void {
    unwatchNearness(this);
    clearTimeout(this.typing);
    this.frame.cancel();
    this.machine.leave(this);
  }

  /** What the build has drawn: it stays until the machine is there. */
  private readonly still = this.querySelector(":scope > .cell-still");

  private readonly attribute = (name: string): string | null => this.getAttribute(name);

  private get scenario(): Scenario {
    return scenarioOf(this.attribute);
  }

  private get language(): Language {
    return (this.getAttribute("language") ?? "asm") as Language;
  }

  private build(): void {
    const { scenario } = this;
    this.still?.remove();
    const printed = document.createElement("div");
    printed.append(...this.childNodes);
    const text = (printed.querySelector("pre")?.textContent ?? "").replace(/\n$/, "");
    const parameters = parametersOf(scenario, this.attribute);
    this.version = new CellVersion(this.getAttribute("name") ?? "", { text, parameters });
    this.machine = machineFor(this.getAttribute("share"));
    this.shown = new ViewsPanel(setUpOf(this.attribute).show);
    this.panel = new ParameterPanel(scenario.parameters, (name, value) => this.setParameter(name, value));
    this.panel.show(this.version.values);
    this.timeline = new TimelineBar((time) => this.seek(time));
    this.toolbar = new Toolbar(
      {
        commands: this.commands(),
        units: scenario.timeless ? [] : (scenario.units ?? ["instruction", "line"]),
        ...(scenario.timeless ? {} : { pace: Number(this.getAttribute("pace")) || "full" }),
      },
      { asked: (command) => this.obey(command), paced: (pace) => this.machine.setPace(pace) },
    );
    this.toolbar.say("Comes alive when you press a button.");
    this.toolbar.middle.append(this.timeline.element);
    this.timeline.element.hidden = true;
    const box = this.sourceBox(printed, text);
    this.classList.add("cell");
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `Live program ${this.getAttribute("name") ?? ""}`.trim());
    const parts = [this.notice, this.problems, this.panel, this.toolbar, this.shown];
    this.append(box, ...parts.map(({ element }) => element), ...(this.still ? [this.still] : []));
    this.addEventListener("keydown", (event) => {
      if (this.toolbar.key(event)) event.preventDefault();
    });
    this.addEventListener(ACTION_EVENT, (event) => this.act((event as CustomEvent<Action>).detail));
    this.bringBack();
  }

  private sourceBox(printed: HTMLElement, text: string): HTMLElement {
    const box = document.createElement("div");
    box.className = "cell-source";
    box.hidden = this.language === "none";
    box.append(printed);
    this.source = new SourceBox(text, printed, box, LONGEST_SOURCE, {
      changed: () => this.typed(),
      run: () => this.obey("run"),
      step: () => this.obey("step"),
      tooLong: (length) => this.showProblems([tooLong(length)]),
    });
    return box;
  }

  private commands(): Command[] {
    const hasSource = this.language !== "none";
    const hasBeats = this.shown.names.includes("cycle");
    return COMMANDS.map(({ command }) => command).filter((command) => {
      if (command === "edit" && !hasSource) return false;
      if (command === "beat" && !hasBeats) return false;
      if (["share", "export", "compare"].includes(command)) return false;
      return !this.scenario.timeless || TIMELESS.includes(command);
    });
  }

  /** What an earlier visit left: the reader's version, or one that no longer fits the book's. */
  private bringBack(): void {
    const { keptText, stale } = this.version;
    if (keptText !== undefined) void this.source.replace(keptText);
    if (!stale) return;
    this.notice.show("You changed this cell when the book had another version of it.", [
      { label: "Use my version", act: () => void this.useVersion(stale) },
      { label: "Forget mine", act: () => this.version.forget() },
    ]);
  }

  private async useVersion({
    text,
    parameters,
  }: {
    text?: string;
    parameters: Load["parameters"];
  }): Promise<void> {
    this.version.values = { ...this.version.values, ...this.version.known(parameters) };
    for (const name of Object.keys(parameters)) this.announce(name);
    this.panel.show(this.version.values);
    if (text !== undefined) await this.source.replace(text);
    this.kept();
    this.machine.reload();
  }

  // What the machine asks and tells.

  get views(): readonly string[] {
    return this.shown.names;
  }

  /** The program as it stands, in its set-up. A cell without one that shares another's machine only looks on. */
  get load(): (() => Load) | undefined {
    if (this.hasAttribute("share") && this.language === "none" && this.othersHaveProgram()) return undefined;
    return () => ({
      ...setUpOf(this.attribute),
      program: programOf(this.language, this.source.text),
      parameters: this.version.values,
    });
  }

  private othersHaveProgram(): boolean {
    const group = CSS.escape(this.getAttribute("share") ?? "");
    const cells = [...document.querySelectorAll(`live-cell[share="${group}"]`)];
    const author = cells.find((cell) => cell.getAttribute("language") !== "none") ?? cells[0];
    return author !== this;
  }

  state(state: MachineState): void {
    this.current = state;
    if (state.outcome.kind === "running") this.frame.soon(state);
    else {
      this.frame.soon(state);
      this.settle((waiter) => waiter.done(state));
    }
  }

  checked(problems: readonly Problem[]): void {
    this.showProblems(problems);
    if (problems.length > 0) this.settle((waiter) => waiter.failed(new Error(problems[0]?.reason)));
  }

  recoded(line: number, text: readonly string[]): void {
    void this.source.replaceLine(line, text).then(() => this.reload());
  }

  say(text: string): void {
    this.frame.now();
    this.toolbar.say(text);
  }

  private settle(tell: (waiter: (typeof this.waiters)[number]) => void): void {
    const { waiters } = this;
    this.waiters = [];
    waiters.forEach(tell);
  }

  // What the reader does.

  private obey(command: Command): void {
    switch (command) {
      case "words":
        return this.toolbar.press("words", this.classList.toggle("with-words"));
      case "edit":
        return void this.source.edit(true);
      case "reset":
        return this.reset();
      case "help":
        return void import("./controls/help.js").then(({ showHelp }) => showHelp(this));
      case "beat":
        this.freshen();
        return this.nextBeat();
      case "run":
        this.freshen();
        this.beat = undefined;
        this.toolbar.showRunning(true);
        return this.machine.run(this.toolbar.pace);
      case "stop":
        this.toolbar.showRunning(false);
        return this.machine.stop();
      case "step":
      case "back":
        this.freshen();
        this.beat = undefined;
        this.machine.post({ kind: "step", unit: this.toolbar.unit, back: command === "back" });
    }
  }

  /** What was typed just now counts. */
  private freshen(): void {
    if (this.typing !== undefined) this.reload();
  }

  private seek(time: number): void {
    this.beat = undefined;
    this.machine.seek(time);
  }

  private typed(): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.reload(), TYPING_PAUSE_MS);
  }

  /** Assembles the text and loads it into a fresh machine. */
  private reload(): void {
    clearTimeout(this.typing);
    this.typing = undefined;
    this.beat = undefined;
    this.kept();
    this.machine.reload();
  }

  private kept(): void {
    const problem = this.version.keep(this.source.text);
    if (problem !== undefined) this.notice.show(problem, [{ label: "All right", act: () => {} }]);
  }

  /** A fresh machine; when it already is fresh, the book's own version. */
  private reset(): void {
    if (this.current === undefined || this.current.steps === 0) return this.restore();
    this.showProblems([]);
    this.reload();
  }

  restore(): void {
    this.source.restore();
    for (const [name, value] of Object.entries(this.version.original.parameters)) {
      if (this.version.values[name] === value) continue;
      this.version.values = { ...this.version.values, [name]: value };
      this.announce(name);
    }
    this.panel.show(this.version.values);
    this.notice.hide();
    this.showProblems([]);
    this.version.forget();
    this.reload();
  }

  private nextBeat(): void {
    this.beat = this.beat === undefined || this.beat === 2 ? 0 : this.beat === 0 ? 1 : 2;
    if (this.beat === 2) this.machine.post({ kind: "step", unit: "instruction", back: false });
    else if (this.current) this.draw(this.current);
  }

  private act(action: Action): void {
    switch (action.kind) {
      case "write-memory": {
        const { address, bytes } = action;
        const place = { kind: "memory" as const, address, length: bytes.length };
        return this.machine.input({ kind: "bytes", place, bytes: Uint8Array.from(bytes) });
      }
      case "write-register": {
        const place = { kind: "register" as const, name: action.name };
        return this.machine.input({ kind: "value", place, value: action.value });
      }
      case "recode":
        this.machine.post(action);
    }
  }

  // What the rest of the page may do.

  get text(): string {
    return this.source.text;
  }

  get parameters(): readonly Parameter[] {
    return this.scenario.parameters;
  }

  parameterValue(name: string): number | string | undefined {
    return this.version.values[name];
  }

  setParameter(name: string, value: number | string): void {
    const { version, machine, current } = this;
    const parameter = this.parameters.find((one) => one.name === name);
    if (!parameter || version.values[name] === value) return;
    version.values = { ...version.values, [name]: value };
    this.panel.show(version.values);
    this.announce(name);
    this.kept();
    if (parameter.applies === "now") return machine.input({ kind: "parameter", name, value });
    // What had run to its end does so again; what stood somewhere stands there again.
    const stood = current && current.steps > 0;
    const ran = stood && current.outcome.kind !== "paused";
    machine.reload(ran ? { run: true } : stood ? { resume: { inputs: [], time: current.time } } : {});
  }

  private announce(name: string): void {
    const cell = this.getAttribute("name") ?? "";
    const detail: ParameterChange = { cell, name, value: this.version.values[name]! };
    this.dispatchEvent(new CustomEvent(PARAMETER_EVENT, { bubbles: true, detail }));
  }

  async open(text: string): Promise<void> {
    (await this.source.edit(true)).setText(text);
    this.scrollIntoView({ block: "nearest" });
    this.reload();
  }

  finish(): Promise<MachineState> {
    this.freshen();
    return new Promise((done, failed) => {
      this.waiters.push({ done, failed });
      this.machine.run();
    });
  }

  // How it looks.

  private draw(newest: MachineState): void {
    this.still?.remove();
    const state: MachineState = this.beat === undefined ? newest : { ...newest, beat: this.beat };
    this.shown.draw(state);
    this.toolbar.show(state, this.machine.isRunning);
    this.timeline.show(state);
    this.source.setCurrentLine(state.listing.find((row) => row.address === state.rip.value)?.line);
    this.dispatchEvent(new CustomEvent(STATE_EVENT, { bubbles: true, detail: state }));
  }

  private showProblems(problems: readonly Problem[]): void {
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
