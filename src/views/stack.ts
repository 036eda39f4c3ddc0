/** The stack above RSP, high addresses at the top as everywhere in the book; RSP is the arrow at the bottom. */
import { select } from "d3-selection";
import type { MachineState, StackSlot } from "./machine-state.js";
import { hex, hexDigits, list } from "./numbers.js";

export const title = "Stack";

export function draw(element: HTMLElement, state: MachineState): void {
  const { stack } = state;
  const root = select(element).classed("stack", true);
  root
    .selectAll<HTMLParagraphElement, string>("p.caption")
    .data([stack?.title ?? "No stack is in use yet."])
    .join("p")
    .attr("class", "caption")
    .text((d) => d);
  const slots = stack ? [...stack.slots].reverse() : [];
  const rows = root
    .selectAll<HTMLDivElement, StackSlot>("div.slot")
    .data(slots, (d) => String(d.address))
    .join((enter) => {
      const row = enter.append("div").attr("class", "slot").attr("translate", "no");
      for (const part of ["pointer", "address", "value", "holds"]) row.append("span").attr("class", part);
      return row;
    })
    .order()
    .attr("data-ref", (d) => `memory:${hex(d.address)}+8`)
    .classed("changed", (d) => d.changed);
  rows.select(".pointer").text((d) => (d.address === stack?.pointer ? "rsp ▶" : ""));
  rows.select(".address").text((d) => hexDigits(d.address, 1));
  rows.select(".value").text((d) => (d.value === undefined ? "not mapped" : hexDigits(d.value, 16)));
  rows.select(".holds").text((d) => d.note ?? "");
}

export function describe(state: MachineState): string {
  const { stack } = state;
  if (!stack) return "No stack is in use yet.";
  const noted = stack.slots.filter((slot) => slot.note && slot.value !== undefined);
  const parts = noted.map((slot) => `${hex(slot.value ?? 0n)} (${slot.note})`);
  const contents = parts.length > 0 ? ` From the top of the stack, upwards in memory: ${list(parts)}.` : "";
  return `The ${stack.title}: rsp is ${hex(stack.pointer)}.${contents}`;
}
