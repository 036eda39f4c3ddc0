/**
 * How long tasks waited from waking to running: a histogram over lengths that double from bar to bar, since one long wait says
 * more than a thousand short ones. The median and the 99th percentile stand beside it.
 */
import { select } from "d3-selection";
import type { MachineState } from "./machine-state.js";
import { plural } from "./numbers.js";
import { scheduleFigures } from "./schedule-figures.js";
import type { ScheduleState } from "./schedule-state.js";

export const title = "How long the woken waited";

/** Upper ends of the bars in milliseconds; each is twice the one before. */
const ENDS = Array.from({ length: 14 }, (_, n) => 2 ** (n - 5));

interface Bar {
  readonly label: string;
  readonly count: number;
  /** Of the largest bar, 0 to 1. */
  readonly height: number;
}

function barsOf({ measures }: ScheduleState): Bar[] {
  const counts = ENDS.map((end, n) => {
    const from = n === 0 ? Number.NEGATIVE_INFINITY : ENDS[n - 1]!;
    const last = n === ENDS.length - 1;
    return measures.latency.values.filter((value) => value > from && (value <= end || last)).length;
  });
  const most = Math.max(1, ...counts);
  return counts.map((count, n) => ({ label: labelOf(ENDS[n]!), count, height: count / most }));
}

const labelOf = (end: number): string => (end < 1 ? `${Math.round(end * 1000)} µs` : `${end} ms`);

export function draw(element: HTMLElement, state: MachineState): void {
  const figures = scheduleFigures(element, state, "latencies", "ol");
  figures.select("figcaption").text(sentence);
  figures.each(function (one) {
    const bars = select(this)
      .select("ol")
      .selectAll<HTMLLIElement, Bar>("li")
      .data(barsOf(one), (d) => d.label)
      .join((enter) => {
        const bar = enter.append("li");
        for (const part of ["count", "bar", "label"]) bar.append("span").attr("class", part);
        return bar;
      })
      .classed("empty", (d) => d.count === 0);
    bars.select(".count").text((d) => (d.count === 0 ? "" : d.count));
    bars.select<HTMLElement>(".bar").style("height", (d) => `${Math.round(d.height * 100)}px`);
    bars.select(".label").text((d, n) => (n % 4 === 1 ? `≤ ${d.label}` : ""));
  });
}

const ms = (milliseconds: number): string => `${Number(milliseconds.toPrecision(3))} ms`;

function sentence({ title: name, measures: { latency } }: ScheduleState): string {
  if (latency.count === 0) return `${name}: nobody woke.`;
  return `${name}: ${plural(latency.count, "wake-up")}; half waited no longer than ${ms(latency.p50)}, 99 of 100 no longer than ${ms(latency.p99)}, one ${ms(latency.most)}.`;
}

export function describe(state: MachineState): string {
  return (state.schedules ?? []).map(sentence).join(" ") || "Nothing has been scheduled.";
}
