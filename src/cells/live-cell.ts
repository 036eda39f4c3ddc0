/**
 * The element `live-cell`: a program that is the printed text and the running machine at once, or a machine that needs
 * no text. `language` is the fence's first word; the other attributes: see `cell-attributes.ts`. The first frame is made
 * when the cell comes near the window; nothing runs before the reader asks for it.
 */
import type { Reference } from "../trace/reference.js";
import { formatReference, parseReference } from "../trace/reference-text.js";
import type { MachineState, Problem } from "../views/machine-state.js";
import { goesOnWhenTyped, isOver } from "../views/outcome.js";
import { ACTION_EVENT, type Action } from "../views/view.js";
import { setUpOf } from "./cell-attributes.js";
import { type Attempt, type LiveCellFace, STATE_EVENT, type TextChange } from "./cell-events.js";
import type { CellMachine, MachineUser } from "./cell-machine.js";
import { CellProgram } from "./cell-program.js";
import type { SideBySide } from "./compare/side-by-side.js";
import { COMMANDS, type Command } from "./controls/commands.js";
import { TimelineBar } from "./controls/timeline-bar.js";
import { Toolbar } from "./controls/toolbar.js";
import { Frame } from "./frame.js";
import { aliases } from "./highlight/aliases.js";
import { lightUp } from "./highlight/light-up.js";
import { stopText } from "./highlight/thing-words.js";
import { unwatchNearness, watchNearness } from "./nearness.js";
import type { Load } from "./protocol.js";
import type { Parameter } from "./scenarios/scenario.js";
import { isAuthor, machineFor } from "./shared-machines.js";
import { askAboutThings } from "./things/things-in-cell.js";
import { ViewsPanel } from "./views-panel.js";

/** Without time there is nothing to step through. */
const TIMELESS: readonly Command[] = ["run", "reset", "edit", "words", "share", "help"];

export class LiveCell extends HTMLElement implements LiveCellFace, MachineUser {
  machine!: CellMachine;
  program!: CellProgram;
  private toolbar!: Toolbar;
  private shown!: ViewsPanel;
  private timeline!: TimelineBar;
  private readonly frame = new Frame<MachineState>((state) => this.draw(state));
  private current: MachineState | undefined;
  private comparison: SideBySide | undefined;
  /** What means the thing to which the reader points. */
  private lit: readonly Reference[] = [];
  /** Which of the three beats the reader has reached. */
  private beat: 0 | 1 | 2 | undefined;

  connectedCallback(): void {
    if (this.program === undefined) this.build();
    this.machine.join(this);
    watchNearness(this, {
      comes: (near) => this.machine.comes(this, near),
      seen: (inSight) => this.machine.seen(this, inSight),
    });
  }

  disconnectedCallback(): void {
    unwatchNearness(this);
    this.comparison?.end();
    this.comparison = undefined;
    this.program.cancel();
    this.frame.cancel();
    this.machine.leave(this);
  }

  /** What the build has drawn: it stays until the machine is there. */
  private readonly still = this.querySelector(":scope > .cell-still");

  private readonly attribute = (name: string): string | null => this.getAttribute(name);

