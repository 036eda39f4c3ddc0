/** What a live cell offers to the rest of the page: other elements know it by this, and need none of its code. */
import type { MachineState } from "../views/machine-state.js";
import type { Parameter } from "./scenarios/scenario.js";

/** Sent by a cell, and bubbling, when one of its parameters has another value. */
export const PARAMETER_EVENT = "cell-parameter";

export interface ParameterChange {
  /** The cell's name. */
  readonly cell: string;
  readonly name: string;
  readonly value: number | string;
}

/** Sent by a cell, and bubbling, whenever its machine shows another moment; `detail` is the state. */
export const STATE_EVENT = "cell-state";

/** As much of a live cell as others may use. */
export interface LiveCellFace extends HTMLElement {
  /** The program as it stands now. */
  readonly text: string;
  readonly parameters: readonly Parameter[];
  parameterValue(name: string): number | string | undefined;
  setParameter(name: string, value: number | string): void;
  /** Puts another program in the place of the present one, as if the reader had typed it. */
  open(text: string): Promise<void>;
  /** Runs from where it is to the end, and resolves with how that looks. Rejects when there is a mistake in the program. */
  finish(): Promise<MachineState>;
  /** As in the book: its text, its parameters, a fresh machine; what was kept of it is forgotten. */
  restore(): void;
}

export function isLiveCell(element: Element): element is LiveCellFace {
  return element.localName === "live-cell" && "setParameter" in element;
}
