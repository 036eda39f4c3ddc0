/** How a run stands, in one line: the status of a cell. */
import { select } from "d3-selection";
import type { MachineState, Outcome } from "./machine-state.js";
import { hex, plural } from "./numbers.js";

export const title = "Status";

function words(outcome: Outcome, steps: number): string {
  const so = `after ${plural(steps, "step")}`;
  switch (outcome.kind) {
    case "ready":
      return "Ready: nothing has run yet.";
    case "paused":
      return `Paused ${so}.`;
    case "running":
      return `Running; ${plural(steps, "step")} so far.`;
    case "limit":
      return `Ran ${plural(outcome.instructions, "instruction")} without ending; stopped. Continue, or reset and look for the loop.`;
    case "halted":
      return `${outcome.waits ? "Waits" : "Halted"} ${so}: ${outcome.says}.`;
    case "tried":
      return `Done: ${outcome.says}.`;
    case "exited":
      return `Exited ${so} with status ${outcome.status}.`;
    case "signalled":
      return `Killed ${so} by ${outcome.signal}: ${outcome.says}.`;
    case "shutdown":
      return `The processor shut down ${so}: ${outcome.says}.`;
    case "refused": {
      const { line, column, reason, nextStep } = outcome.problem;
      const where =
        line === undefined ? "" : `line ${line}${column === undefined ? "" : `, column ${column}`}: `;
      return `Not run. ${where}${reason}. ${nextStep}`;
    }
  }
}

/** Nothing more happens until the reader resets. */
export function isOver(outcome: Outcome): boolean {
  return ["halted", "exited", "signalled", "shutdown", "refused"].includes(outcome.kind);
}

/** It goes on when something is typed: it runs, or sleeps until then. Who was stopped at a moment stays there. */
export function goesOnWhenTyped(outcome: Outcome): boolean {
  return outcome.kind === "running" || (outcome.kind === "halted" && outcome.waits === true);
}

export function draw(element: HTMLElement, state: MachineState): void {
  select(element)
    .classed("outcome", true)
    .attr("data-outcome", state.outcome.kind)
    .text(words(state.outcome, state.steps));
}

export function describe(state: MachineState): string {
  return `${words(state.outcome, state.steps)} rip is ${hex(state.rip.value)}, in ring ${state.ring}.`;
}
