/**
 * Who had the CPU when: a row a task, a block a turn. What the kernel does for a task is hatched, the price of a switch is a dark
 * sliver in front of a turn, a task that could run and does not is a thin line. The picture is that of a simulation as well as of
 * programs that ran. A click puts the moment there; the rulers measure what the prose talks about.
 */
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import type { Schedule, ScheduledTask, Segment } from "../kernel/sched/laboratory/schedule.js";
import type { MachineState } from "./machine-state.js";
import { list, plural } from "./numbers.js";
import { pictureWidth } from "./picture-width.js";
import { scheduleFigures } from "./schedule-figures.js";
import type { Ruler, ScheduleState } from "./schedule-state.js";
import { act } from "./view.js";

export const title = "Who ran when";

const LABELS = 84;
const ROW = 26;
const AXIS = 24;
const PIXELS_A_TICK = 88;
/** What a label of the axis takes on either side of its tick; the last one stays within the picture. */
const HALF_A_LABEL = 24;
/** More segments than pixels help nobody. */
const MOST_SEGMENTS = 3000;

export function draw(element: HTMLElement, state: MachineState): void {
  scheduleFigures(element, state, "gantt", "svg").each(function (one) {
    select(this).select("figcaption").text(one.title);
    drawChart(this.querySelector("svg")!, one);
  });
}

function drawChart(svg: SVGSVGElement, state: ScheduleState): void {
  const { schedule, window, now } = state;
  const height = AXIS + schedule.tasks.length * ROW + 6;
  const width = pictureWidth(svg);
  const x = scaleLinear([window.begin, window.end], [LABELS, width - 8]);
  const rows = new Map(schedule.tasks.map(({ pid }, n) => [pid, AXIS + n * ROW]));
  const chart = select(svg)
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("role", "img")
    .attr("aria-label", sentence(state))
    .on("click", function (event: MouseEvent) {
      const box = this.getBoundingClientRect();
      const at = x.invert(((event.clientX - box.left) / box.width) * width);
      act(this, { kind: "seek", time: Math.round(Math.max(window.begin, Math.min(window.end, at))) });
    });
  const layer = (name: string) =>
    chart.selectAll<SVGGElement, string>(`g.${name}`).data([name]).join("g").attr("class", name);
  drawAxis(layer("axis"), x, height);
  drawRows(layer("rows"), schedule.tasks, rows);
  const place = placement(x, rows);
  layer("waits")
    .selectAll("path")
    .data(
      grouped(schedule.waits.filter(place.isSeen).slice(0, MOST_SEGMENTS), ({ after }) => `wait ${after}`),
    )
    .join("path")
    .attr("class", ([name]) => name)
    .attr("d", ([, waits]) => waits.map(place.line).join(""));
  layer("segments")
    .selectAll("path")
    .data(grouped(visible(schedule, x), (one) => `segment ${one.kind} color-${colorOf(one, schedule)}`))
    .join("path")
    .attr("class", ([name]) => name)
    .attr("data-ref", ([, [first]]) => (first?.pid === undefined ? null : `process:${first.pid}`))
    .attr("d", ([, segments]) => segments.map(place.box).join(""));
  drawRulers(layer("rulers"), state.rulers, x, rows);
  layer("now")
    .selectAll("line")
    .data(now > window.begin && now <= window.end ? [now] : [])
    .join("line")
    .attr("x1", (d) => x(d))
    .attr("x2", (d) => x(d))
    .attr("y1", AXIS - 8)
    .attr("y2", height);
}

/** What lies on the axis of time, in a task's row. */
interface Span {
  readonly pid: number | undefined;
  readonly begin: number;
  readonly end: number;
}

/** The parts that look the same, as one each: a picture of thousands of turns has a handful of elements. */
function grouped<T>(all: readonly T[], look: (one: T) => string): [look: string, all: T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const known = groups.get(look(one));
    if (known) known.push(one);
    else groups.set(look(one), [one]);
  }
  return [...groups];
}

/** Where spans of time are drawn, with as many digits as can be seen. */
function placement(x: Scale, rows: ReadonlyMap<number, number>) {
  const [first = 0, last = 0] = x.domain();
  const left = ({ begin }: Span) => round(x(Math.max(begin, first)));
  const width = (span: Span) => round(x(Math.min(span.end, last)) - left(span));
  const top = ({ pid }: Span) => rows.get(pid ?? -1) ?? 0;
  return {
    isSeen: ({ begin, end }: Span) => end > first && begin < last,
    line: (span: Span) => `M${left(span)},${top(span) + ROW / 2}h${width(span)}`,
    box: (span: Segment) => {
      const wide = Math.max(span.kind === "user" ? 1 : 0.6, width(span));
      return `M${left(span)},${top(span) + 4}h${wide}v${ROW - 8}h${-wide}z`;
    },
  };
}

const round = (length: number): number => Math.round(length * 10) / 10;

