/** What the program wrote to its console. Control characters are shown as pictures, not obeyed. */
import { select } from "d3-selection";
import type { MachineState } from "./machine-state.js";
import { plural } from "./numbers.js";

export const title = "Output";

/** U+2400 is the picture of NUL, U+2401 that of SOH, and so on. Newline and tab stay what they are. */
export function visibleText(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (c) => {
    const code = c.charCodeAt(0);
    return code === 0x7f ? "\u2421" : String.fromCharCode(0x2400 + code);
  });
}

export function draw(element: HTMLElement, state: MachineState): void {
  const pre = select(element)
    .classed("output", true)
    .selectAll<HTMLPreElement, string>("pre")
    .data([state.output])
    .join((enter) => enter.append("pre").attr("tabindex", "0").attr("translate", "no"));
  const node = pre.node();
  const text = state.output === "" ? "nothing written yet" : visibleText(state.output);
  if (!node || node.textContent === text) return;
  const atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 24;
  pre.classed("empty", (d) => d === "").text(text);
  if (atEnd) node.scrollTop = node.scrollHeight;
}

export function describe(state: MachineState): string {
  const { output } = state;
  if (output === "") return "The program has written nothing.";
  const lines = output.replace(/\n$/, "").split("\n");
  const last = visibleText(lines[lines.length - 1] ?? "").slice(0, 200);
  return lines.length === 1
    ? `The program wrote: ${last}`
    : `The program wrote ${plural(lines.length, "line")}; the last: ${last}`;
}
