/** The sixteen general registers and RIP: value, what it is as a number, and what the last step changed. */
import { select } from "d3-selection";
import type { MachineState, RegisterState } from "./machine-state.js";
import { hex, hexGroups, list, signed } from "./numbers.js";

export const title = "Registers";

/** Numbers of this range are also written in decimal; beyond it they are addresses, or patterns of bits. */
const LEAST = -65536n;
const MOST = 1n << 32n;

function decimal(value: bigint): string {
  const n = signed(value);
  return n >= LEAST && n < MOST ? String(n) : "";
}

/** The number beside the digits; an address has none, and zero is plain to see. */
function aside({ name, value }: RegisterState): string {
  return name === "rip" || name === "rsp" || value === 0n ? "" : decimal(value);
}

function formerly({ name, was }: RegisterState): string {
  return was === undefined ? "" : `was ${(name === "rip" || name === "rsp" ? "" : decimal(was)) || hex(was)}`;
}

const all = (state: MachineState): RegisterState[] => [...state.registers, state.rip];

export function draw(element: HTMLElement, state: MachineState): void {
  const rows = select(element)
    .classed("registers", true)
    .selectAll<HTMLDivElement, RegisterState>("div.register")
    .data(all(state), (d) => d.name)
    .join((enter) => {
      const row = enter.append("div").attr("class", "register").attr("translate", "no");
      for (const part of ["name", "value", "decimal", "was"]) row.append("span").attr("class", part);
      return row;
    })
    .attr("data-ref", (d) => `register:${d.name}`)
    .classed("changed", (d) => d.was !== undefined)
    .classed("empty", (d) => d.was === undefined && d.value === 0n);
  rows.select(".name").text((d) => d.name);
  rows
    .select(".value")
    .classed("zero", (d) => d.value === 0n)
    .text((d) => hexGroups(d.value));
  rows.select(".decimal").text(aside);
  rows.select(".was").text(formerly);
  drawEmpty(element, state);
}

/** Where there is little room, the rows of registers that are zero give way to this line. */
function drawEmpty(element: HTMLElement, state: MachineState): void {
  const names = all(state).flatMap((r) => (r.was === undefined && r.value === 0n ? [r.name] : []));
  select(element)
    .selectAll<HTMLParagraphElement, string[]>("p.empties")
    .data(names.length > 0 ? [names] : [])
    .join("p")
    .attr("class", "empties")
    .attr("translate", "no")
    .text((d) => `0 in ${list(d)}`);
}

export function describe(state: MachineState): string {
  const changed = all(state).filter((r) => r.was !== undefined && r.name !== "rip");
  const news = changed.map((r) => `${r.name} became ${decimal(r.value) || hex(r.value)}`);
  const kept = state.registers.filter((r) => r.value !== 0n && r.was === undefined);
  const others = kept.map((r) => `${r.name} ${decimal(r.value) || hex(r.value)}`);
  return [
    `rip is ${hex(state.rip.value)}.`,
    news.length > 0 ? `In the last step ${list(news)}.` : "The last step changed no general register.",
    others.length > 0 ? `Not zero are ${list(others)}.` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}
