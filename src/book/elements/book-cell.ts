/** What the book's own elements ask of a live cell of the page, which they find by its name. */
import type { Load } from "../../cells/protocol.js";
import type { LoggedInput } from "../../machine/time/timeline.js";
import type { WorldInput } from "../../trace/input.js";
import type { MachineState } from "../../views/machine-state.js";
import type { Edit } from "../cell-runs.js";

/** The event with which a cell tells its newest state, in `detail`. It bubbles. */
export const STATE_EVENT = "cell-state";

export interface BookCell extends HTMLElement {
  /** What the reader has made of the cell: program, parameters, and what was done by hand at which t. */
  attempt(): {
    readonly load: Load;
    readonly inputs: readonly LoggedInput<WorldInput>[];
    /** The cell as the book prints it. */
    readonly original: Load;
  };
  /** A fresh machine with the cell's own program, changed by `edit`, runs to its end. */
  runFresh(edit?: Edit): void;
}

/** The cell of that name, once its element is defined. */
export async function cellNamed(name: string): Promise<BookCell> {
  await customElements.whenDefined("live-cell");
  const cell = document.querySelector<BookCell>(`live-cell[name="${CSS.escape(name)}"]`);
  if (!cell) throw new Error(`this page has no cell ${name}`);
  return cell;
}

/** Hears every state of a cell until the returned function is called. */
export function onState(cell: Element, hear: (state: MachineState) => void): () => void {
  const listener = (event: Event) => hear((event as CustomEvent<MachineState>).detail);
  cell.addEventListener(STATE_EVENT, listener);
  return () => cell.removeEventListener(STATE_EVENT, listener);
}
