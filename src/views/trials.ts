/** Instructions tried one by one, each in a fresh machine, in the rings that the reader chose. */
import { select } from "d3-selection";
import type { MachineState, Ring, Trial } from "./machine-state.js";
import { list } from "./numbers.js";

export const title = "What each instruction may do";

const MARKS: Readonly<Record<Trial["verdict"], string>> = {
  done: "✓ done",
  ignored: "○ ignored",
  refused: "✗ refused",
  wrong: "? not run",
};

interface Row {
  readonly text: string;
  readonly trials: readonly Trial[];
}

function ringsOf(trials: readonly Trial[]): Ring[] {
  return ([0, 1, 2, 3] as const).filter((ring) => trials.some((t) => t.ring === ring));
}

function rowsOf(trials: readonly Trial[]): Row[] {
  const lines = [...new Set(trials.map((t) => t.line))];
  return lines.map((line) => {
    const here = trials.filter((t) => t.line === line);
    return { text: here[0]?.text ?? "", trials: here };
  });
}

/** One explanation for all rings in which the same happened: "Rings 1, 2 and 3: #GP(0) …". */
function explanations(trials: readonly Trial[]): string[] {
  const verdicts = [...new Set(trials.map((t) => t.verdict))];
  return verdicts.map((verdict) => {
    const same = trials.filter((t) => t.verdict === verdict);
    const rings = same.map((t) => String(t.ring));
    return `Ring${rings.length > 1 ? "s" : ""} ${list(rings)}: ${same[same.length - 1]?.says ?? ""}.`;
  });
}

export function draw(element: HTMLElement, state: MachineState): void {
  const { trials } = state;
  const table = select(element)
    .classed("trials", true)
    .selectAll<HTMLTableElement, number>("table")
    .data([0])
    .join((enter) => {
      const made = enter.append("table").attr("translate", "no");
      made.append("thead").append("tr");
      return made;
    });
  table
    .select("thead tr")
    .selectAll<HTMLTableCellElement, string>("th")
    .data(["instruction", ...ringsOf(trials).map((ring) => `ring ${ring}`)])
    .join("th")
    .attr("scope", "col")
    .text((d) => d);
  const rows = table
    .selectAll<HTMLTableSectionElement, Row>("tbody")
    .data(rowsOf(trials))
    .join((enter) => {
      const body = enter.append("tbody");
      body.append("tr").attr("class", "marks").append("th").attr("scope", "row");
      body.append("tr").attr("class", "says").append("td");
      return body;
    });
  rows.select(".marks th").text((d) => d.text);
  const cells = rows
    .select(".marks")
    .selectAll<HTMLTableCellElement, Trial>("td")
    .data((d) => d.trials)
    .join((enter) => {
      const cell = enter.append("td");
      cell.append("strong");
      return cell;
    })
    .attr("class", (d) => `verdict-${d.verdict}`);
  cells
    .select("strong")
    .selectAll<HTMLSpanElement, string>("span")
    .data((d) => [MARKS[d.verdict].slice(0, 2), MARKS[d.verdict].slice(2)])
    .join("span")
    .attr("class", (_d, n) => (n === 0 ? "mark" : "word"))
    .text((d) => d);
  rows
    .select(".says td")
    .attr("colspan", ringsOf(trials).length + 1)
    .selectAll<HTMLParagraphElement, string>("p")
    .data((d) => explanations(d.trials))
    .join("p")
    .text((d) => d);
}

export function describe(state: MachineState): string {
  const { trials } = state;
  if (trials.length === 0) return "Nothing has been tried yet.";
  return ringsOf(trials)
    .map((ring) => {
      const said = trials
        .filter((t) => t.ring === ring)
        .map((t) => `${t.text}: ${MARKS[t.verdict].slice(2)}, ${t.says}`);
      return `In ring ${ring}: ${list(said)}.`;
    })
    .join(" ");
}
