/** The interrupt controller: of each input whether it asks, whether it is being served, and whether it is masked; and whether anybody listens. */
import { select } from "d3-selection";
import type { ControllerState, MachineState } from "./machine-state.js";
import { hex, list } from "./numbers.js";

export const title = "Interrupt controller";

const INPUTS = ["timer", "keyboard", "second chip", "serial 2", "serial 1", "", "floppy", ""];

interface Row {
  readonly name: string;
  readonly says: string;
  readonly bits: readonly boolean[];
}

function rowsOf({ requests, inService, mask }: ControllerState): Row[] {
  const bits = (register: number) => INPUTS.map((_, n) => (register & (1 << n)) !== 0);
  return [
    { name: "asks", says: "requests", bits: bits(requests) },
    { name: "in service", says: "no end of interrupt yet", bits: bits(inService) },
    { name: "masked", says: "not passed on", bits: bits(mask) },
  ];
}

export function draw(element: HTMLElement, { controller }: MachineState): void {
  const root = select(element).classed("controller", true).attr("tabindex", "0");
  const table = root
    .selectAll("table")
    .data(controller ? [controller] : [])
    .join("table");
  const head = table.selectAll("tr.head").data([0]).join("tr").attr("class", "head");
  head
    .selectAll("th")
    .data(["", ...INPUTS.map((name, n) => `${n}${name ? ` ${name}` : ""}`)])
    .join("th")
    .attr("scope", "col")
    .text((d) => d);
  const rows = table
    .selectAll<HTMLTableRowElement, Row>("tr.bits")
    .data(
      (d) => rowsOf(d),
      (d) => (d as Row).name,
    )
    .join("tr")
    .attr("class", "bits");
  rows
    .selectAll("th")
    .data((d) => [d])
    .join("th")
    .attr("scope", "row")
    .attr("title", (d) => d.says)
    .text((d) => d.name);
  rows
    .selectAll("td")
    .data((d) => d.bits)
    .join("td")
    .classed("on", (d) => d)
    .text((d) => (d ? "1" : "0"));
  root
    .selectAll("p")
    .data(controller ? [controller] : [])
    .join("p")
    .text((d) => listens(d));
}

function listens({ isHeard }: ControllerState): string {
  return isHeard ? "IF is 1: the processor listens." : "IF is 0: the processor does not listen now.";
}

export function describe({ controller }: MachineState): string {
  if (!controller) return "There is no interrupt controller here.";
  const inputs = rowsOf(controller).map(({ name, bits }) => {
    const on = bits.flatMap((bit, n) => (bit ? [`${n}`] : []));
    return `${name}: ${list(on) || "none"}`;
  });
  return `Input 0 has vector ${hex(controller.vectorBase)}. Inputs ${inputs.join("; ")}. ${listens(controller)}`;
}
