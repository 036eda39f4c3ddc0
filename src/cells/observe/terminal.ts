/** The terminal of a stage's first process. */
import type { TerminalState } from "../../views/machine-state.js";
import type { Stage } from "../stage/stage.js";

export function terminalState({ world }: Stage): TerminalState {
  const { terminal, output } = world;
  if (!terminal || !output) throw new Error("this world has no terminal");
  return { rows: terminal.rows, columns: terminal.columns, shown: output.text, leftOut: output.leftOut };
}
