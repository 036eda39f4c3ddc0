/** Which cells of a page show the same machine: those with the same word `share=`. */
import { CellMachine } from "./cell-machine.js";
import { startWorker } from "./start-worker.js";

const shared = new Map<string, CellMachine>();

/** The machine of a group, or a machine of its own for a cell without one. */
export function machineFor(group: string | null): CellMachine {
  if (group === null) return new CellMachine(startWorker);
  const known = shared.get(group) ?? new CellMachine(startWorker);
  shared.set(group, known);
  return known;
}