type Scale = ReturnType<typeof scaleLinear<number>>;
type Layer = ReturnType<typeof layerOf>;
const layerOf = (svg: SVGSVGElement) => select(svg).selectAll<SVGGElement, string>("g");

/** Ticks and switches that would be thinner than a fifth of a pixel are not drawn: their turn shows where they were. */
function visible({ segments }: Schedule, x: Scale): Segment[] {
  const [first = 0, last = 0] = x.domain();
  const least = x.invert(0.2) - x.invert(0);
  const isSeen = ({ kind, begin, end }: Segment) =>
    kind === "user" || kind === "kernel" || end - begin >= least;
  return segments
    .filter((one) => one.pid !== undefined && one.end > first && one.begin < last && isSeen(one))
    .slice(0, MOST_SEGMENTS);
}

/** A task keeps its colour through all pictures: by its place in the list. */
function colorOf({ pid }: Segment, { tasks }: Schedule): number {
  return (
    Math.max(
      0,
      tasks.findIndex((task) => task.pid === pid),
    ) % 6
  );
}

function drawAxis(layer: Layer, x: Scale, height: number): void {
  const [, right = 0] = x.range();
  const isLast = (d: number) => x(d) > right - HALF_A_LABEL;
  const ticks = layer
    .selectAll<SVGGElement, number>("g")
    .data(x.ticks(right / PIXELS_A_TICK))
    .join((enter) => {
      const tick = enter.append("g");
      tick.append("line");
      tick.append("text");
      return tick;
    })
    .attr("transform", (d) => `translate(${round(x(d))},0)`);
  ticks
    .select("line")
    .attr("y1", AXIS - 6)
    .attr("y2", height - 2);
  ticks
    .select("text")
    .attr("y", AXIS - 10)
    .attr("x", (d) => (isLast(d) ? right - x(d) : 0))
    .attr("text-anchor", (d) => (isLast(d) ? "end" : "middle"))
    .text((d) => milliseconds(d));
}

function drawRows(layer: Layer, tasks: readonly ScheduledTask[], rows: ReadonlyMap<number, number>): void {
  layer
    .selectAll<SVGTextElement, ScheduledTask>("text")
    .data(tasks, (d) => d.pid)
    .join("text")
    .attr("x", LABELS - 8)
    .attr("y", (d) => rows.get(d.pid)! + ROW / 2 + 4)
    .attr("text-anchor", "end")
    .attr("data-ref", (d) => `process:${d.pid}`)
    .attr("translate", "no")
    .text((d) => (d.nice === 0 ? d.name : `${d.name} (${d.nice > 0 ? "+" : "−"}${Math.abs(d.nice)})`));
}

function drawRulers(
  layer: Layer,
  rulers: readonly Ruler[],
  x: Scale,
  rows: ReadonlyMap<number, number>,
): void {
  const marks = layer
    .selectAll<SVGGElement, Ruler>("g")
    .data(rulers)
    .join((enter) => {
      const mark = enter.append("g").attr("class", "ruler");
      mark.append("path");
      mark.append("text");
      return mark;
    });
  const y = (d: Ruler, n: number) => (rows.get(d.pid) ?? 0) + 2 + (n % 2) * (ROW - 4);
  marks.select("path").attr("d", (d, n) => {
    const at = y(d, n);
    return `M${x(d.begin)},${at - 4}v8m0,-4H${x(d.end)}m0,-4v8`;
  });
  marks
    .select("text")
    .attr("text-anchor", "middle")
    .attr("x", (d) => (x(d.begin) + x(d.end)) / 2)
    .attr("y", (d, n) => y(d, n) - 3)
    .text((d) => d.says);
}

/** Of nanoseconds, without more places than say something. */
function milliseconds(nanoseconds: number): string {
  return `${Number((nanoseconds / 1e6).toFixed(3))} ms`;
}

function sentence({ title: name, schedule, measures }: ScheduleState): string {
  const shares = measures.tasks.map((task) => `${task.name} ${Math.round(task.share * 100)} %`);
  return `${name}: ${plural(measures.switches, "switch", "switches")} in ${milliseconds(schedule.end - schedule.begin)}. Shares of the CPU: ${list(shares)}.`;
}

export function describe(state: MachineState): string {
  const { schedules = [] } = state;
  if (schedules.length === 0) return "Nothing has been scheduled.";
  return schedules
    .flatMap((one) => [sentence(one), ...one.rulers.map(({ says }) => `Measured: ${says}.`), runningAt(one)])
    .join(" ");
}

function runningAt({ schedule, now }: ScheduleState): string {
  const segment = schedule.segments.find((one) => one.begin <= now && now < one.end);
  const name = schedule.tasks.find(({ pid }) => pid === segment?.pid)?.name;
  return `At ${milliseconds(now)} ${name ? `${name} has the CPU` : "nobody has the CPU"}.`;
}
