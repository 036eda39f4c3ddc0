/**
 * What comes into a run from outside, as plain data: with the beginning, the inputs and their times are the whole run.
 * Changes by hand are inputs like key presses: going back and forth repeats them.
 */
import type { KeyCode } from "../machine/devices/scan-codes.js";
import type { Reference } from "./reference.js";

export type WorldInput =
  /** A key of the PC's keyboard goes down or up. */
  | { readonly kind: "key"; readonly key: KeyCode; readonly down: boolean }
  /** Bytes typed into the terminal, or fed into the standard input, of the first process. */
  | { readonly kind: "terminal"; readonly bytes: Uint8Array }
  /** The window of the terminal has so many rows and columns from now on: TIOCGWINSZ tells them, SIGWINCH that they changed. */
  | { readonly kind: "window-size"; readonly rows: number; readonly columns: number }
  /** Nothing more will be fed into the standard input. */
  | { readonly kind: "end-of-input" }
  | { readonly kind: "serial"; readonly bytes: Uint8Array }
  | { readonly kind: "nmi" }
  /**
   * Bytes are put over what a reference names: `memory`, `physical`, a page-table `entry`, a `gate`, a `segment`'s descriptor, a
   * `saved` register. After a change of an `entry` the TLB is emptied, as a kernel would; whoever writes the same bytes as memory
   * can watch stale translations. Segment registers keep the descriptor that they have loaded.
   */
  | { readonly kind: "bytes"; readonly place: Reference; readonly bytes: Uint8Array }
  /** A register or flag is set: `register:rbx`, `flag:IF`. */
  | { readonly kind: "value"; readonly place: Reference; readonly value: bigint }
  /** A parameter that may change while the world runs. */
  | { readonly kind: "parameter"; readonly name: string; readonly value: string | number };

export type InputKind = WorldInput["kind"];
