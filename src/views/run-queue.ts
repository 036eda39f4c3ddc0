/**
 * The run queue at one decision, as the policy saw it: for CFS and EEVDF beads on a line of virtual time, the chosen one marked,
 * with the mean V, eligibility and deadlines where there are such; for policies without virtual time a row in its order.
 */
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import type { EntityDescription, SchedulingDecision } from "../kernel/sched/decision.js";
import type { MachineState } from "./machine-state.js";
import { list } from "./numbers.js";
import { pictureWidth } from "./picture-width.js";
import { scheduleFigures } from "./schedule-figures.js";
import type { ScheduleState } from "./schedule-state.js";

export const title = "Who could run, and who was chosen";

const ROW = 24;
const TALL_ROW = 38;
const LEFT = 130;
/** About as wide as a letter of a figure. */
const LETTER = 5.5;

export function draw(element: HTMLElement, state: MachineState): void {
  scheduleFigures(element, state, "run-queue", "svg").each(function (one) {
    select(this).select("figcaption").text(captionOf(one));
    drawQueue(this.querySelector("svg")!, one);
  });
}

function captionOf({ title: name, decision }: ScheduleState): string {
  return decision
    ? `${name} · ${RULES[decision.rule]}, because ${REASONS[decision.reason]}`
    : `${name} · no decision yet`;
}

const RULES: Readonly<Record<SchedulingDecision["rule"], string>> = {
  "nobody waits": "nobody waits",
  "first in line": "the first in line",
  "least vruntime": "the least virtual time",
  "earliest eligible deadline": "the earliest deadline among the eligible",
  "real-time priority": "real-time priority",
  "the reader's function": "your function",
  "fallback after a fault": "in turn, since your function failed",
};

const REASONS: Readonly<Record<SchedulingDecision["reason"], string>> = {
  tick: "a turn was over",
  woken: "somebody more urgent woke",
  yield: "a task yielded",
  forced: "we wanted it",
  blocked: "a task went to sleep",
  exited: "a task ended",
  idle: "a task woke an idle CPU",
};

function drawQueue(svg: SVGSVGElement, state: ScheduleState): void {
  const { decision } = state;
  const queue = decision?.queue ?? [];
  const timed = decision !== undefined && decision.virtualTime !== undefined;
  const hasDeadline = (d: EntityDescription) => timed && d.deadline > d.vruntime;
  // A figure stands below its line where there is one.
  const row = queue.some(hasDeadline) ? TALL_ROW : ROW;
  const height = Math.max(1, queue.length) * row + (timed ? 26 : 8);
  const width = pictureWidth(svg);
  const chart = select(svg)
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("role", "img")
    .attr("aria-label", sentence(state));
  const times = queue.flatMap(({ vruntime, deadline }) =>
    deadline > vruntime ? [vruntime, deadline] : [vruntime],
  );
  const all = timed ? [...times, decision.virtualTime!] : [0, 1];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(1e3, (most - least) * 0.08);
  const x = scaleLinear([least - room, most + room], [LEFT, width - 16]);
  const rows = chart
    .selectAll<SVGGElement, EntityDescription>("g.entity")
    .data(queue, (d) => d.pid)
    .join((enter) => {
      const row = enter.append("g");
      row.append("text").attr("class", "name");
      row.append("line").attr("class", "request");
      row.append("path").attr("class", "deadline");
      row.append("circle");
      row.append("text").attr("class", "figure");
      return row;
    })
    .order()
    .attr(
      "class",
      (d) =>
        `entity color-${colorOf(d, state)}${d.pid === decision?.to ? " chosen" : ""}${d.isEligible ? "" : " waits"}`,
    )
    .attr("data-ref", (d) => `process:${d.pid}`)
    .attr("transform", (_, n) => `translate(0,${4 + n * row})`);
  const at = (d: EntityDescription, n: number) => (timed ? x(d.vruntime) : LEFT + 20 + n * 60);
  rows
    .select("text.name")
    .attr("x", LEFT - 14)
    .attr("y", 16)
    .attr("text-anchor", "end")
    .attr("translate", "no")
    .text(
      (d) =>
        `${d.pid === decision?.to ? "▸ " : ""}${nameOf(d.pid, state)}${d.nice === 0 ? "" : ` (${d.nice})`}`,
    );
  rows
    .select("line.request")
    .attr("x1", at)
    .attr("x2", (d, n) => (hasDeadline(d) ? x(d.deadline) : at(d, n)))
    .attr("y1", 11)
    .attr("y2", 11);
  rows.select("path.deadline").attr("d", (d) => (hasDeadline(d) ? `M${x(d.deadline)},5v12` : ""));
  rows.select("circle").attr("cx", at).attr("cy", 11).attr("r", 6);
  rows
    .select("text.figure")
    .attr("x", (d, n) => placeOfFigure(at(d, n), hasDeadline(d), figureOf(d).length * LETTER, width))
    .attr("y", (d) => (hasDeadline(d) ? 28 : 15))
    .text((d) => (timed ? figureOf(d) : ""));
  drawVirtualTime(svg, timed ? decision : undefined, x, height);
}

/** Behind the bead, or in front of it where there is no room; below a line there is nothing to be in the way of. */
function placeOfFigure(bead: number, isBelow: boolean, length: number, width: number): number {
  const behind = bead + 12;
  if (behind + length <= width) return behind;
  return isBelow ? width - length : bead - 12 - length;
}

function figureOf({ vruntime, isEligible, deadline }: EntityDescription): string {
  return `${ms(vruntime)}${deadline > vruntime ? `, due ${ms(deadline)}` : ""}${isEligible ? "" : ", not eligible"}`;
}

function drawVirtualTime(
  svg: SVGSVGElement,
  decision: SchedulingDecision | undefined,
  x: (at: number) => number,
  height: number,
): void {
  const mark = select(svg)
    .selectAll<SVGGElement, SchedulingDecision>("g.virtual-time")
    .data(decision ? [decision] : [])
    .join((enter) => {
      const made = enter.append("g").attr("class", "virtual-time");
      made.append("line");
      made.append("text");
      return made;
    })
    .attr("transform", (d) => `translate(${x(d.virtualTime!)},0)`);
  mark
    .select("line")
    .attr("y1", 0)
    .attr("y2", height - 18);
  mark
    .select("text")
    .attr("y", height - 5)
    .attr("text-anchor", "middle")
    .text((d) => `${d.policy === "eevdf" ? "V, the mean" : "least so far"}: ${ms(d.virtualTime!)}`);
}

const ms = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(2)} ms`;

function nameOf(pid: number, { schedule }: ScheduleState): string {
  return schedule.tasks.find((task) => task.pid === pid)?.name ?? `task ${pid}`;
}

function colorOf({ pid }: EntityDescription, { schedule }: ScheduleState): number {
  return (
    Math.max(
      0,
      schedule.tasks.findIndex((task) => task.pid === pid),
    ) % 6
  );
}

function sentence(state: ScheduleState): string {
  const { decision } = state;
  if (!decision) return `${state.title}: no decision yet.`;
  const queue = decision.queue.map((d) =>
    decision.virtualTime === undefined ? nameOf(d.pid, state) : `${nameOf(d.pid, state)} at ${figureOf(d)}`,
  );
  const chosen = decision.to === undefined ? "nobody" : nameOf(decision.to, state);
  return `${captionOf(state)}: ${list(queue) || "nobody"} could run; ${chosen} was chosen.`;
}

export function describe(state: MachineState): string {
  return (state.schedules ?? []).map(sentence).join(" ") || "Nothing has been scheduled.";
}
