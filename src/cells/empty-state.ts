/** A moment at which no machine has been made. */
import { GENERAL_NAMES } from "../machine/isa/registers.js";
import type { MachineState } from "../views/machine-state.js";

/** All registers zero, nothing loaded. */
export function emptyState(): MachineState {
  return {
    time: 0,
    steps: 0,
    ring: 0,
    registers: GENERAL_NAMES[64].map((name) => ({ name, value: 0n })),
    rip: { name: "rip", value: 0n },
    flags: { value: 2, changed: 0 },
    instruction: undefined,
    previous: undefined,
    listing: [],
    memory: [],
    stack: undefined,
    tables: undefined,
    crossings: { counts: { exception: 0, interrupt: 0, syscall: 0, return: 0 }, latest: {} },
    output: "",
    calls: { total: 0, recent: [] },
    trials: [],
    statistics: undefined,
    outcome: { kind: "ready" },
  };
}
