/** From whom to whom the CPU went, and what that wrote: one row a switch, newest last. A click goes there. */
import { select } from "d3-selection";
import { followEnd } from "./follow-end.js";
import type { MachineState, SwitchState } from "./machine-state.js";
import { count, plural } from "./numbers.js";
import { act } from "./view.js";

export const title = "Switches";

interface Column {
  readonly label: string;
  readonly of: (one: SwitchState) => string;
  /** Whether the cell tells of something that was lost. */
  readonly isLoss: (one: SwitchState) => boolean;
}

const never = (): boolean => false;

const COLUMNS: readonly Column[] = [
  { label: "from", of: ({ from }) => from, isLoss: never },
  { label: "to", of: ({ to }) => to, isLoss: never },
  {
    label: "CR3",
    of: ({ cr3Written }) => (cr3Written ? "written" : "stays"),
    isLoss: ({ cr3Written }) => cr3Written,
  },
  {
    label: "TLB",
    of: ({ flushes }) => (flushes ? "forgets" : "keeps"),
    isLoss: ({ flushes }) => flushes,
  },
];

function caption({ switches }: MachineState): string {
  if (!switches || switches.recent.length === 0) return "None so far: run it.";
  const { recent, written, forgotten } = switches;
  return `${plural(recent.length, "switch", "switches")}: CR3 written at ${written}, TLB emptied at ${forgotten}`;
}

export function draw(element: HTMLElement, state: MachineState): void {
  const switches = state.switches?.recent ?? [];
  const root = select(element).classed("switches", true).attr("tabindex", "0");
  root
    .selectAll("p.caption")
    .data([caption(state)])
    .join("p")
    .attr("class", "caption")
    .text((d) => d);
  const table = root
    .selectAll<HTMLTableElement, readonly SwitchState[]>("table")
    .data(switches.length > 0 ? [switches] : [])
    .join("table");
  table
    .selectAll("tr.head")
    .data([["t", ...COLUMNS.map(({ label }) => label)]])
    .join("tr")
    .attr("class", "head")
    .selectAll("th")
    .data((d) => d)
    .join("th")
    .attr("scope", "col")
    .text((d) => d);
  const rows = table
    .selectAll<HTMLTableRowElement, SwitchState>("tr.switch")
    .data(switches, (d) => d.index)
    .join((enter) => {
      const row = enter.append("tr").attr("class", "switch");
      row.append("th").attr("scope", "row").append("button").attr("type", "button");
      return row;
    })
    .order()
    .attr("data-ref", (d) => `event:${d.index}`);
  rows
    .select("button")
    .attr("title", "go to this moment")
    .text((d) => count(d.time))
    .on("click", function (_event, d) {
      act(this as Element, { kind: "seek", time: d.time });
    });
  rows
    .selectAll<HTMLTableCellElement, unknown>("td")
    .data((one) => COLUMNS.map((column) => ({ column, one })))
    .join("td")
    .classed("loss", ({ column, one }) => column.isLoss(one))
    .text(({ column, one }) => column.of(one));
  followEnd(element, switches.at(-1)?.index);
}

export function describe({ switches }: MachineState): string {
  const last = switches?.recent.at(-1);
  if (!switches || !last) return "The CPU has not changed hands yet.";
  const tables = last.cr3Written ? "CR3 was written" : "CR3 stayed as it was";
  const count = plural(switches.recent.length, "switch", "switches");
  return `${count}, ${switches.written} of them with CR3 written; the last from ${last.from} to ${last.to}: ${tables}, and the TLB ${last.flushes ? "forgot" : "kept"} what it knew.`;
}
