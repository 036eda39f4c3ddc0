/**
 * Fetch, decode, execute: the three beats of the instruction at RIP, side by side. Fetch shows bytes and nothing
 * more, decode what they mean, execute what the instruction does step by step.
 * Source: Intel SDM Vol. 1 §3.5 (instruction pointer). Leaves out: pipelines, which overlap the beats.
 */
import { select } from "d3-selection";
import type { InstructionState, MachineState } from "./machine-state.js";
import { hex, hexDigits, list, plural } from "./numbers.js";
import { subjectOf } from "./subject.js";

export const title = "Fetch, decode, execute";

interface Beat {
  readonly name: string;
  readonly lines: readonly string[];
}

function beatsOf(i: InstructionState | undefined, rip: bigint): Beat[] {
  if (!i) {
    return [
      { name: "fetch", lines: [`Nothing can be read at ${hex(rip)}.`] },
      { name: "decode", lines: [] },
      { name: "execute", lines: [] },
    ];
  }
  const bytes = i.bytes.map((b) => hexDigits(b, 2)).join(" ");
  const next = i.address + BigInt(i.bytes.length);
  return [
    { name: "fetch", lines: [`from ${hex(i.address)}`, bytes] },
    {
      name: "decode",
      lines: i.failure ? [i.failure] : [i.text, `${plural(i.bytes.length, "byte")}, so next is ${hex(next)}`],
    },
    { name: "execute", lines: i.failure ? ["#UD: invalid opcode"] : [i.says, ...i.steps] },
  ];
}

export function draw(element: HTMLElement, state: MachineState): void {
  const reached = state.beat ?? 2;
  const beats = select(element)
    .classed("cycle", true)
    .selectAll<HTMLElement, Beat>("section.beat")
    .data(beatsOf(subjectOf(state), state.rip.value))
    .join((enter) => {
      const beat = enter.append("section").attr("class", "beat");
      beat.append("h4");
      beat.append("div").attr("class", "lines");
      return beat;
    })
    .classed("waiting", (_d, n) => n > reached)
    .attr("aria-current", (_d, n) => (n === state.beat ? "step" : null));
  beats.select("h4").text((d, n) => (n === state.beat ? `▶ ${d.name}` : d.name));
  beats
    .select(".lines")
    .selectAll<HTMLParagraphElement, string>("p")
    .data((d) => d.lines)
    .join("p")
    .attr("translate", "no")
    .text((d) => d);
}

export function describe(state: MachineState): string {
  const beats = beatsOf(subjectOf(state), state.rip.value);
  return beats
    .filter((beat) => beat.lines.length > 0)
    .map(
      (beat) =>
        `${beat.name[0]?.toUpperCase()}${beat.name.slice(1)}: ${list(beat.lines.map((l) => l.replace(/\.$/, "")))}.`,
    )
    .join(" ");
}
