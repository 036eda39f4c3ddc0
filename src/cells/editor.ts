/**
 * The editor of a cell: CodeMirror with a few keys, marks under problems and a mark at the running line.
 * Loaded only when a reader begins to edit. Tab leaves it, as everywhere on the page.
 */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Problem } from "../views/machine-state.js";
import { assembly } from "./asm-language.js";

/** What an editor tells its cell. */
export interface EditorEvents {
  changed(text: string): void;
  run(): void;
  step(): void;
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
  focus(): void;
}

const setMarks = StateEffect.define<DecorationSet>();
const setCurrent = StateEffect.define<number | undefined>();
const problemMark = Decoration.mark({ class: "problem-mark" });
const currentMark = Decoration.line({ class: "current-line" });

const problemField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const set = transaction.effects.find((effect) => effect.is(setMarks));
    return set ? (set.value as DecorationSet) : marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const currentField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    if (transaction.docChanged) return Decoration.none;
    const set = transaction.effects.find((effect) => effect.is(setCurrent));
    if (!set) return marks;
    const line = set.value as number | undefined;
    if (line === undefined || line < 1 || line > transaction.state.doc.lines) return Decoration.none;
    return Decoration.set([currentMark.range(transaction.state.doc.line(line).from)]);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "inherit", fontSize: "inherit", padding: "0.5rem 0" },
  ".cm-content": { fontFamily: "var(--cell-mono)", padding: "0", caretColor: "currentColor" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--cell-faint)", border: "none" },
  ".cm-cursor": { borderLeftColor: "currentColor" },
  "&.cm-focused": { outline: "none" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": {
    background: "var(--cell-selection) !important",
  },
});

/** Puts an editor into `parent`. */
export function createEditor(
  parent: HTMLElement,
  text: string,
  longest: number,
  events: EditorEvents,
): Editor {
  const view = new EditorView({
    parent,
    state: EditorState.create({ doc: text, extensions: extensions(longest, events) }),
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
      view.dispatch({ effects: setMarks.of(marksOf(view.state, problems)) });
    },
    setCurrentLine(line) {
      view.dispatch({ effects: setCurrent.of(line) });
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

function extensions(longest: number, events: EditorEvents): Extension[] {
  const bind = (run: () => void) => () => {
    run();
    return true;
  };
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    assembly,
    theme,
    problemField,
    currentField,
    keymap.of([
      { key: "Mod-Enter", run: bind(events.run) },
      { key: "F8", run: bind(events.run) },
      { key: "F10", run: bind(events.step) },
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    EditorView.contentAttributes.of({
      "aria-label": "Program, in assembly",
      spellcheck: "false",
      autocapitalize: "off",
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

function marksOf(state: EditorState, problems: readonly Problem[]): DecorationSet {
  const ranges = problems.flatMap(({ line, column, length }) => {
    if (line === undefined || line > state.doc.lines) return [];
    const { from, to } = state.doc.line(line);
    const start = Math.min(from + (column ?? 1) - 1, to);
    const end = Math.min(start + Math.max(length ?? to - start, 1), to);
    return end > start ? [problemMark.range(start, end)] : [];
  });
  return Decoration.set(ranges, true);
}
