/** The system calls of the run, one a line as strace writes them; the last ones when there are many. */
import { select } from "d3-selection";
import type { CallRecord, MachineState } from "./machine-state.js";
import { count, plural } from "./numbers.js";

export const title = "System calls";

export function draw(element: HTMLElement, state: MachineState): void {
  const { total, recent } = state.calls;
  const root = select(element).classed("calls", true);
  const hidden = total - recent.length;
  const words =
    total === 0
      ? "None so far."
      : hidden > 0
        ? `${plural(total, "call")}; the last ${count(recent.length)}:`
        : plural(total, "call");
  root
    .selectAll<HTMLParagraphElement, string>("p.caption")
    .data([words])
    .join("p")
    .attr("class", "caption")
    .text((d) => d);
  const items = root
    .selectAll<HTMLOListElement, number>("ol")
    .data(recent.length > 0 ? [0] : [])
    .join((enter) => enter.append("ol").attr("tabindex", "0").attr("translate", "no"))
    .selectAll<HTMLLIElement, CallRecord>("li")
    .data(recent, (d) => String(d.number))
    .join((enter) => {
      const item = enter.append("li");
      item.append("span").attr("class", "pid");
      item.append("code");
      return item;
    })
    .attr("data-ref", (d) => `call:${d.number}`)
    .attr("value", (d) => d.number);
  const many = recent.some((call) => call.pid !== recent[0]?.pid);
  items.select(".pid").text((d) => (many ? `[${d.pid}]` : ""));
  items.select("code").text((d) => d.text);
}

export function describe(state: MachineState): string {
  const { total, recent } = state.calls;
  const last = recent[recent.length - 1];
  return last ? `${plural(total, "system call")}; the last: ${last.text}.` : "No system call so far.";
}
