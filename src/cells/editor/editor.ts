/**
 * The editor of a cell: CodeMirror with a few keys, marks and words at mistakes, and marks at lines. Loaded only when a
 * reader begins to edit. Tab leaves it, as everywhere on the page.
 */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import type { Problem } from "../../views/machine-state.js";
import type { Language } from "../scenarios/scenario.js";
import { assembly } from "./asm-language.js";
import { lineMarks, setCurrent, setLit, setStops } from "./line-marks.js";

/** What an editor tells its cell. */
export interface EditorEvents {
  changed(text: string): void;
  run(): void;
  step(): void;
  /** The margin beside a line was pressed. */
  margin(line: number): void;
  /** Something longer than `longest` was about to be put in, and was not. */
  tooLong(length: number): void;
}

/** An editor in the page. */
export interface Editor {
  readonly text: string;
  setText(text: string): void;
  /** Replaces the instruction in line `line`, counted from 1, by others; keeps indentation, labels and comment. */
  replaceLine(line: number, by: readonly string[]): void;
  setProblems(problems: readonly Problem[]): void;
  setCurrentLine(line: number | undefined): void;
  setLitLines(lines: readonly number[]): void;
  setStopLines(lines: readonly number[]): void;
  focus(): void;
}

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly longest: number;
  readonly language: Language;
}

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "inherit", fontSize: "inherit", padding: "0.5rem 0" },
  ".cm-content": { fontFamily: "var(--cell-mono)", padding: "0", caretColor: "currentColor" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--cell-faint)", border: "none" },
  ".cm-gutterElement": { cursor: "pointer" },
  ".cm-cursor": { borderLeftColor: "currentColor" },
  "&.cm-focused": { outline: "none" },
  ".cm-tooltip": {
    background: "var(--cell-raised)",
    border: "1px solid var(--cell-line)",
    borderRadius: "6px",
    font: "14px/1.4 system-ui, sans-serif",
    maxWidth: "26rem",
  },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--cell-bad)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": {
    background: "var(--cell-selection) !important",
  },
});

/** Puts an editor into the page. */
export async function createEditor(options: EditorOptions, events: EditorEvents): Promise<Editor> {
  const { parent, text, longest, language } = options;
  const inColours = language === "js" ? (await import("./js-language.js")).script : assembly;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [inColours, editing(longest, language, events), lineMarks((line) => events.margin(line))],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    setText(next) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    replaceLine(number, by) {
      if (number > view.state.doc.lines) return;
      const line = view.state.doc.line(number);
      view.dispatch({ changes: { from: line.from, to: line.to, insert: replaced(line.text, by) } });
    },
    setProblems(problems) {
      view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state, problems)));
    },
    setCurrentLine(line) {
      view.dispatch({ effects: setCurrent.of(line) });
    },
    setLitLines(lines) {
      view.dispatch({ effects: setLit.of(lines) });
    },
    setStopLines(lines) {
      view.dispatch({ effects: setStops.of(lines) });
    },
    focus() {
      view.focus();
    },
  };
}

function replaced(line: string, by: readonly string[]): string {
  const [, before = "", comment = ""] = /^(\s*(?:[\w.$]+:\s*)*)[^#]*?(\s*#.*)?$/.exec(line) ?? [];
  const indent = /^\s*/.exec(line)?.[0] || " ".repeat(before.length);
  return by.map((one, n) => (n === 0 ? before : indent) + one).join("\n") + comment;
}

function editing(longest: number, language: Language, events: EditorEvents): Extension[] {
  const bind = (run: () => void) => () => {
    run();
    return true;
  };
  return [
    history(),
    drawSelection(),
    theme,
    lintGutter(),
    keymap.of([
      { key: "Mod-Enter", run: bind(events.run) },
      { key: "F8", run: bind(events.run) },
      { key: "F10", run: bind(events.step) },
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    EditorView.contentAttributes.of({
      tabindex: "0",
      "aria-label": language === "js" ? "Program, in JavaScript" : "Program, in assembly",
      spellcheck: "false",
      autocapitalize: "off",
      autocorrect: "off",
      translate: "no",
    }),
    EditorState.changeFilter.of((transaction) => {
      const { length } = transaction.newDoc;
      if (length <= longest) return true;
      // Not now: whoever hears it changes the editor, which is in the middle of a change.
      queueMicrotask(() => events.tooLong(length));
      return false;
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) events.changed(update.state.doc.toString());
    }),
  ];
}

/** Problems at their places, with reason and next step; those without a place stand below the editor only. */
function diagnosticsOf(state: EditorState, problems: readonly Problem[]): Diagnostic[] {
  return problems.flatMap(({ line, column, length, reason, nextStep }) => {
    if (line === undefined || line > state.doc.lines) return [];
    const { from, to } = state.doc.line(line);
    const start = Math.min(from + (column ?? 1) - 1, to);
    const end = Math.min(start + Math.max(length ?? to - start, 1), to);
    const message = `${reason.replace(/\.?$/, ".")} ${nextStep}`;
    return [{ from: start, to: end, severity: "error", message, markClass: "problem-mark" }];
  });
}
