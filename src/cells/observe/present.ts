/** How a stage looks at the present moment: what the views that are shown need, and what changed since the last look. */
import type { Session } from "../../trace/session.js";
import type {
  CallsState,
  InstructionState,
  ListingRow,
  MachineState,
  Ring,
  StackState,
} from "../../views/machine-state.js";
import { plural } from "../../views/numbers.js";
import type { Stage } from "../stage/stage.js";
import { controllerState, timerState } from "./devices.js";
import { eventsState } from "./events.js";
import { framesState } from "./frames.js";
import { instructionState } from "./instruction.js";
import { listing } from "./listing.js";
import { MemoryWindows } from "./memory-windows.js";
import { flagsState, type RegisterValues, registersState, registerValues, ripState } from "./registers.js";
import { stackState, stackValues } from "./stack.js";
import { switchesState } from "./switches.js";
import { tablesState } from "./tables.js";
import { terminalState } from "./terminal.js";

/** The registers' values and the stack's at the last look that a reader had. */
interface Look {
  readonly registers: RegisterValues;
  readonly stack: StackState | undefined;
}

/** What a session asks about a moment. */
export interface Asked {
  /** Names of views. */
  readonly show: readonly string[];
  /** Vectors whose gates are shown. */
  readonly gates: readonly number[];
  /** Where the instruction lies that ran last. */
  readonly previous: bigint | undefined;
}

/** A moment without what the session knows itself. */
export type PresentState = Omit<MachineState, "time" | "steps" | "outcome" | "timeline">;

/** So many calls are shown; all are counted. */
const MOST_CALLS = 400;

export class Present {
  private readonly windows: MemoryWindows;
  private look: Look | undefined;
  private shown: Look | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly session: Session,
  ) {
    this.windows = new MemoryWindows(stage);
  }

  /** Keeps how things stand, to show what the next action changes. */
  remember(): void {
    this.look = this.shown;
    this.windows.remember();
  }

  state({ show, gates, previous }: Asked): PresentState {
    const { stage, session, look } = this;
    const { machine } = stage.world;
    const { cpu } = machine;
    const shows = (name: string) => show.includes(name);
    const registers = registerValues(cpu);
    const crossings = stage.crossings.state();
    const rows = listing(cpu, stage.image, stage.nameOf);
    const stack = shows("stack")
      ? stackState(cpu, crossings, stage.nameOf, stackValues(look?.stack))
      : undefined;
    this.shown = { registers, stack };
    return {
      ring: cpu.system.cpl as Ring,
      registers: registersState(registers, look?.registers),
      rip: ripState(registers, look?.registers),
      flags: flagsState(registers, look?.registers),
      instruction: asWritten(instructionState(cpu, registers.rip), rows),
      previous: previous === undefined ? undefined : asWritten(instructionState(cpu, previous), rows),
      listing: rows,
      memory: shows("memory") ? this.windows.state() : [],
      stack,
      tables: shows("idt") || shows("doors") ? tablesState(cpu, gates, stage.nameOf) : undefined,
      crossings,
      output: outputText(stage),
      calls: this.calls(),
      trials: [],
      statistics: stage.statistics?.(),
      ...(shows("events") || shows("entries") ? { events: eventsState(session.log) } : {}),
      ...(shows("switches") ? { switches: switchesState(session.log, stage.kernel) } : {}),
      ...(shows("timer") ? { timer: timerState(machine) } : {}),
      ...(shows("controller") ? { controller: controllerState(machine) } : {}),
      ...(shows("terminal") && stage.world.terminal ? { terminal: terminalState(stage) } : {}),
      ...(shows("frames") ? { frames: framesState(stage) } : {}),
    };
  }

  private calls(): CallsState {
    const { log } = this.session;
    const recent = log
      .recent(MOST_CALLS, ({ kind }) => kind === "call")
      .flatMap((event) =>
        event.kind === "call" ? [{ number: event.number, pid: event.pid ?? 0, text: event.says }] : [],
      );
    return { total: log.counts().call, recent };
  }
}

/** Output is UTF-8; where its beginning was left out, a character may be cut in two. */
function outputText({ world: { output } }: Stage): string {
  if (!output) return "";
  const bytes = Uint8Array.from(output.text, (char) => char.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  return output.leftOut === 0 ? text : `… ${plural(output.leftOut, "byte")} before this left out …\n${text}`;
}

/** The instruction in the reader's own words, where the program still says the same. */
function asWritten(
  instruction: InstructionState | undefined,
  rows: readonly ListingRow[],
): InstructionState | undefined {
  const row = rows.find((one) => one.address === instruction?.address);
  return instruction && row && row.roles.length > 0 ? { ...instruction, text: row.text } : instruction;
}
