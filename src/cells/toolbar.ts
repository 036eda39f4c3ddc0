/** The buttons of a cell, their keys, and one line that says how the run stands. */

import type { MachineState } from "../views/machine-state.js";
import * as outcomeView from "../views/outcome.js";

/** What a button or key asks for. */
export type Command = "run" | "stop" | "step" | "beat" | "back" | "reset" | "words" | "edit";

interface Button {
  readonly command: Command;
  readonly label: string;
  /** Shown in the help, and as a hint. */
  readonly key: string;
  readonly says: string;
}

const BUTTONS: readonly Button[] = [
  { command: "run", label: "Run", key: "r", says: "run, or go on" },
  { command: "step", label: "Step", key: "s", says: "one instruction (F10 in the editor too)" },
  { command: "beat", label: "Beat", key: "b", says: "one beat: fetch, decode, execute" },
  { command: "back", label: "Back", key: "u", says: "one instruction back" },
  { command: "stop", label: "Stop", key: "x", says: "stop where it is" },
  { command: "reset", label: "Reset", key: "0", says: "fresh machine; pressed again: the original text" },
  { command: "edit", label: "Edit", key: "e", says: "change the program (a click in it does the same)" },
  { command: "words", label: "Words", key: "w", says: "show what the pictures say in words" },
];

export class Toolbar {
  readonly element = document.createElement("div");
  private readonly buttons = new Map<Command, HTMLButtonElement>();
  private readonly status = document.createElement("p");
  private readonly asked: (command: Command) => void;

  /**
   * @param commands which buttons there are
   * @param again after the end, "Run" begins anew
   */
  constructor(
    commands: readonly Command[],
    asked: (command: Command) => void,
    private readonly again = false,
  ) {
    this.asked = asked;
    const shown = BUTTONS.filter((button) => commands.includes(button.command));
    const row = document.createElement("div");
    row.className = "cell-buttons";
    row.setAttribute("role", "toolbar");
    row.setAttribute("aria-label", "Machine");
    row.append(...shown.map((button) => this.button(button)), help(shown));
    this.status.className = "cell-status";
    this.status.setAttribute("role", "status");
    this.element.className = "cell-toolbar";
    this.element.append(row, this.status);
  }

  private button({ command, label, key, says }: Button): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.title = `${says} (key ${key})`;
    made.dataset["command"] = command;
    made.addEventListener("click", () => this.ask(command));
    this.buttons.set(command, made);
    return made;
  }

  private ask(command: Command): void {
    if (this.buttons.get(command)?.getAttribute("aria-disabled") !== "true") this.asked(command);
  }

  /** Obeys a key unless it is typed into something. Returns whether it meant a command. */
  key(event: KeyboardEvent): boolean {
    const command = commandOf(event);
    if (command === undefined || !this.buttons.has(command)) return false;
    this.ask(command);
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

  /** Follows the machine: what can be done now, and how the run stands. */
  show(state: MachineState): void {
    const { kind } = state.outcome;
    const running = kind === "running";
    const over = outcomeView.isOver(state.outcome);
    this.status.setAttribute("aria-live", running ? "off" : "polite");
    outcomeView.draw(this.status, state);
    const run = this.buttons.get("run");
    if (run)
      run.textContent = kind === "limit" || (kind === "paused" && state.steps > 0) ? "Continue" : "Run";
    this.enable("run", !running && (this.again || !over));
    this.enable("step", !running && !over);
    this.enable("beat", !running && !over);
    this.enable("back", !running && state.steps > 0);
    this.enable("stop", running);
  }

  private enable(command: Command, on: boolean): void {
    this.buttons.get(command)?.setAttribute("aria-disabled", String(!on));
  }
}

/** Single keys count only inside the cell and outside its fields; function keys count everywhere in the cell. */
function commandOf(event: KeyboardEvent): Command | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "F8") return "run";
  if (event.key === "F10") return event.shiftKey ? "back" : "step";
  const target = event.target as HTMLElement;
  if (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) return undefined;
  return BUTTONS.find((button) => button.key === event.key)?.command;
}

function help(buttons: readonly Button[]): HTMLElement {
  const details = document.createElement("details");
  details.className = "cell-keys";
  const summary = document.createElement("summary");
  summary.textContent = "Keys";
  const list = document.createElement("dl");
  for (const { key, label, says } of buttons) {
    const name = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    name.append(kbd);
    const words = document.createElement("dd");
    words.textContent = `${label}: ${says}`;
    list.append(name, words);
  }
  const where = document.createElement("p");
  where.textContent =
    "They work while the focus is on a button of this cell. In the editor: Ctrl+Enter or F8 runs, F10 steps.";
  details.append(summary, list, where);
  return details;
}
