/** Windows on memory: address, bytes, characters; what changed is underlined. */
import { type BaseType, type Selection, select } from "d3-selection";
import type { MachineState, MemoryWindow } from "./machine-state.js";
import { characters, hex, hexDigits, plural } from "./numbers.js";

export const title = "Memory";

const ROW = 8;

interface Row {
  readonly address: bigint;
  readonly bytes: readonly (number | undefined)[];
  readonly changed: readonly boolean[];
  readonly labels: string;
}

function rowsOf(window: MemoryWindow): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < window.bytes.length; at += ROW) {
    const address = window.address + BigInt(at);
    const names = window.labels.filter((l) => l.address >= address && l.address < address + BigInt(ROW));
    rows.push({
      address,
      bytes: window.bytes.slice(at, at + ROW),
      changed: Array.from({ length: ROW }, (_, n) => window.changed.includes(at + n)),
      labels: names.map((l) => l.name).join(" "),
    });
  }
  return rows;
}

export function draw(element: HTMLElement, state: MachineState): void {
  const windows = select(element)
    .classed("memory", true)
    .attr("tabindex", "0")
    .selectAll<HTMLDivElement, MemoryWindow>("div.window")
    .data(state.memory, (d) => d.title)
    .join((enter) => {
      const made = enter.append("div").attr("class", "window");
      made.append("p").attr("class", "caption");
      made.append("table").attr("translate", "no").append("tbody");
      return made;
    });
  windows.select(".caption").text((d) => d.title);
  const rows = windows
    .select("tbody")
    .selectAll<HTMLTableRowElement, Row>("tr")
    .data(rowsOf)
    .join((enter) => {
      const row = enter.append("tr");
      for (const part of ["address", "code", "characters", "labels"]) row.append("td").attr("class", part);
      return row;
    });
  rows.select(".address").text((d) => hexDigits(d.address, 1));
  drawBytes(rows.select(".code"));
  rows.select(".characters").text((d) => characters(d.bytes));
  rows.select(".labels").text((d) => (d.labels === "" ? "" : `← ${d.labels}`));
}

function drawBytes(cells: Selection<BaseType, Row, BaseType, MemoryWindow>): void {
  cells
    .selectAll<HTMLSpanElement, { byte: number | undefined; changed: boolean; address: bigint }>("span")
    .data((d) =>
      d.bytes.map((byte, n) => ({ byte, changed: d.changed[n] ?? false, address: d.address + BigInt(n) })),
    )
    .join("span")
    .attr("data-ref", (d) => `memory:${hex(d.address)}+1`)
    .classed("changed", (d) => d.changed)
    .classed("zero", (d) => d.byte === 0)
    .text((d) => (d.byte === undefined ? "··" : hexDigits(d.byte, 2)));
}

export function describe(state: MachineState): string {
  if (state.memory.length === 0) return "No memory is shown.";
  return state.memory
    .map((w) => {
      const mapped = w.bytes.some((b) => b !== undefined);
      const what = mapped
        ? `${plural(w.bytes.length, "byte")} from ${hex(w.address)}`
        : `nothing is mapped at ${hex(w.address)}`;
      const news = w.changed.length > 0 ? `, ${plural(w.changed.length, "byte")} of them changed` : "";
      return `${w.title}: ${what}${news}.`;
    })
    .join(" ");
}
