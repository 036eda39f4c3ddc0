/** What a live cell offers to the rest of the page: other elements know it by this, and need none of its code. */
import type { Load, Position } from "./protocol.js";
import type { Parameter } from "./scenarios/scenario.js";

/** Sent by a cell, and bubbling, when one of its parameters has another value. */
export const PARAMETER_EVENT = "cell-parameter";

export interface ParameterChange {
  /** The cell's name. */
  readonly cell: string;
  readonly name: string;
  readonly value: number | string;
}

/** Sent by a cell, and bubbling, whenever its machine shows another moment; `detail` is the `MachineState`. */
export const STATE_EVENT = "cell-state";

/** What the reader has made of a cell: program and parameters, and what was done by hand at which t. */
export interface Attempt {
  readonly load: Load;
  readonly inputs: Position["inputs"];
  /** What the book would load. */
  readonly original: Load;
}

/** A change of a program: the first `from` in it becomes `to`. */
export interface TextChange {
  readonly from: string;
  readonly to: string;
}

/** As much of a live cell as others may use. */
export interface LiveCellFace extends HTMLElement {
  /** The program as it stands now. */
  readonly text: string;
  readonly parameters: readonly Parameter[];
  parameterValue(name: string): number | string | undefined;
  setParameter(name: string, value: number | string): void;
  /** Puts another program in the place of the present one, as if the reader had typed it. */
  open(text: string): Promise<void>;
  attempt(): Attempt;
  /** A fresh machine with the book's program, changed, runs to its end; its states are told as always. */
  runFresh(change?: TextChange): void;
  /** As in the book: its text, its parameters, a fresh machine; what was kept of it is forgotten. */
  restore(): void;
}

export function isLiveCell(element: Element): element is LiveCellFace {
  return element.localName === "live-cell" && "setParameter" in element;
}
