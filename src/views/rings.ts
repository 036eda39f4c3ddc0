/** Which ring the processor is in, where that is written, and what crossed last and why. */
import { select } from "d3-selection";
import type { Crossing, MachineState, Ring } from "./machine-state.js";
import { hex, plural } from "./numbers.js";

export const title = "Rings";

const RINGS: readonly Ring[] = [3, 2, 1, 0];
const RADIUS: Readonly<Record<Ring, number>> = { 0: 36, 1: 55, 2: 74, 3: 93 };
const WORDS: Readonly<Record<Ring, string>> = { 0: "kernel", 1: "unused", 2: "unused", 3: "programs" };

/** What a crossing did, as one clause. */
export function crossingWords(crossing: Crossing): string {
  const way =
    crossing.from === crossing.to
      ? `stayed in ring ${crossing.to}`
      : `ring ${crossing.from} → ring ${crossing.to}`;
  const why = crossing.detail ? `: ${crossing.detail}` : "";
  return `${crossing.name}, ${way}${why}`;
}

export function draw(element: HTMLElement, state: MachineState): void {
  const root = select(element).classed("rings", true);
  const svg = root
    .selectAll<SVGSVGElement, number>("svg")
    .data([0])
    .join((enter) => enter.append("svg").attr("viewBox", "-100 -100 200 200").attr("aria-hidden", "true"));
  const rings = svg
    .selectAll<SVGGElement, Ring>("g")
    .data(RINGS)
    .join((enter) => {
      const group = enter.append("g");
      group.append("circle").attr("r", (d) => RADIUS[d]);
      group.append("text").attr("text-anchor", "middle");
      return group;
    })
    .classed("here", (d) => d === state.ring);
  rings
    .select("text")
    .attr("y", (d) => (d === 0 ? 4 : -RADIUS[d] + 13))
    .text((d) => (d === state.ring ? `▸ ${d} ${WORDS[d]} ◂` : `${d} ${WORDS[d]}`));
  const { last } = state.crossings;
  const lines = [
    `Ring ${state.ring}: the low two bits of cs.`,
    last ? `Last crossing: ${crossingWords(last)}.` : "Nothing has crossed a ring yet.",
  ];
  root
    .selectAll<HTMLParagraphElement, string>("p")
    .data(lines)
    .join("p")
    .text((d) => d);
}

export function describe(state: MachineState): string {
  const { counts, last } = state.crossings;
  const now = `The processor is in ring ${state.ring}${state.ring === 0 ? ", where everything is allowed" : ""}.`;
  if (!last) return `${now} Nothing has crossed a ring yet.`;
  const total = counts.exception + counts.interrupt + counts.syscall;
  const whence = last.instruction ? ` It came from ${last.instruction} at ${hex(last.rip)}.` : "";
  return `${now} ${plural(total, "entry", "entries")} so far. The last crossing: ${crossingWords(last)}.${whence}`;
}
