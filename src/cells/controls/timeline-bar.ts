/**
 * The line of time of a run, to be dragged along: a slider with a sign at everything that happened. By pointer and touch
 * (sideways; up and down still scrolls the page), and by keys: arrows a step, Page Up and Page Down to the event before
 * and after, Home and End to the beginning and the farthest moment.
 */
import type { EventKind } from "../../trace/event.js";
import type { MachineState, TimelineState } from "../../views/machine-state.js";
import { count } from "../../views/numbers.js";
import { SIGNS, signOf, weightOf } from "./timeline-signs.js";

const SVG = "http://www.w3.org/2000/svg";

/** Signs nearer to each other than this are drawn as one. */
const SIGN_PX = 5;

/** Room at both ends, so that the handle and the outer signs are whole. */
const EDGE_PX = 10;

/** Where there is a sign, for one event or several. */
interface Place {
  readonly x: number;
  /** Of the one that is told most gladly. */
  kind: EventKind;
  readonly says: string[];
}

/** A sign that stands for more does not name them all. */
const MOST_NAMED = 5;

export class TimelineBar {
  readonly element = document.createElement("div");
  private readonly picture = document.createElementNS(SVG, "svg");
  private readonly track = document.createElementNS(SVG, "rect");
  private readonly passed = document.createElementNS(SVG, "rect");
  private readonly handle = document.createElementNS(SVG, "circle");
  private readonly signs = document.createElementNS(SVG, "g");
  private timeline: TimelineState | undefined;
  private now = 0;
  private width = 0;
  private drawn: { timeline: TimelineState; width: number } | undefined;
  private readonly size = new ResizeObserver(() => this.measure());

  /** @param go hears the t that is wanted; there may be many in a second */
  constructor(private readonly go: (time: number) => void) {
    const { element, picture } = this;
    element.className = "timeline";
    element.tabIndex = 0;
    element.setAttribute("role", "slider");
    element.setAttribute("aria-label", "Moment of the run");
    picture.setAttribute("aria-hidden", "true");
    this.track.setAttribute("class", "track");
    this.passed.setAttribute("class", "passed");
    this.handle.setAttribute("class", "handle");
    this.handle.setAttribute("r", "7");
    picture.append(this.track, this.passed, this.signs, this.handle);
    element.append(picture);
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("pointerdown", (event) => this.grasp(event));
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.goTo(this.timeAt(event));
    });
    this.size.observe(element);
  }

  /** Follows the run. */
  show(state: MachineState): void {
    const { timeline } = state;
    this.element.hidden = timeline === undefined;
    if (!timeline) return;
    this.timeline = timeline;
    this.now = state.time;
    const { element } = this;
    element.setAttribute("aria-valuemin", "0");
    element.setAttribute("aria-valuemax", String(timeline.end - timeline.start));
    element.setAttribute("aria-valuenow", String(state.time - timeline.start));
    element.setAttribute("aria-valuetext", momentWords(state));
    this.draw();
  }

  private measure(): void {
    this.width = this.element.clientWidth;
    this.draw();
  }

  private draw(): void {
    const { timeline, width } = this;
    if (!timeline || width === 0) return;
    const at = this.x(this.now);
    place(this.track, EDGE_PX, width - EDGE_PX);
    place(this.passed, EDGE_PX, at);
    this.handle.setAttribute("cx", String(at));
    this.handle.setAttribute("cy", "14");
    const { drawn } = this;
    const same = drawn?.width === width && sameMarks(drawn.timeline, timeline);
    if (!same) this.drawSigns(timeline);
    this.drawn = { timeline, width };
  }

  private drawSigns(timeline: TimelineState): void {
    const places: Place[] = [];
    for (const mark of timeline.marks) {
      const x = this.x(mark.time);
      const last = places[places.length - 1];
      if (!last || x - last.x >= SIGN_PX) places.push({ x, kind: mark.kind, says: [mark.says] });
      else {
        last.says.push(mark.says);
        if (weightOf(mark.kind) > weightOf(last.kind)) last.kind = mark.kind;
      }
    }
    this.signs.replaceChildren(...places.map(signAt));
  }

  private x(time: number): number {
    const { start = 0, end = 0 } = this.timeline ?? {};
    const share = end > start ? (time - start) / (end - start) : 0;
    return EDGE_PX + share * Math.max(0, this.width - 2 * EDGE_PX);
  }

  private timeAt(event: PointerEvent): number {
    const { start = 0, end = 0 } = this.timeline ?? {};
    const room = Math.max(1, this.width - 2 * EDGE_PX);
    const share = (event.clientX - this.element.getBoundingClientRect().left - EDGE_PX) / room;
    return Math.round(start + Math.min(1, Math.max(0, share)) * (end - start));
  }

  private grasp(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.goTo(this.timeAt(event));
  }

  private goTo(time: number): void {
    const { timeline } = this;
    if (!timeline) return;
    const wanted = Math.min(timeline.end, Math.max(timeline.start, time));
    if (wanted === this.now) return;
    this.now = wanted;
    this.draw();
    this.go(wanted);
  }

  private key(event: KeyboardEvent): void {
    const { timeline, now } = this;
    if (!timeline || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    const wanted: Readonly<Record<string, () => number | undefined>> = {
      ArrowLeft: () => now - step,
      ArrowDown: () => now - step,
      ArrowRight: () => now + step,
      ArrowUp: () => now + step,
      Home: () => timeline.start,
      End: () => timeline.end,
      PageDown: () => timeline.marks.findLast(({ time }) => time < now)?.time ?? timeline.start,
      PageUp: () => timeline.marks.find(({ time }) => time > now)?.time ?? timeline.end,
    };
    const time = wanted[event.key]?.();
    if (time === undefined) return;
    event.preventDefault();
    this.goTo(time);
  }
}

/** Where the run is, for those who hear it: "instruction 48 211, in ring 3, page fault at 0x5000". */
export function momentWords({ time, ring, timeline }: MachineState): string {
  if (!timeline) return "";
  const at = time - timeline.start;
  if (timeline.unit === "nanosecond")
    return [`${(at / 1e6).toFixed(3)} ms`, ...eventWords(time, timeline)].join(", ");
  const where = ring === 0 ? "in ring 0" : `in ring ${ring}`;
  return [`instruction ${count(at)}`, where, ...eventWords(time, timeline)].join(", ");
}

function eventWords(time: number, { marks }: TimelineState): string[] {
  return marks.filter((mark) => mark.time === time).map(({ says }) => says);
}

function sameMarks(one: TimelineState, other: TimelineState): boolean {
  return (
    one.start === other.start &&
    one.end === other.end &&
    one.marks.length === other.marks.length &&
    one.marks[one.marks.length - 1]?.time === other.marks[other.marks.length - 1]?.time
  );
}

function place(rect: SVGRectElement, from: number, to: number): void {
  rect.setAttribute("x", String(from));
  rect.setAttribute("y", "12");
  rect.setAttribute("height", "4");
  rect.setAttribute("rx", "2");
  rect.setAttribute("width", String(Math.max(0, to - from)));
}

function signAt({ x, kind, says }: Place): SVGElement {
  const sign = signOf(kind);
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("class", `sign sign-${sign}`);
  shape.setAttribute("d", SIGNS[sign].path);
  shape.setAttribute("transform", `translate(${x.toFixed(1)} 14)`);
  const title = document.createElementNS(SVG, "title");
  const more = says.length > MOST_NAMED ? [`… and ${says.length - MOST_NAMED} more`] : [];
  title.textContent = [...says.slice(0, MOST_NAMED), ...more].join("\n");
  shape.append(title);
  return shape;
}
