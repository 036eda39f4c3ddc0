/**
 * The code as a tape of bytes with RIP on it. A byte does not know where an instruction begins: put RIP on any byte
 * and the tape decodes anew from there.
 */
import { select } from "d3-selection";
import type { ListingRow, MachineState } from "./machine-state.js";
import { hex, hexDigits, plural } from "./numbers.js";
import { act } from "./view.js";

export const title = "A tape of bytes";

interface Tile {
  readonly address: bigint;
  readonly byte: number;
  /** Position inside the instruction that begins at RIP, else -1. */
  readonly inside: number;
  /** The first byte of a row of the listing. */
  readonly begins: boolean;
}

/** Bytes of code in one run, from the first row on. */
function tilesOf(state: MachineState): Tile[] {
  const rows = contiguous(state.listing);
  const rip = state.rip.value;
  const length = BigInt(state.instruction?.bytes.length ?? 1);
  return rows.flatMap((row) =>
    row.bytes.map((byte, n) => {
      const address = row.address + BigInt(n);
      const inside = address >= rip && address < rip + length ? Number(address - rip) : -1;
      return { address, byte, inside, begins: n === 0 };
    }),
  );
}

const LONGEST = 96;

const NO_CODE = "No code is in memory now.";

function contiguous(listing: readonly ListingRow[]): ListingRow[] {
  const rows: ListingRow[] = [];
  let length = 0;
  for (const row of listing) {
    const last = rows[rows.length - 1];
    if (last && row.address !== last.address + BigInt(last.bytes.length)) break;
    length += row.bytes.length;
    if (length > LONGEST) break;
    rows.push(row);
  }
  return rows;
}

export function draw(element: HTMLElement, state: MachineState): void {
  const tiles = tilesOf(state);
  const root = select(element).classed("strip", true);
  root
    .selectAll("p.none")
    .data(tiles.length === 0 ? [0] : [])
    .join("p")
    .attr("class", "none")
    .text(NO_CODE);
  root
    .selectAll<HTMLButtonElement, Tile>("button")
    .data(tiles, (d) => String(d.address))
    .join((enter) => enter.append("button").attr("type", "button").attr("translate", "no"))
    .order()
    .attr("data-ref", (d) => `memory:${hex(d.address)}+1`)
    .classed("begins", (d) => d.begins)
    .classed("inside", (d) => d.inside >= 0)
    .classed("here", (d) => d.inside === 0)
    .attr("aria-pressed", (d) => (d.inside === 0 ? "true" : "false"))
    .attr("aria-label", (d) => `byte ${hexDigits(d.byte, 2)} at ${hex(d.address)}: start here`)
    .attr("title", (d) => `${hex(d.address)}: put rip here`)
    .text((d) => hexDigits(d.byte, 2))
    .on("click", function (_event, d) {
      act(this, { kind: "write-register", name: "rip", value: d.address });
    });
}

export function describe(state: MachineState): string {
  const tiles = tilesOf(state);
  const here = tiles.filter((t) => t.inside >= 0).map((t) => hexDigits(t.byte, 2));
  const text = state.instruction?.text || "no instruction";
  if (tiles.length === 0) return NO_CODE;
  if (here.length === 0) return `The tape has ${plural(tiles.length, "byte")}; rip points elsewhere.`;
  return `The tape has ${plural(tiles.length, "byte")}. rip covers ${here.join(" ")}, which is ${text}.`;
}
