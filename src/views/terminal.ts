/**
 * A terminal: what a program shows on it, and keys for the program. On paper, without JavaScript and until the screen is fetched it
 * is text. What obeys the control codes is xterm.js (`terminal-screen.ts`), which comes only where there is a window.
 */
import { select } from "d3-selection";
import type { MachineState, TerminalState } from "./machine-state.js";
import { plural } from "./numbers.js";
import { visibleText } from "./output.js";
import type { TerminalScreen } from "./terminal-screen.js";

export const title = "Terminal";

/** A screen is a part of the element in which it stands. */
const screens = new WeakMap<HTMLElement, Promise<TerminalScreen>>();

export function draw(element: HTMLElement, state: MachineState): void {
  const { terminal } = state;
  select(element)
    .classed("terminal", true)
    .selectAll<HTMLPreElement, string>("pre.still")
    .data([terminal ? terminalText(terminal.shown) : ""])
    .join((enter) => enter.append("pre").attr("class", "still").attr("translate", "no").attr("tabindex", "0"))
    .text((text) => (text.trim() === "" ? "nothing shown yet" : text));
  // A still is drawn where nothing has a size.
  if (!terminal || !("ResizeObserver" in globalThis)) return;
  let screen = screens.get(element);
  if (!screen) {
    screen = import("./terminal-screen.js").then((module) => new module.TerminalScreen(element));
    screens.set(element, screen);
  }
  void screen.then((one) => one.show(state));
}

export function describe({ terminal, outcome }: MachineState): string {
  if (!terminal) return "There is no terminal.";
  const size = `Its window has ${plural(terminal.rows, "row")} of ${plural(terminal.columns, "column")}.`;
  const waits = outcome.kind === "halted" && outcome.waits ? " The program waits for keys." : "";
  return `${shows(terminal)} ${size}${waits}`;
}

function shows({ shown }: TerminalState): string {
  const lines = terminalText(shown).trimEnd().split("\n");
  const last = lines[lines.length - 1]!.trimEnd();
  if (last === "") return "Nothing has been shown on the terminal.";
  return lines.length === 1
    ? `The terminal shows: ${last}`
    : `The terminal has shown ${plural(lines.length, "line")}; the last: ${last}`;
}

/** Colours and other attributes, titles of windows, and the like. */
const SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g;
/** The whole screen is cleared, or reset. */
const CLEAR = /\x1b\[[23]J|\x1bc/;

/**
 * What a terminal would show, as lines: carriage returns, backspaces and tabs are obeyed and a cleared screen is empty; colours and
 * movements to other lines are left out.
 * @param shown bytes, a character each
 */
export function terminalText(shown: string): string {
  const text = new TextDecoder().decode(bytesOf(shown));
  const visible = text.split(CLEAR).at(-1)!.replace(SEQUENCES, "");
  return visible.split("\n").map(overwritten).join("\n");
}

/** A line in which the cursor went back and forth. */
function overwritten(line: string): string {
  const cells: string[] = [];
  let column = 0;
  for (const char of line) {
    if (char === "\r") column = 0;
    else if (char === "\b") column = Math.max(0, column - 1);
    else if (char === "\t") column = (column + 8) & ~7;
    else if (char !== "\x07") cells[column++] = visibleText(char);
  }
  return Array.from(cells, (char) => char ?? " ")
    .join("")
    .trimEnd();
}

/** The bytes that a byte string is. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
