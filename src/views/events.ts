/** What happened, newest last: one line an event, with its moment, its process and a sign for its kind. A click goes there. */
import { select } from "d3-selection";
import { followEnd } from "./follow-end.js";
import type { EventState, MachineState } from "./machine-state.js";
import { count, plural } from "./numbers.js";
import { act } from "./view.js";

export const title = "What happened";

const SHOWN = 60;

const PARTS: readonly (readonly [part: string, words: (event: EventState) => string])[] = [
  ["time", ({ time }) => count(time)],
  ["kind", ({ kind }) => kind],
  ["pid", ({ pid }) => (pid === undefined ? "" : `process ${pid}`)],
  ["says", ({ says }) => says],
];

/** All that a row says: what is there already is not written again. */
const keyOf = ({ index, time, kind, pid, says, about }: EventState): string =>
  [index, time, kind, pid, says, about].join(" ");

export function draw(element: HTMLElement, state: MachineState): void {
  const events = (state.events ?? []).slice(-SHOWN);
  const rows = select(element)
    .classed("events", true)
    .selectAll<HTMLOListElement, readonly EventState[]>("ol")
    .data([events])
    .join((enter) => enter.append("ol").attr("tabindex", "0"))
    .selectAll<HTMLLIElement, EventState>("li")
    .data((d) => d, keyOf)
    .join((enter) => {
      const row = enter.append("li").attr("data-ref", (d) => d.about ?? `event:${d.index}`);
      const button = row.append("button").attr("type", "button").attr("title", "go to this moment");
      for (const [part, words] of PARTS) button.append("span").attr("class", part).text(words);
      return row;
    })
    .order();
  rows.select("button").on("click", function (_event, d) {
    act(this as Element, { kind: "seek", time: d.time });
  });
  const list = element.querySelector("ol");
  if (list) followEnd(list, events.at(-1)?.index);
}

export function describe({ events = [] }: MachineState): string {
  const last = events.at(-1);
  if (!last) return "Nothing has happened yet.";
  return `The list ends with ${plural(events.length, "event")}; the last is at step ${count(last.time)}: ${last.says}.`;
}
