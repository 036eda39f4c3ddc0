/**
 * The ways into the kernel on a strip of time, in three rows: asked for (a system call), unasked and the program's own doing (an
 * exception), unasked and from outside (timer, keyboard). Each has a shape of its own. A button presses a key.
 */
import { select } from "d3-selection";
import type { EventState, MachineState } from "./machine-state.js";
import { count, list, plural } from "./numbers.js";
import { pictureWidth } from "./picture-width.js";
import { act } from "./view.js";

export const title = "Three kinds of ways in";

const LEFT = 150;
const ROW = 30;

const ROWS = [
  { name: "asked for", kinds: ["syscall-entry"], path: "M-5,-5h10v10h-10z" },
  { name: "the program’s doing", kinds: ["exception"], path: "M0,-6l6,11h-12z" },
  { name: "from outside", kinds: ["interrupt"], path: "M0,-6a6,6 0 1 1 -0.01,0z" },
] as const;

interface Mark extends EventState {
  readonly row: number;
}

function marksOf({ events = [] }: MachineState): Mark[] {
  return events.flatMap((event) => {
    const row = ROWS.findIndex(({ kinds }) => (kinds as readonly string[]).includes(event.kind));
    return row < 0 ? [] : [{ ...event, row }];
  });
}

export function draw(element: HTMLElement, state: MachineState): void {
  const root = select(element).classed("entries", true);
  const marks = marksOf(state);
  const first = marks[0]?.time ?? 0;
  const span = Math.max(1, state.time - first);
  const chart = root.selectAll<SVGSVGElement, number>("svg").data([0]).join("svg");
  const width = pictureWidth(chart.node()!);
  const x = (time: number) => LEFT + ((time - first) / span) * (width - LEFT - 16);
  chart
    .attr("viewBox", `0 0 ${width} ${ROWS.length * ROW + 4}`)
    .attr("role", "img")
    .attr("aria-label", describe(state));
  const rows = chart
    .selectAll<SVGGElement, (typeof ROWS)[number]>("g.row")
    .data(ROWS)
    .join((enter) => {
      const row = enter.append("g").attr("class", "row");
      row
        .append("text")
        .attr("x", LEFT - 16)
        .attr("y", 4)
        .attr("text-anchor", "end");
      row.append("line").attr("x1", LEFT);
      return row;
    })
    .attr("transform", (_, n) => `translate(0,${ROW / 2 + n * ROW})`);
  rows.select("text").text((d) => d.name);
  rows.select("line").attr("x2", width - 16);
  chart
    .selectAll<SVGPathElement, Mark>("path.mark")
    .data(marks, (d) => d.index)
    .join((enter) => enter.append("path").attr("class", "mark"))
    .attr("class", (d) => `mark color-${d.row}`)
    .attr("d", (d) => ROWS[d.row]!.path)
    .attr("data-ref", (d) => d.about ?? `event:${d.index}`)
    .attr("transform", (d) => `translate(${x(d.time)},${ROW / 2 + d.row * ROW})`)
    .on("click", function (_event, d) {
      act(this, { kind: "seek", time: d.time });
    })
    .selectAll("title")
    .data((d) => [d])
    .join("title")
    .text((d) => `step ${count(d.time)}: ${d.says}`);
  root
    .selectAll<HTMLButtonElement, number>("button")
    .data([0])
    .join("button")
    .attr("type", "button")
    .text("Press a key of the PC")
    .on("click", function () {
      act(this, { kind: "input", input: { kind: "key", key: "KeyA", down: true } });
      act(this, { kind: "input", input: { kind: "key", key: "KeyA", down: false } });
    });
}

export function describe(state: MachineState): string {
  const marks = marksOf(state);
  const counts = ROWS.map(({ name }, n) => `${count(marks.filter(({ row }) => row === n).length)} ${name}`);
  const last = marks.at(-1);
  return marks.length === 0
    ? "Nobody has entered the kernel yet."
    : `Of the last ${plural(marks.length, "way in", "ways in")} ${list(counts)}; the newest: ${last!.says}.`;
}
