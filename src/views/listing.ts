/** The program as it lies in memory: address, bytes, text; the row that comes next is marked. */
import { select } from "d3-selection";
import type { ListingRow, MachineState } from "./machine-state.js";
import { hex, hexDigits, plural } from "./numbers.js";
import { act } from "./view.js";

export const title = "In memory";

/** At most this many rows are drawn; around RIP when there are more. */
const ROWS = 60;

function visible(state: MachineState): readonly ListingRow[] {
  const { listing } = state;
  if (listing.length <= ROWS) return listing;
  const at = Math.max(
    0,
    listing.findIndex((row) => row.address === state.rip.value),
  );
  const first = Math.min(Math.max(0, at - ROWS / 2), listing.length - ROWS);
  return listing.slice(first, first + ROWS);
}

export function draw(element: HTMLElement, state: MachineState): void {
  const rip = state.rip.value;
  const root = select(element).classed("listing", true).attr("tabindex", "0");
  const absent = state.listing.some((row) => row.bytes.length === 0);
  root
    .selectAll<HTMLParagraphElement, number>("p.caption")
    .data(absent ? [0] : [])
    .join((enter) => enter.insert("p", "table").attr("class", "caption"))
    .text(
      "Rows without bytes are not in memory: a page comes when it is first used, and goes with its process.",
    );
  const body = root
    .selectAll<HTMLTableElement, number>("table")
    .data([0])
    .join((enter) => {
      const table = enter.append("table").attr("translate", "no");
      const head = table.append("thead").append("tr");
      for (const name of ["", "address", "bytes", "instruction"])
        head.append("th").attr("scope", "col").text(name);
      table.append("tbody");
      return table;
    })
    .select("tbody");
  const rows = body
    .selectAll<HTMLTableRowElement, ListingRow>("tr")
    .data(visible(state), (d) => String(d.address))
    .join((enter) => {
      const row = enter.append("tr");
      row.append("td").attr("class", "mark").append("button").attr("type", "button");
      row.append("td").attr("class", "address");
      row.append("td").attr("class", "code");
      row.append("td").attr("class", "text");
      return row;
    })
    .order()
    .attr("data-ref", (d) => `instruction:${hex(d.address)}`)
    .classed("current", (d) => d.address === rip)
    .attr("aria-current", (d) => (d.address === rip ? "step" : null));
  rows
    .select<HTMLButtonElement>(".mark button")
    .text((d) => (d.address === rip ? "▶" : "▷"))
    .attr("aria-label", (d) => (d.address === rip ? "comes next" : `continue at ${hex(d.address)}`))
    .attr("title", (d) => (d.address === rip ? "rip points here" : "Move rip here"))
    .on("click", function (_event, d) {
      act(this, { kind: "write-register", name: "rip", value: d.address });
    });
  rows.select(".address").text((d) => hexDigits(d.address, 1));
  rows
    .select(".code")
    .selectAll<HTMLSpanElement, { byte: number; role: string; address: bigint }>("span")
    .data((d) =>
      d.bytes.map((byte, n) => ({ byte, role: d.roles[n] ?? "data", address: d.address + BigInt(n) })),
    )
    .join("span")
    .attr("data-ref", (d) => `memory:${hex(d.address)}+1`)
    .attr("class", (d) => `role-${d.role}`)
    .text((d) => hexDigits(d.byte, 2));
  rows
    .select(".text")
    .selectAll<HTMLSpanElement, { kind: string; words: string }>("span")
    .data((d) => [
      ...d.labels.map((name) => ({ kind: "label", words: `${name}:` })),
      { kind: "statement", words: d.text },
    ])
    .join("span")
    .attr("class", (d) => d.kind)
    .text((d) => d.words);
}

export function describe(state: MachineState): string {
  const { listing, rip } = state;
  const row = listing.find((one) => one.address === rip.value);
  if (listing.length === 0) return "No program is loaded.";
  const many = `The program has ${plural(listing.length, "row")}.`;
  if (!row) return `${many} rip, ${hex(rip.value)}, is at none of them.`;
  const where = row.labels.length > 0 ? `, at ${row.labels.join(", ")}` : "";
  return `${many} Next comes ${row.text}${where}${row.line === undefined ? "" : `, line ${row.line} of the source`}.`;
}
