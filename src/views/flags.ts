/**
 * RFLAGS bit by bit, with what each means.
 * Source: Intel SDM Vol. 1 §3.4.3.
 */
import { select } from "d3-selection";
import { FLAG } from "../machine/isa/registers.js";
import type { MachineState } from "./machine-state.js";
import { list } from "./numbers.js";

export const title = "Flags";

interface Row {
  readonly name: string;
  readonly mask: number;
  /** What a 1 means. */
  readonly one: string;
}

const ROWS: readonly Row[] = [
  { name: "CF", mask: FLAG.CF, one: "carry: the unsigned result did not fit" },
  { name: "PF", mask: FLAG.PF, one: "parity: the lowest byte has an even number of ones" },
  { name: "AF", mask: FLAG.AF, one: "carry out of the lowest four bits" },
  { name: "ZF", mask: FLAG.ZF, one: "the result was zero" },
  { name: "SF", mask: FLAG.SF, one: "sign: the result was negative" },
  { name: "OF", mask: FLAG.OF, one: "overflow: the signed result did not fit" },
  { name: "DF", mask: FLAG.DF, one: "string instructions go downwards" },
  { name: "IF", mask: FLAG.IF, one: "the processor accepts interrupts of devices" },
  { name: "TF", mask: FLAG.TF, one: "an exception after every instruction" },
];

const sentence = ({ name, mask, one }: Row, value: number): string =>
  `${name} = ${(value & mask) !== 0 ? 1 : 0}. 1 means: ${one}.`;

export function draw(element: HTMLElement, state: MachineState): void {
  const { value, changed } = state.flags;
  const boxes = select(element)
    .classed("flags", true)
    .selectAll<HTMLDivElement, Row>("div.flag")
    .data(ROWS, (d) => d.name)
    .join((enter) => {
      const box = enter
        .append("div")
        .attr("class", "flag")
        .attr("data-ref", (d) => `flag:${d.name}`)
        .attr("translate", "no");
      box.append("span").attr("class", "name");
      box.append("span").attr("class", "bit");
      return box;
    })
    .classed("set", (d) => (value & d.mask) !== 0)
    .classed("changed", (d) => (changed & d.mask) !== 0)
    .attr("title", (d) => sentence(d, value));
  boxes.select(".name").text((d) => d.name);
  boxes.select(".bit").text((d) => ((value & d.mask) !== 0 ? "1" : "0"));
}

export function describe(state: MachineState): string {
  const { value, changed } = state.flags;
  const set = ROWS.filter((row) => (value & row.mask) !== 0).map((row) => `${row.name} (${row.one})`);
  const flipped = ROWS.filter((row) => (changed & row.mask) !== 0).map((row) => row.name);
  const now = set.length > 0 ? `Set flags: ${list(set)}.` : "No flag is set.";
  return flipped.length > 0 ? `${now} The last step changed ${list(flipped)}.` : now;
}
