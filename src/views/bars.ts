/** Lines of output such as `syscall: 160`, as bars of that length: what a program measured, at a glance. */
import { select } from "d3-selection";
import type { MachineState } from "./machine-state.js";
import { count, list } from "./numbers.js";

export const title = "Measured by the program";

interface Bar {
  readonly label: string;
  readonly value: number;
  /** Of the longest, 0 to 1. */
  readonly share: number;
}

function barsOf({ output }: MachineState): Bar[] {
  const lines = [...output.matchAll(/^(.+): (\d+)$/gm)].map(([, label = "", value = ""]) => ({
    label,
    value: Number(value),
  }));
  const longest = Math.max(1, ...lines.map(({ value }) => value));
  return lines.map((line) => ({ ...line, share: line.value / longest }));
}

export function draw(element: HTMLElement, state: MachineState): void {
  const rows = select(element)
    .classed("bars", true)
    .selectAll<HTMLDivElement, Bar>("div.row")
    .data(barsOf(state), (d) => d.label)
    .join((enter) => {
      const row = enter.append("div").attr("class", "row");
      for (const part of ["label", "track", "value"]) row.append("span").attr("class", part);
      row.select(".track").append("span").attr("class", "bar");
      return row;
    })
    .order();
  rows.select(".label").text((d) => d.label);
  rows.select<HTMLElement>(".bar").style("width", (d) => `${Math.max(0.5, d.share * 100).toFixed(1)}%`);
  rows.select(".value").text((d) => count(d.value));
  select(element)
    .selectAll("p.none")
    .data(barsOf(state).length === 0 ? [0] : [])
    .join("p")
    .attr("class", "none")
    .text("Nothing has been measured yet: run it.");
}

export function describe(state: MachineState): string {
  const bars = barsOf(state);
  if (bars.length === 0) return "Nothing has been measured yet.";
  return `Measured: ${list(bars.map(({ label, value }) => `${label} ${count(value)}`))}.`;
}
