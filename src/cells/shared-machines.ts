/** Which cells of a page show the same machine: those with the same word `share=`. */
import { CellMachine } from "./cell-machine.js";
import { startWorker } from "./start-worker.js";

/**
 * Whether the machine runs this cell's program. Of the cells that share one it is the first that has any; the others look on.
 */
export function isAuthor(cell: HTMLElement): boolean {
  const group = cell.getAttribute("share");
  if (group === null) return true;
  const cells = [...document.querySelectorAll(`live-cell[share="${CSS.escape(group)}"]`)];
  return cell === (cells.find((one) => one.getAttribute("language") !== "none") ?? cells[0]);
}

const shared = new Map<string, CellMachine>();

/** The machine of a group, or a machine of its own for a cell without one. */
export function machineFor(group: string | null): CellMachine {
  if (group === null) return new CellMachine(startWorker);
  const known = shared.get(group) ?? new CellMachine(startWorker);
  shared.set(group, known);
  return known;
}
