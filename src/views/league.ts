/** A league of schedulers, best first: the figures by which it is ordered, what they cost, and how each workload fared. */
import { select } from "d3-selection";
import type { LeagueRowState, LeagueState } from "./league-state.js";
import type { MachineState } from "./machine-state.js";

export const title = "League";

interface Column {
  readonly label: string;
  readonly of: (row: LeagueRowState) => string;
  /** What makes a row fall behind. */
  readonly isPoor?: (row: LeagueRowState, league: LeagueState) => boolean;
}

const figure = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? "never" : String(Number(milliseconds.toPrecision(3)));

const ms = (milliseconds: number): string => `${figure(milliseconds)} ms`;

const TOTALS: readonly Column[] = [
  {
    label: "fairness",
    of: ({ fairness }) => fairness.toFixed(3),
    isPoor: ({ fairness }, { fairEnough }) => fairness < fairEnough,
  },
  { label: "worst wait", of: ({ latency }) => figure(latency) },
  { label: "switches per s", of: ({ switchesPerSecond }) => switchesPerSecond.toFixed(0) },
];

function columnsOf({ workloads }: LeagueState): readonly Column[] {
  const each = workloads.map((label, n): Column => ({ label, of: ({ latencies }) => figure(latencies[n]) }));
  return [...TOTALS, ...each];
}

export function draw(element: HTMLElement, { league }: MachineState): void {
  const root = select(element).classed("league", true).attr("tabindex", "0");
  const leagues = league ? [league] : [];
  root.selectAll("p.caption").data(leagues).join("p").attr("class", "caption").text(caption);
  const table = root.selectAll<HTMLTableElement, LeagueState>("table").data(leagues).join("table");
  table
    .selectAll("tr.head")
    .data((d) => [d])
    .join("tr")
    .attr("class", "head")
    .selectAll("th")
    .data((d) => ["", "scheduler", ...columnsOf(d).map(({ label }) => label)])
    .join("th")
    .attr("scope", "col")
    .text((d) => d);
  const rows = table
    .selectAll<HTMLTableRowElement, LeagueRowState>("tr.row")
    .data(
      (d) => d.rows,
      (d) => d.name,
    )
    .join((enter) => {
      const row = enter.append("tr");
      row.append("td").attr("class", "place");
      row.append("th").attr("scope", "row");
      return row;
    })
    .order()
    .attr("class", (d) => `row${d.isReader ? " reader" : ""}${d.hasFailed ? " failed" : ""}`);
  rows.select(".place").text((_, n) => `${n + 1}.`);
  rows.select("th").text((d) => d.name);
  rows
    .selectAll<HTMLTableCellElement, unknown>("td.figure")
    .data((row) => (league ? columnsOf(league).map((column) => ({ column, row })) : []))
    .join("td")
    .attr("class", "figure")
    .classed("poor", ({ column, row }) => league !== undefined && (column.isPoor?.(row, league) ?? false))
    .text(({ column, row }) => column.of(row));
}

function caption({ fairEnough, workloads }: LeagueState): string {
  return `${workloads.length} workloads, drawn by lot. First come those who are fair (${fairEnough} or more) in each of them, and of these who is quickest in its worst; waits are from waking to running, in milliseconds, 99th percentiles.`;
}

export function describe({ league }: MachineState): string {
  if (!league) return "There is no league.";
  const places = league.rows.map(
    ({ name, latency, fairness, hasFailed }, n) =>
      `${n + 1}. ${name}: fairness ${fairness.toFixed(3)}, waking to running ${ms(latency)}${hasFailed ? ", and it failed" : ""}`,
  );
  return `${caption(league)} ${places.join("; ")}.`;
}
