/**
 * The saved registers of each task, as they lie on its kernel stack. Those of a task that is not running are all that there is of
 * it on the processor: whoever changes one changes what it will be when it goes on. Values can be typed.
 */
import { select } from "d3-selection";
import type { MachineState, SavedFrameState } from "./machine-state.js";
import { hex, list } from "./numbers.js";
import { showTyped } from "./typed-value.js";
import { act } from "./view.js";

export const title = "Saved registers";

type Saved = SavedFrameState["registers"][number] & { readonly pid: number; readonly runs: boolean };

export function draw(element: HTMLElement, { frames = [] }: MachineState): void {
  const boxes = select(element)
    .classed("frames", true)
    .selectAll<HTMLElement, SavedFrameState>("section.frame")
    .data(frames, (d) => d.pid)
    .join((enter) => {
      const box = enter.append("section").attr("class", "frame");
      box.append("h4");
      box.append("dl").attr("translate", "no");
      return box;
    })
    .order()
    .attr("data-ref", (d) => `process:${d.pid}`)
    .classed("runs", (d) => d.state === "running");
  boxes
    .select("h4")
    .text(
      (d) => `${d.name}, process ${d.pid}: ${d.state}${d.state === "running" ? ", so these are old" : ""}`,
    );
  boxes.each(function (frame) {
    const rows = select(this)
      .select("dl")
      .selectAll<HTMLDivElement, Saved>("div")
      .data(
        frame.registers.map((one) => ({ ...one, pid: frame.pid, runs: frame.state === "running" })),
        (d) => d.name,
      )
      .join((enter) => {
        const row = enter.append("div");
        row.append("dt");
        const value = row.append("dd");
        value.append("input").attr("type", "text").attr("spellcheck", "false").attr("autocomplete", "off");
        value.append("span");
        return row;
      })
      .attr("data-ref", (d) => `saved:${d.pid}/${d.name}`);
    rows.select("dt").text((d) => d.name);
    rows.select("span").text((d) => d.says ?? "");
    rows
      .select<HTMLInputElement>("input")
      .attr("aria-label", (d) => `saved ${d.name} of process ${d.pid}`)
      .property("readOnly", (d) => d.runs)
      .each(function (d) {
        showTyped(this, hex(d.value));
      })
      .on("change", function (_event, d) {
        const value = valueOf(this.value);
        if (value === undefined) showTyped(this, hex(d.value));
        else write(this, d, value);
      });
  });
}

function valueOf(text: string): bigint | undefined {
  return /^(?:0x[\da-f]{1,16}|\d{1,20})$/i.test(text.trim())
    ? BigInt.asUintN(64, BigInt(text.trim()))
    : undefined;
}

function write(input: HTMLInputElement, { pid, name }: Saved, value: bigint): void {
  const bytes = new Uint8Array(new BigUint64Array([value]).buffer);
  act(input, {
    kind: "input",
    input: { kind: "bytes", place: { kind: "saved", process: pid, name }, bytes },
  });
}

export function describe({ frames = [] }: MachineState): string {
  if (frames.length === 0) return "There is no task.";
  const words = frames.map(({ pid, name, state, registers }) => {
    const rip = registers.find((one) => one.name === "rip");
    const where = rip ? `, saved rip ${rip.says ?? hex(rip.value)}` : "";
    return `${name} (process ${pid}) is ${state}${where}`;
  });
  return `${list(words)}.`.replace(/^./, (first) => first.toUpperCase());
}
