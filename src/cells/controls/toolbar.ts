/**
 * The controls of a cell: buttons, how far a step goes, how fast a run is, a menu for the rest, and the line that says
 * how the run stands. Single keys do the same while the focus is inside of the cell and in no field of it.
 */
import type { MachineState } from "../../views/machine-state.js";
import * as outcomeView from "../../views/outcome.js";
import type { StepUnit } from "../protocol.js";
import { singleKeys } from "../settings.js";
import { type Command, commandOfKey, wordsOf } from "./commands.js";
import { iconOf } from "./icons.js";
import { Menu } from "./menu.js";
import { SpeedControl } from "./speed-control.js";

/** What there is on a toolbar. */
export interface ToolbarParts {
  readonly commands: readonly Command[];
  /** How far a step may go; one alone needs no choice. */
  readonly units?: readonly StepUnit[];
  /** Steps a second at the beginning; without the property there is no choice of speed. */
  readonly pace?: number | "full";
  /** After the end, "Run" begins anew. */
  readonly again?: boolean;
}

/** What a toolbar tells its cell. */
export interface ToolbarEvents {
  asked(command: Command): void;
  paced?(pace: number | undefined): void;
}

const UNIT_LABELS: Readonly<Record<StepUnit, string>> = {
  instruction: "instruction",
  line: "line",
  "system-call": "system call",
  event: "event",
};

export class Toolbar {
  readonly element = document.createElement("div");
  /** Between the buttons and the status: the line of time. */
  readonly middle = document.createElement("div");
  private readonly buttons = new Map<Command, HTMLButtonElement>();
  private readonly status = document.createElement("p");
  private readonly unitChoice = document.createElement("select");
  private readonly speed: SpeedControl | undefined;
  private readonly again: boolean;

  constructor(
    { commands, units = [], pace, again = false }: ToolbarParts,
    private readonly events: ToolbarEvents,
  ) {
    this.again = again;
    const row = document.createElement("div");
    row.className = "cell-buttons";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Controls");
    for (const command of commands) {
      // Pause stands in the place of Run while it runs.
      if (command === "stop" || wordsOf(command).inMenu) continue;
      row.append(this.button(command));
      if (command === "step" && units.length > 1) row.append(this.unitField(units));
    }
    if (pace !== undefined) {
      this.speed = new SpeedControl(pace === "full" ? undefined : pace, (chosen) => events.paced?.(chosen));
    }
    const inMenu = commands.filter((command) => wordsOf(command).inMenu);
    if (inMenu.length > 0) row.append(new Menu(inMenu.map((command) => this.menuButton(command))).element);
    this.status.className = "cell-status";
    this.status.setAttribute("role", "status");
    this.element.className = "cell-toolbar";
    const foot = document.createElement("div");
    foot.className = "cell-foot";
    foot.append(this.status, ...(this.speed ? [this.speed.element] : []));
    this.element.append(row, this.middle, foot);
  }

  /** How far a step goes. */
  get unit(): StepUnit {
    return (this.unitChoice.value || "instruction") as StepUnit;
  }

  /** Steps a second; undefined for as many as possible. */
  get pace(): number | undefined {
    return this.speed?.pace;
  }

  private button(command: Command): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    this.name(made, command);
    made.addEventListener("click", () => this.ask(made.dataset["command"] as Command));
    this.buttons.set(command, made);
    return made;
  }

  private menuButton(command: Command): HTMLButtonElement {
    const made = this.button(command);
    made.title = "";
    const says = document.createElement("span");
    says.className = "says";
    says.textContent = wordsOf(command).says;
    made.append(says);
    return made;
  }

  /** Makes a button that of a command. */
  private name(button: HTMLButtonElement, command: Command, label = wordsOf(command).label): void {
    const { key, says } = wordsOf(command);
    const icon = iconOf(command);
    const words = document.createElement("span");
    words.textContent = label;
    button.dataset["command"] = command;
    button.title = `${says} (key ${key})`;
    button.replaceChildren(...(icon ? [icon] : []), words);
  }

  private unitField(units: readonly StepUnit[]): HTMLSelectElement {
    const { unitChoice } = this;
    unitChoice.className = "step-unit";
    unitChoice.setAttribute("aria-label", "A step goes to the next");
    unitChoice.append(...units.map((unit) => new Option(UNIT_LABELS[unit], unit)));
    return unitChoice;
  }

  private ask(command: Command): void {
    const button = this.buttons.get(command === "stop" ? "run" : command);
    if (button?.getAttribute("aria-disabled") !== "true") this.events.asked(command);
  }

  /** Obeys a key unless it is typed into something. Returns whether it meant a command. */
  key(event: KeyboardEvent): boolean {
    const command = commandOfKey(event, singleKeys());
    if (command === undefined) return false;
    if (!this.buttons.has(command === "stop" ? "run" : command)) return false;
    // The key of Run pauses what runs, as its button does.
    const runs = this.buttons.get("run")?.dataset["command"] === "stop";
    this.ask(command === "run" && runs ? "stop" : command);
    return true;
  }

  /** Shows a line that is not an outcome of the machine. */
  say(text: string): void {
    this.status.textContent = text;
    delete this.status.dataset["outcome"];
  }

  press(command: Command, on: boolean): void {
    this.buttons.get(command)?.setAttribute("aria-pressed", String(on));
  }

  /** Run becomes Pause as soon as it is pressed. */
  showRunning(running: boolean): void {
    const run = this.buttons.get("run");
    const command = running ? "stop" : "run";
    if (run && run.dataset["command"] !== command) this.name(run, command);
  }

  /** Follows the machine: what can be done now, and how the run stands. */
  show(state: MachineState, running = state.outcome.kind === "running"): void {
    const { kind } = state.outcome;
    const over = outcomeView.isOver(state.outcome);
    this.status.setAttribute("aria-live", running ? "off" : "polite");
    outcomeView.draw(this.status, state);
    const run = this.buttons.get("run");
    if (run) {
      const goesOn = kind === "limit" || (kind === "paused" && state.steps > 0);
      if (running) this.name(run, "stop");
      else this.name(run, "run", goesOn ? "Continue" : "Run");
    }
    this.enable("run", running || this.again || !over);
    this.enable("step", !over);
    this.enable("beat", !running && !over);
    this.enable("back", state.steps > 0);
  }

  private enable(command: Command, on: boolean): void {
    this.buttons.get(command)?.setAttribute("aria-disabled", String(!on));
  }
}
