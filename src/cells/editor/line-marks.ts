/**
 * What lines of the editor show besides text: the one that runs next, those that are lit, those at which runs stop, and
 * on each the reference by which the rest of the page finds it.
 */
import {
  type EditorState,
  type Extension,
  RangeSet,
  StateEffect,
  type StateEffectType,
  StateField,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutter,
  lineNumbers,
} from "@codemirror/view";

/** The line that runs next; undefined for none. */
export const setCurrent = StateEffect.define<number | undefined>();
/** Lines that mean the thing to which the reader points. */
export const setLit = StateEffect.define<readonly number[]>();
/** Lines at which runs stop. */
export const setStops = StateEffect.define<readonly number[]>();

/** A field of numbers of lines, drawn as a class on each. Typing makes them void: they were those of another text. */
function classField<T>(effect: StateEffectType<T>, name: string, lines: (value: T) => readonly number[]) {
  const mark = Decoration.line({ class: name });
  return StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(marks, transaction) {
      const set = transaction.effects.find((one) => one.is(effect));
      if (set) return atLines(transaction.state, lines(set.value as T), mark);
      return transaction.docChanged ? Decoration.none : marks;
    },
    provide: (field) => EditorView.decorations.from(field),
  });
}

function atLines(state: EditorState, lines: readonly number[], mark: Decoration): DecorationSet {
  const known = lines.filter((line) => line >= 1 && line <= state.doc.lines).sort((a, b) => a - b);
  return Decoration.set(known.map((line) => mark.range(state.doc.line(line).from)));
}

/** `data-ref` on each line. */
const references = StateField.define<DecorationSet>({
  create: referencesOf,
  update: (marks, transaction) => (transaction.docChanged ? referencesOf(transaction.state) : marks),
  provide: (field) => EditorView.decorations.from(field),
});

function referencesOf(state: EditorState): DecorationSet {
  const ranges = Array.from({ length: state.doc.lines }, (_, n) =>
    Decoration.line({ attributes: { "data-ref": `line:${n + 1}` } }).range(state.doc.line(n + 1).from),
  );
  return Decoration.set(ranges);
}

class StopMarker extends GutterMarker {
  override toDOM(): Node {
    const dot = document.createElement("span");
    dot.className = "stop-mark";
    dot.title = "Runs stop before this line. Press to take the stop away.";
    return dot;
  }
}

const stopMarker = new StopMarker();

const stops = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    const set = transaction.effects.find((one) => one.is(setStops));
    if (!set) return marks.map(transaction.changes);
    const { doc } = transaction.state;
    const known = set.value.filter((line) => line >= 1 && line <= doc.lines).sort((a, b) => a - b);
    return RangeSet.of(known.map((line) => stopMarker.range(doc.line(line).from)));
  },
});

/** @param pressed hears the line beside which the margin was pressed */
export function lineMarks(pressed: (line: number) => void): Extension {
  const handlers = {
    mousedown: (view: EditorView, { from }: { from: number }) => {
      pressed(view.state.doc.lineAt(from).number);
      return true;
    },
  };
  return [
    stops,
    gutter({
      class: "cm-stops",
      markers: (view) => view.state.field(stops),
      initialSpacer: () => stopMarker,
      domEventHandlers: handlers,
    }),
    lineNumbers({ domEventHandlers: handlers }),
    classField(setCurrent, "current-line", (line) => (line === undefined ? [] : [line])),
    classField(setLit, "lit", (lines) => lines),
    references,
  ];
}
