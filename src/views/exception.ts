/** The last exception: its name, error code, reason, and which address was saved. */
import { select } from "d3-selection";
import type { Crossing, MachineState } from "./machine-state.js";
import { hex } from "./numbers.js";

export const title = "Last exception";

function sentence(crossing: Crossing): string {
  const code = crossing.errorCode === undefined ? "" : `, error code ${hex(crossing.errorCode)}`;
  const reason = crossing.detail ? `: ${crossing.detail}` : "";
  const cause = crossing.instruction ? ` Raised by ${crossing.instruction}.` : "";
  return `${crossing.name}${code}${reason}.${cause}`;
}

/** A fault saves the address of the instruction itself, so that it can be tried again; a trap that of the next one. */
function savedAddress(crossing: Crossing): string {
  const saved = crossing.saved.find((s) => s.what === "rip");
  if (!saved) return "";
  return saved.value === crossing.rip
    ? `Saved rip: ${hex(saved.value)}, the same instruction (a fault).`
    : `Saved rip: ${hex(saved.value)}, the next instruction (a trap).`;
}

export function draw(element: HTMLElement, state: MachineState): void {
  const crossing = state.crossings.latest.exception;
  select(element)
    .classed("exception", true)
    .classed("quiet", crossing === undefined)
    .selectAll<HTMLParagraphElement, string>("p")
    .data(crossing ? [sentence(crossing), savedAddress(crossing)] : ["None so far."])
    .join("p")
    .text((d) => d);
}

export function describe(state: MachineState): string {
  const crossing = state.crossings.latest.exception;
  return crossing ? `${sentence(crossing)} ${savedAddress(crossing)}`.trim() : "No exception so far.";
}