  private build(): void {
    this.still?.remove();
    this.machine = machineFor(this.getAttribute("share"));
    this.program = new CellProgram(this, this.attribute, {
      changed: () => this.begin(),
      adjusted: (name, value) => this.machine.input({ kind: "parameter", name, value }),
      restarted: () => this.beginAgain(),
      run: () => this.obey("run"),
      step: () => this.obey("step"),
      margin: (line) => this.machine.toggleStop(`line:${line}`),
    });
    this.shown = new ViewsPanel(setUpOf(this.attribute).show);
    this.timeline = new TimelineBar((time) => this.goTo(time));
    this.timeline.element.hidden = true;
    this.toolbar = this.makeToolbar();
    this.toolbar.say("Comes alive when you press a button.");
    this.toolbar.middle.append(this.timeline.element);
    this.classList.add("cell");
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `Live program ${this.program.name}`.trim());
    this.append(...this.program.elements, this.toolbar.element, this.shown.element);
    if (this.still) this.append(this.still);
    this.addEventListener("keydown", (event) => {
      if (!event.defaultPrevented && this.toolbar.key(event)) event.preventDefault();
    });
    askAboutThings(this, {
      why: (thing) => this.machine.ask({ kind: "why", reference: formatReference(thing) }),
      goTo: (time) => this.goTo(time),
      stops: (thing) => this.machine.stopsAt.includes(stopText(thing, this.current?.events)),
      toggleStop: (thing) => this.machine.toggleStop(stopText(thing, this.current?.events)),
    });
    this.addEventListener(ACTION_EVENT, (event) => this.act((event as CustomEvent<Action>).detail));
  }

  private makeToolbar(): Toolbar {
    const { timeless, units = ["instruction", "line"] } = this.program.scenario;
    const parts = { commands: this.commands(), units: timeless ? [] : units };
    const pace = Number(this.getAttribute("pace")) || ("full" as const);
    return new Toolbar(timeless ? parts : { ...parts, pace }, {
      asked: (command) => this.obey(command),
      paced: (chosen) => this.machine.setPace(chosen),
    });
  }

  private commands(): Command[] {
    const { language, scenario } = this.program;
    const hasBeats = this.shown.names.includes("cycle");
    return COMMANDS.map(({ command }) => command).filter((command) => {
      if (command === "edit" && language === "none") return false;
      if (command === "beat" && !hasBeats) return false;
      return !scenario.timeless || TIMELESS.includes(command);
    });
  }

  // What the machine asks and tells.

  get views(): readonly string[] {
    return this.shown.names;
  }

  /** A cell that shares another's machine only looks on. */
  get load(): (() => Load) | undefined {
    return isAuthor(this) ? () => this.program.load() : undefined;
  }

  state(state: MachineState): void {
    this.current = state;
    this.frame.soon(state);
  }

  stopsAt(references: readonly string[]): void {
    const lines = references.flatMap((text) => {
      const reference = parseReference(text);
      return reference?.kind === "line" ? [reference.line] : [];
    });
    this.program.source.setStopLines(lines);
  }

  checked(problems: readonly Problem[]): void {
    this.program.show(problems);
  }

  recoded(line: number, text: readonly string[]): void {
    void this.program.source.replaceLine(line, text).then(() => this.program.changed());
  }

  say(text: string): void {
    this.frame.now();
    this.toolbar.say(text);
  }

  // What the reader does.

  private obey(command: Command): void {
    switch (command) {
      case "words":
        return this.toolbar.press("words", this.classList.toggle("with-words"));
      case "edit":
        return void this.program.source.edit(true);
      case "reset":
        return this.reset();
      case "help":
        return void import("./controls/help.js").then(({ showHelp }) => showHelp(this));
      case "share":
        return void import("./moment/share-moment.js").then(({ shareMoment }) => shareMoment(this));
      case "compare":
        return void this.compare();
      case "export":
        return void import("./export-run.js").then(({ exportRun }) => exportRun(this));
      case "beat":
        this.program.freshen();
        return this.nextBeat();
      case "run":
        this.program.freshen();
        this.beat = undefined;
        this.toolbar.showRunning(true);
        return this.machine.run(this.toolbar.pace);
      case "stop":
        this.toolbar.showRunning(false);
        return this.machine.stop();
      case "step":
      case "back":
        this.program.freshen();
        this.beat = undefined;
        this.machine.post({ kind: "step", unit: this.toolbar.unit, back: command === "back" });
    }
  }

  /** Beside the book's run, or alone again. */
  private async compare(): Promise<void> {
    const { SideBySide } = await import("./compare/side-by-side.js");
    if (this.comparison) this.comparison.end();
    this.comparison = this.comparison ? undefined : new SideBySide(this, this.shown.element);
    this.toolbar.press("compare", this.comparison !== undefined);
  }

  private goTo(time: number): void {
    this.beat = undefined;
    this.machine.seek(time);
  }

  /** A fresh machine. */
  private begin(run = false): void {
    this.beat = undefined;
    this.machine.reload({ run });
  }

  /** What had run to its end does so again; what stood somewhere stands there again. */
  private beginAgain(): void {
    const { current } = this;
    if (!current || current.steps === 0) return this.begin();
    if (isOver(current.outcome) || ["running", "limit"].includes(current.outcome.kind))
      return this.begin(true);
    this.machine.reload({ resume: { inputs: [], time: this.machine.position.time } });
  }

  /** A fresh machine; when it already is fresh, the book's own version. */
  private reset(): void {
    if (this.current === undefined || this.current.steps === 0) return this.restore();
    this.program.show([]);
    this.program.changed();
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
      case "input":
        this.machine.input(action.input);
        if (action.input.kind === "terminal" && this.current && goesOnWhenTyped(this.current.outcome))
          this.machine.run(this.toolbar.pace);
        return;
      case "seek":
        return this.goTo(action.time);
      case "recode":
        this.machine.post(action);
    }
  }

  // What the rest of the page may do.

  get text(): string {
    return this.program.source.text;
  }

  get parameters(): readonly Parameter[] {
    return this.program.parameters;
  }

  parameterValue(name: string): number | string | undefined {
    return this.program.values[name];
  }

  setParameter(name: string, value: number | string): void {
    this.program.setParameter(name, value);
  }

  async open(text: string): Promise<void> {
    const editor = await this.program.source.edit(true);
    editor.setText(text);
    this.scrollIntoView({ block: "nearest" });
    this.program.changed();
  }

  attempt(): Attempt {
    return { load: this.program.load(), inputs: this.machine.logged, original: this.program.original() };
  }

  runFresh(change?: TextChange): void {
    const { program } = this;
    const { text: original } = program.version.original;
    const text = change ? original.replace(change.from, change.to) : original;
    const mine = { text: this.text, parameters: program.values };
    const isOther = text !== this.text || Object.keys(program.version.differing()).length > 0;
    if (isOther) program.use({ text, parameters: {} });
    this.begin(true);
    if (isOther && mine.text !== original)
      program.notice.show("The book’s program was run. Yours is still there.", [
        { label: "Back to mine", act: () => program.use(mine) },
      ]);
  }

  restore(): void {
    this.program.restore();
  }

  light(things: readonly Reference[]): void {
    this.lit = things;
    lightUp(this.shown.element, "[data-ref]", things);
    this.program.source.setLitLines(things.flatMap((one) => (one.kind === "line" ? [one.line] : [])));
  }

  aliasesOf(thing: Reference): readonly Reference[] {
    return aliases(this.current, thing);
  }

  /** What is lit, to be carried by a link. */
  get litThing(): Reference | undefined {
    return this.lit[0];
  }

  // How it looks.

  private draw(newest: MachineState): void {
    this.still?.remove();
    const state: MachineState = this.beat === undefined ? newest : { ...newest, beat: this.beat };
    this.shown.draw(state);
    if (this.lit.length > 0) lightUp(this.shown.element, "[data-ref]", this.lit);
    this.toolbar.show(state, this.machine.isRunning);
    this.timeline.show(state);
    const line = state.listing.find((row) => row.address === state.rip.value)?.line;
    this.program.source.setCurrentLine(line);
    this.dispatchEvent(new CustomEvent(STATE_EVENT, { bubbles: true, detail: state }));
  }
}
