/** A figure a schedule, with room for its caption and its picture: what the views that set schedules beside each other begin with. */
import { select } from "d3-selection";
import type { MachineState } from "./machine-state.js";
import type { ScheduleState } from "./schedule-state.js";

/** The figures of `element`, in the order of the schedules; `picture` is the element that each is drawn into. */
export function scheduleFigures(
  element: HTMLElement,
  { schedules = [] }: MachineState,
  view: string,
  picture: "svg" | "ol",
) {
  return select(element)
    .classed(view, true)
    .selectAll<HTMLElement, ScheduleState>("figure")
    .data(schedules, (d) => d.name)
    .join((enter) => {
      const figure = enter.append("figure");
      figure.append("figcaption");
      figure.append(picture);
      return figure;
    });
}
