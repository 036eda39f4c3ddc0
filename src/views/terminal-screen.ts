/**
 * The screen of the terminal view: xterm.js obeys the control codes and turns keys into bytes, which leave as inputs of the run. It
 * answers no questions of the program (where is the cursor? what are you?): a picture must not change the run that it shows.
 */

/// <reference path="./style-text.ts" />
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import xtermStyle from "@xterm/xterm/css/xterm.css";
import type { MachineState, TerminalState } from "./machine-state.js";
import { isOver } from "./outcome.js";
import { bytesOf } from "./terminal.js";
import { act } from "./view.js";

const HINT = "Keys go to the program, Tab and Ctrl-C too. To leave the terminal, press Esc, then Tab.";

export class TerminalScreen {
  private readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly host = document.createElement("div");
  private written: Pick<TerminalState, "shown" | "leftOut"> = { shown: "", leftOut: 0 };
  private state: MachineState | undefined;
  /** The reader has begun to use it; before that its window is what the program was started with. */
  private used = false;
  /** The last key was Escape. */
  private escaped = false;

  constructor(private readonly element: HTMLElement) {
    const { host } = this;
    host.className = "screen";
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = HINT;
    addStyle(xtermStyle);
    element.append(host, hint);
    element.classList.add("has-screen");
    this.terminal = new Terminal({
      screenReaderMode: true,
      minimumContrastRatio: 4.5,
      fontSize: 14,
      fontFamily: getComputedStyle(host).fontFamily,
      theme: themeOf(host),
    });
    this.terminal.loadAddon(this.fit);
    this.leaveUnanswered();
    this.terminal.open(host);
    this.terminal.textarea?.setAttribute("aria-description", HINT);
    this.listen();
  }

  private listen(): void {
    const { terminal, host } = this;
    terminal.onData((text) => this.typed(new TextEncoder().encode(text)));
    terminal.onBinary((bytes) => this.typed(bytesOf(bytes)));
    terminal.attachCustomKeyEventHandler((event) => this.goesToProgram(event));
    // Keys mean nothing to the cell around it.
    host.addEventListener("keydown", (event) => event.stopPropagation());
    host.addEventListener("focusin", () => {
      this.used = true;
      this.resized();
    });
    new ResizeObserver(() => this.resized()).observe(host);
    const recolour = () => {
      terminal.options.theme = themeOf(host);
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
    new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Escape, then Tab moves the focus on, as Tab does elsewhere. */
  private goesToProgram(event: KeyboardEvent): boolean {
    if (event.type !== "keydown") return true;
    const leaves = event.key === "Tab" && this.escaped;
    if (event.key !== "Shift") this.escaped = event.key === "Escape";
    return !leaves;
  }

  private typed(bytes: Uint8Array): void {
    act(this.element, { kind: "input", input: { kind: "terminal", bytes } });
  }

  /** The window follows the page, but not while its reader looks at the past, which that would change. */
  private resized(): void {
    const { state } = this;
    const size = this.fit.proposeDimensions();
    if (!this.used || !state?.terminal || !size || !Number.isFinite(size.cols + size.rows)) return;
    if (hasEnded(state) || state.time < (state.timeline?.end ?? 0)) return;
    const { rows, cols: columns } = size;
    if (rows === state.terminal.rows && columns === state.terminal.columns) return;
    act(this.element, { kind: "input", input: { kind: "window-size", rows, columns } });
  }

  /** Shows the moment: what came after the last one, or everything from the beginning. */
  show(state: MachineState): void {
    const { terminal } = this;
    this.state = state;
    if (!state.terminal) return;
    const { rows, columns, shown, leftOut } = state.terminal;
    if (terminal.rows !== rows || terminal.cols !== columns) terminal.resize(columns, rows);
    terminal.options.disableStdin = hasEnded(state);
    const known = knownPart(this.written, state.terminal);
    // A reset as a part of the text keeps its place behind what is still to be drawn.
    terminal.write(bytesOf(known === undefined ? `\x1bc${shown}` : shown.slice(known)));
    this.written = { shown, leftOut };
  }

  private leaveUnanswered(): void {
    const { parser } = this.terminal;
    const yes = () => true;
    for (const prefix of ["", "?"]) {
      const of = prefix === "" ? {} : { prefix };
      parser.registerCsiHandler({ ...of, final: "n" }, yes);
      parser.registerCsiHandler({ ...of, intermediates: "$", final: "p" }, yes);
    }
    for (const prefix of ["", ">", "="])
      parser.registerCsiHandler(prefix === "" ? { final: "c" } : { prefix, final: "c" }, yes);
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, yes);
    for (const colours of [4, 10, 11, 12]) parser.registerOscHandler(colours, (asked) => asked.includes("?"));
  }
}

/** How many bytes of `now` are on the screen already; undefined when other things are. */
function knownPart(
  written: Pick<TerminalState, "shown" | "leftOut">,
  now: Pick<TerminalState, "shown" | "leftOut">,
): number | undefined {
  const gone = now.leftOut - written.leftOut;
  const known = written.shown.length - gone;
  if (gone < 0 || known < 0 || known > now.shown.length) return undefined;
  return written.shown.slice(gone) === now.shown.slice(0, known) ? known : undefined;
}

function hasEnded({ outcome }: MachineState): boolean {
  return isOver(outcome) && !(outcome.kind === "halted" && outcome.waits);
}

/** The colours of the page; xterm.js keeps all others readable on them. */
function themeOf(element: HTMLElement) {
  const { color: foreground, backgroundColor: background, accentColor } = getComputedStyle(element);
  return {
    foreground,
    background,
    cursor: foreground,
    cursorAccent: background,
    selectionBackground: accentColor,
  };
}

const styled = new WeakSet<Document>();

function addStyle(text: string): void {
  if (styled.has(document)) return;
  styled.add(document);
  const style = document.createElement("style");
  style.textContent = text;
  document.head.append(style);
}
