/** A machine alone as a world: whatever runs on it is in its memory. */
import type { Machine, MachineSnapshot } from "../../machine/machine.js";
import type { EventTold } from "../event.js";
import type { WorldInput } from "../input.js";
import { type GraphMoment, Memento } from "../memento/memento.js";
import { OutputText } from "../output-text.js";
import type { Ending, World, WorldStop } from "../world.js";
import { listenToMachine, type MachineEventOptions } from "./machine-events.js";
import { inputProblem, isForMachine, putInput } from "./put-input.js";
import { silently, Teller } from "./teller.js";

export interface MachineMoment {
  readonly machine: MachineSnapshot;
  readonly companions: GraphMoment;
}

export interface MachineWorldOptions extends MachineEventOptions {
  /** Objects beside the machine whose contents belong to its moments, such as recorders for views. */
  readonly companions?: readonly object[];
  /** The machine has come to rest, perhaps in the middle of a run because one of the companions stopped it. */
  settle?(): void;
  /** What it means that the machine has halted for good. */
  haltSays?(): string;
}

export class MachineWorld implements World<MachineMoment> {
  /** What was sent over the serial line. */
  readonly output = new OutputText();
  private readonly teller: Teller;
  private readonly memento: Memento;
  /** The last run ended at this t since no device will wake the processor. */
  private haltedAt: number | undefined;

  constructor(
    readonly machine: Machine,
    private readonly options: MachineWorldOptions = {},
  ) {
    this.teller = new Teller(machine);
    this.memento = new Memento([this.output, ...(options.companions ?? [])], sharedParts(machine));
    listenToMachine(machine, this.teller.happens, { ...options, written: this.output });
  }

  get time(): number {
    return this.machine.time;
  }

  get tell(): (event: EventTold) => void {
    return this.teller.tell;
  }

  set tell(tell: (event: EventTold) => void) {
    this.teller.tell = tell;
  }

  get stopAt(): ((event: EventTold) => boolean) | undefined {
    return this.teller.stopAt;
  }

  set stopAt(stopAt: ((event: EventTold) => boolean) | undefined) {
    this.teller.stopAt = stopAt;
  }

  get ending(): Ending | undefined {
    const { cpu, devices, time } = this.machine;
    if (cpu.shutDownReason !== undefined) return { kind: "shutdown", says: cpu.shutDownReason };
    const halted = time === this.haltedAt || devices.nextEvent() === Number.POSITIVE_INFINITY;
    if (!cpu.isWaiting || !halted) return undefined;
    return {
      kind: "halted",
      says: this.options.haltSays?.() ?? "hlt, and no device will wake the processor",
    };
  }

  run(limit: number): WorldStop {
    return this.teller.during(true, () => this.runOn(limit));
  }

  replay(limit: number): WorldStop {
    return silently(this.machine, () => this.teller.during(false, () => this.runOn(limit)));
  }

  private runOn(limit: number): WorldStop {
    for (;;) {
      const result = this.machine.run(limit);
      this.options.settle?.();
      switch (result.reason) {
        case "breakpoint":
        case "watchpoint":
          return result;
        case "stopped":
          if (this.teller.wantsEnd) return { reason: "event" };
          break;
        case "halted":
          this.haltedAt = this.time;
          return { reason: this.time < limit ? "over" : "limit" };
        case "shutdown":
          return { reason: this.time < limit ? "over" : "limit" };
        case "limit":
          return { reason: "limit" };
      }
    }
  }

  snapshot(): MachineMoment {
    return { machine: this.machine.snapshot(), companions: this.memento.snapshot() };
  }

  restore({ machine, companions }: MachineMoment): void {
    this.machine.restore(machine);
    this.memento.restore(companions);
    this.haltedAt = undefined;
  }

  problemOf(input: WorldInput): string | undefined {
    return isForMachine(input) ? inputProblem(input, this) : `this world has no ${input.kind}`;
  }

  accept(input: WorldInput): void {
    this.haltedAt = undefined;
    if (isForMachine(input)) putInput(input, this);
  }
}

/** Parts of a machine, whose moments it keeps itself. */
export function sharedParts(machine: Machine): object[] {
  const { memory, cpu, clock, devices, ports } = machine;
  const ofDevices = Object.values(devices).filter((part) => typeof part === "object" && part !== null);
  return [machine, memory, cpu, cpu.mmu, cpu.state, cpu.evaluator, clock, devices, ports, ...ofDevices];
}
