/** The instruction that a picture of a single one is about. */
import type { InstructionState, MachineState } from "./machine-state.js";

/** The one that comes next; the last one when it has stopped the processor for good, or when its third beat has just been shown. */
export function subjectOf({
  beat,
  outcome,
  instruction,
  previous,
}: MachineState): InstructionState | undefined {
  return beat === 2 || outcome.kind === "halted" ? previous : instruction;
}
