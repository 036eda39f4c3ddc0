/**
 * What a view is: a picture and its words, both functions of the state and nothing else. What the reader does to a
 * picture leaves it as an `Action`; the cell around it acts, and a new state comes back.
 */
import type { WorldInput } from "../trace/input.js";
import type { MachineState } from "./machine-state.js";

/** Something that a reader asks for by touching a picture. */
export type Action =
  | { readonly kind: "write-memory"; readonly address: bigint; readonly bytes: readonly number[] }
  | { readonly kind: "write-register"; readonly name: string; readonly value: bigint }
  | { readonly kind: "recode"; readonly line: number; readonly bytes: readonly number[] }
  /** Something comes in from outside, or is changed by hand. */
  | { readonly kind: "input"; readonly input: WorldInput }
  /** To another moment, in the unit of the cell's time. */
  | { readonly kind: "seek"; readonly time: number };

/** The name of the DOM event that carries an `Action` in its `detail`. */
export const ACTION_EVENT = "machine-action";

/** Sends an action up from `element` to the cell that holds it. */
export function act(element: Element, action: Action): void {
  element.dispatchEvent(new CustomEvent(ACTION_EVENT, { bubbles: true, detail: action }));
}

/** The picture and its words. */
export interface View {
  /** As the `show=` attribute of a cell names it. */
  readonly name: string;
  /** The heading above the picture. */
  readonly title: string;
  /** Makes `element` show `state`; may be called again at any time, with any other state. */
  draw(element: HTMLElement, state: MachineState): void;
  /** The same in words: whole sentences that stay right in any order. */
  describe(state: MachineState): string;
}
