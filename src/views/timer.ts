/** The interval timer: its divisor, and how often that makes it tick. The dial goes from one tick to a thousand a second, by powers. */
import { select } from "d3-selection";
import type { MachineState, TimerState } from "./machine-state.js";
import { count, hex } from "./numbers.js";

export const title = "Interval timer";

/** Of the dial, in ticks a second. */
const LEAST = 10;
const MOST = 10_000;

const hertzText = (hertz: number): string => `${Number(hertz.toPrecision(6))} Hz`;

function shareOf({ hertz }: TimerState): number {
  return Math.max(0, Math.min(1, Math.log(hertz / LEAST) / Math.log(MOST / LEAST)));
}

export function draw(element: HTMLElement, { timer }: MachineState): void {
  const box = select(element)
    .classed("timer", true)
    .selectAll<HTMLDivElement, TimerState>("div.dial")
    .data(timer ? [timer] : [])
    .join((enter) => {
      const dial = enter.append("div").attr("class", "dial");
      dial.append("p").attr("class", "rate");
      dial.append("div").attr("class", "track").append("span").attr("class", "hand");
      dial.append("p").attr("class", "about");
      return dial;
    })
    .attr("data-ref", "device:timer.channels.0")
    .classed("off", (d) => !d.isArmed);
  box.select(".rate").text((d) => (d.isArmed ? hertzText(d.hertz) : "not armed"));
  box.select<HTMLElement>(".hand").style("left", (d) => `${(shareOf(d) * 100).toFixed(1)}%`);
  box.select(".about").text((d) => words(d));
}

function words({ divisor, mode, isArmed, hertz, nextIn }: TimerState): string {
  if (!isArmed) return "No count has been written, so it never ticks.";
  const next = nextIn === undefined ? "" : ` The next tick comes in ${count(nextIn)} steps of the clock.`;
  return `1 193 182 a second, divided by ${count(divisor)} (${hex(divisor & 0xffff)}), mode ${mode}: ${hertzText(hertz)}, a tick every ${Number((1000 / hertz).toPrecision(4))} ms.${next}`;
}

export function describe({ timer }: MachineState): string {
  return timer ? words(timer) : "There is no timer here.";
}
