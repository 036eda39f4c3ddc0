/** Schedules side by side in numbers: what each promises to whom, and what it costs. Best values of a row are marked. */
import { select } from "d3-selection";
import type { MachineState } from "./machine-state.js";
import { list } from "./numbers.js";
import type { Measures, ScheduleState } from "./schedule-state.js";

export const title = "Measured";

interface Quantity {
  readonly label: string;
  readonly of: (measures: Measures) => number;
  readonly write: (value: number) => string;
  /** Which way is better, where one is. */
  readonly better: "less" | "more" | undefined;
}

const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`;
const percent = (value: number): string => `${Number((value * 100).toPrecision(3))} %`;

const QUANTITIES: readonly Quantity[] = [
  { label: "answer, median", of: ({ response }) => response.p50, write: ms, better: "less" },
  { label: "answer, 99th percentile", of: ({ response }) => response.p99, write: ms, better: "less" },
  {
    label: "waking to running, 99th percentile",
    of: ({ latency }) => latency.p99,
    write: ms,
    better: "less",
  },
  {
    label: "start of a turn to start of the next, mean",
    of: ({ period }) => period.mean,
    write: ms,
    better: undefined,
  },
  { label: "wait after losing the CPU, mean", of: ({ wait }) => wait.mean, write: ms, better: undefined },
  {
    label: "fairness (1 is best)",
    of: ({ fairness }) => fairness,
    write: (value) => value.toFixed(3),
    better: "more",
  },
  { label: "switches", of: ({ switches }) => switches, write: String, better: "less" },
  {
    label: "lost to switching",
    of: ({ lostToSwitching }) => lostToSwitching,
    write: percent,
    better: "less",
  },
];

/** Quantities of which some schedule has a value. */
function shown(schedules: readonly ScheduleState[]): readonly Quantity[] {
  return QUANTITIES.filter(({ of }) => schedules.some(({ measures }) => of(measures) !== 0));
}

function isBest(
  { of, better }: Quantity,
  { measures }: ScheduleState,
  all: readonly ScheduleState[],
): boolean {
  if (better === undefined || all.length < 2) return false;
  const values = all.map((one) => of(one.measures));
  return of(measures) === (better === "less" ? Math.min(...values) : Math.max(...values));
}

export function draw(element: HTMLElement, state: MachineState): void {
  const schedules = state.schedules ?? [];
  const table = select(element)
    .classed("measures", true)
    .attr("tabindex", "0")
    .selectAll("table")
    .data([schedules])
    .join("table");
  const head = table.selectAll("tr.head").data([schedules]).join("tr").attr("class", "head");
  head
    .selectAll<HTMLTableCellElement, string>("th")
    .data(["", ...schedules.map((one) => one.title)])
    .join("th")
    .attr("scope", "col")
    .text((d) => d);
  const rows = table
    .selectAll<HTMLTableRowElement, Quantity>("tr.quantity")
    .data(shown(schedules), (d) => d.label)
    .join("tr")
    .attr("class", "quantity")
    .order();
  rows
    .selectAll("th")
    .data((d) => [d.label])
    .join("th")
    .attr("scope", "row")
    .text((d) => d);
  rows
    .selectAll("td")
    .data((quantity) => schedules.map((one) => ({ quantity, one })))
    .join("td")
    .classed("best", ({ quantity, one }) => isBest(quantity, one, schedules))
    .text(({ quantity, one }) => quantity.write(quantity.of(one.measures)));
}

export function describe(state: MachineState): string {
  const schedules = state.schedules ?? [];
  if (schedules.length === 0) return "Nothing has been measured.";
  return schedules
    .map(
      (one) =>
        `${one.title}: ${list(shown(schedules).map(({ label, of, write }) => `${label} ${write(of(one.measures))}`))}.`,
    )
    .join(" ");
}
