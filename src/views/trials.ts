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
  readonly trials: readonly (Trial | undefined)[];
}

function ringsOf(trials: readonly Trial[]): Ring[] {
  return ([0, 1, 2, 3] as const).filter((ring) => trials.some((t) => t.ring === ring));
}

function rowsOf(trials: readonly Trial[]): Row[] {
  const lines = [...new Set(trials.map((t) => t.line))];
  return lines.map((line) => {
    const here = trials.filter((t) => t.line === line);
    return {
      text: here[0]?.text ?? "",
      trials: ringsOf(trials).map((ring) => here.find((t) => t.ring === ring)),
    };
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
      made.append("tbody");
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
    .select("tbody")
    .selectAll<HTMLTableRowElement, Row>("tr")
    .data(rowsOf(trials))
    .join((enter) => {
      const row = enter.append("tr");
      row.append("th").attr("scope", "row");
      return row;
    });
  rows.select("th").text((d) => d.text);
  const cells = rows
    .selectAll<HTMLTableCellElement, Trial | undefined>("td")
    .data((d) => d.trials)
    .join((enter) => {
      const cell = enter.append("td");
      cell.append("strong");
      cell.append("span");
      return cell;
    })
    .attr("class", (d) => `verdict-${d?.verdict ?? "wrong"}`);
  cells.select("strong").text((d) => (d ? MARKS[d.verdict] : ""));
  cells.select("span").text((d) => d?.says ?? "");
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
