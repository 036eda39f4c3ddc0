/** Downloads a run as lines of JSON, one an event. Loaded when first asked for. */
import type { LiveCell } from "./live-cell.js";

export async function exportRun(cell: LiveCell): Promise<void> {
  const { machine, program } = cell;
  try {
    save(`${program.name || "run"}.jsonl`, await machine.ask({ kind: "export" }));
  } catch (caught) {
    cell.say(`The run cannot be exported: ${caught instanceof Error ? caught.message : caught}.`);
  }
}

function save(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
