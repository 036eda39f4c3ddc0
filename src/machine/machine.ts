/**
 * The PC: processor, memory, clock and devices, and time as a value. Knows nothing of what runs on it.
 * Sources of the parts are named in their files.
 */
import { Cpu } from "./cpu/cpu.js";
import { resetProcessor } from "./cpu/reset.js";
import { Breakpoints } from "./debug/breakpoints.js";
import { Notifications } from "./debug/notifications.js";
import { Watchpoints } from "./debug/watchpoints.js";
import { Clock } from "./devices/clock.js";
import { DeviceSet } from "./devices/device-set.js";
import type { InterruptController } from "./devices/interrupt-controller.js";
import type { IntervalTimer } from "./devices/interval-timer.js";
import type { PortBus } from "./devices/ports.js";
import type { SerialPort } from "./devices/serial-port.js";
import type { MachineRegisters, MachineSnapshot } from "./machine-moment.js";
import type { MachineInput, MachineOptions, RunResult } from "./machine-options.js";
import { type AccessWatch, together } from "./memory/access-watch.js";
import { PAGE_SIZE, PhysicalMemory } from "./memory/physical-memory.js";
import { Journal, type JournalEntry, type Recorded } from "./time/journal.js";
import type { Replayable } from "./time/timeline.js";

export type { DeviceStates } from "./devices/device-set.js";
export type { MachineRegisters, MachineSnapshot } from "./machine-moment.js";
export {
  ENGINES,
  type Engine,
  type MachineInput,
  type MachineOptions,
  type RunResult,
} from "./machine-options.js";

const DEFAULT_RAM = 256 << 20;
const DEFAULT_SPEED = 10_000_000;

export class Machine
  implements Replayable<MachineSnapshot, MachineInput, RunResult>, Recorded<MachineRegisters>
{
  readonly memory: PhysicalMemory;
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly devices: DeviceSet;
  readonly ports: PortBus;
  readonly interruptController: InterruptController;
  readonly timer: IntervalTimer;
  readonly serialPort: SerialPort;
  /** For a human: why the last exception was raised. */
  lastExceptionDetail: string | undefined;
  /** Where runs stop. */
  readonly breakpoints: Breakpoints;
  /** Behind what accesses to memory runs stop. */
  readonly watchpoints: Watchpoints;
  /** What each step changed, while it is kept; see `stepBack`. */
  readonly journal: Journal<MachineRegisters>;
  /** Telling at the end of a run what changed. */
  readonly notifications: Notifications<MachineRegisters>;
  private readonly watches = new Set<AccessWatch>();
  private stopping = false;
  /** Clock time of the next thing that a device does by itself, as it was when the processor went on. */
  private due = 0;

  static create(options: MachineOptions = {}): Machine {
    const { engine = "auto" } = options;
    const machine = new Machine(options);
    const possible = machine.memory.linear.importable !== undefined;
    if (engine === "translator" && !possible)
      throw new Error("the translator needs WebAssembly, which is absent here");
    if (engine !== "evaluator" && possible) machine.cpu.useTranslator();
    return machine;
  }

  private constructor(options: MachineOptions) {
    const { ram = DEFAULT_RAM, instructionsPerSecond = DEFAULT_SPEED, disk, tlb } = options;
    this.memory = new PhysicalMemory(Math.ceil(ram / PAGE_SIZE) * PAGE_SIZE);
    const cpu = new Cpu(this.memory, tlb);
    this.cpu = cpu;
    this.clock = new Clock(
      () => cpu.time,
      instructionsPerSecond,
      () => cpu.endBy(Math.ceil(this.due - this.clock.skipped)),
    );
    this.devices = new DeviceSet(cpu, this.memory, this.clock, disk);
    this.ports = this.devices.ports;
    this.interruptController = this.devices.controller;
    this.timer = this.devices.timer;
    this.serialPort = this.devices.serialPort;
    this.breakpoints = new Breakpoints(cpu);
    this.watchpoints = new Watchpoints(this);
    this.journal = new Journal(this, (registers) => registers.cpu.rip);
    this.notifications = new Notifications(this);
    this.connect();
  }

  private connect(): void {
    const { cpu } = this;
    cpu.ports = this.ports;
    cpu.acknowledgeInterrupt = () => this.interruptController.acknowledge();
    cpu.readClock = () => this.clock.now;
    cpu.watchMemory = (watch, on) => this.watch(watch, on);
    cpu.observer.delivered = (vector, errorCode, source, detail) => {
      this.lastExceptionDetail = detail;
      this.breakpoints.delivered(vector, errorCode, source);
      this.notifications.delivered({ vector, errorCode, source, detail });
    };
  }

  /** t: steps since the machine was made. */
  get time(): number {
    return this.cpu.time;
  }

  /** RESET: the processor begins anew, in real-address mode, with what memory holds. Time and devices go on. */
  reset(): void {
    this.journal.clear();
    resetProcessor(this.cpu);
  }

  /** One step of t. */
  step(): RunResult {
    return this.run(this.cpu.time + 1);
  }

  /**
   * Runs until t = `limit`, or until nothing can go on or somebody wants to stop. A breakpoint at the instruction with which
   * it begins is passed.
   */
  run(limit: number): RunResult {
    this.journal.note();
    this.breakpoints.begin();
    this.watchpoints.begin();
    for (;;) {
      const result = this.endOfRun(limit) ?? this.runOn(limit);
      if (!result) continue;
      this.stopping = false;
      if (!this.notifications.silent) this.notifications.deliver();
      return result;
    }
  }

  private endOfRun(limit: number): RunResult | undefined {
    const { cpu } = this;
    const atLimit = cpu.time >= limit;
    if (cpu.shutDownReason !== undefined) return { reason: "shutdown" };
    const hit = this.watchpoints.take() ?? this.breakpoints.take(atLimit);
    if (hit) return hit;
    if (this.stopping) return { reason: "stopped" };
    return atLimit ? { reason: "limit" } : undefined;
  }

  /** Lets processor and devices go on, until the next thing that a device does by itself. */
  private runOn(limit: number): RunResult | undefined {
    const { cpu, clock, journal } = this;
    this.devices.advance(clock.now);
    if (cpu.isWaiting && !this.wakeByTime()) return { reason: "halted" };
    this.due = this.devices.nextEvent();
    const next = Math.max(cpu.time + 1, Math.ceil(this.due - clock.skipped));
    cpu.run(journal.recording ? cpu.time + 1 : Math.min(limit, next));
    journal.note();
    return undefined;
  }

  /** Runs on to exactly t = `time`, whatever would stop a run in between. False when the machine halts for good before. */
  runTo(time: number): boolean {
    if (time < this.time) throw new RangeError(`t is ${this.time} already: ${time} lies in the past`);
    this.replay(time);
    return this.time === time;
  }

  /** `run` for what has happened before: nothing stops it that another call of `run` would pass. */
  replay(limit: number): RunResult {
    this.setSilent(true);
    try {
      for (;;) {
        const result = this.run(limit);
        if (result.reason !== "stopped" || this.time >= limit) return result;
      }
    } finally {
      this.setSilent(false);
    }
  }

  private setSilent(silent: boolean): void {
    this.breakpoints.silent = this.watchpoints.silent = this.notifications.silent = silent;
  }

  /**
   * Undoes the last step that the journal knows, and what was done from outside after it. Returns what that step had changed;
   * undefined when the journal reaches no further back.
   */
  stepBack(): JournalEntry | undefined {
    const undone = this.journal.undo();
    this.notifications.deliver();
    return undone;
  }

  /** `watch` hears of accesses to memory from now on, or no more. Accesses that were quick become visible. */
  watch(watch: AccessWatch, on: boolean): void {
    if (!on && !this.watches.delete(watch)) return;
    if (on) this.watches.add(watch);
    this.memory.watch = together([...this.watches]);
    this.cpu.mmu.tlb.park();
  }

  /** Something comes in from outside, now. */
  accept(input: MachineInput): void {
    const { keyboard } = this.devices;
    if (input.device === "timer") this.timer.strike();
    else if (input.device === "nmi") this.cpu.raiseNmi();
    else if (input.device === "serial") this.serialPort.receive(input.bytes);
    else if (input.down) keyboard.pressKey(input.key);
    else keyboard.releaseKey(input.key);
  }

  /**
   * HLT: lets time pass until a device wakes the processor. False when none will, since nothing but an instruction can change
   * what masks it.
   */
  private wakeByTime(): boolean {
    const { cpu } = this;
    return cpu.interruptsEnabled && this.devices.sleep(this.clock, () => !cpu.isWaiting);
  }

  /** `run` returns at the next instruction boundary; when none is under way, the next one does at once. */
  stop(): void {
    this.stopping = true;
    this.cpu.yield();
  }

  /** Everything that decides the future. Copies only pages written since the last snapshot. */
  snapshot(): MachineSnapshot {
    const memory = this.memory.snapshot();
    // Parks what leads to pages that were dirty: they are to be noticed when they are written again.
    const translations = this.cpu.mmu.tlb.moment();
    return { memory, translations, ...this.copyRegisters() };
  }

  copyRegisters(): MachineRegisters {
    const { skipped } = this.clock;
    const { lastExceptionDetail } = this;
    return { cpu: this.cpu.snapshot(), skipped, devices: this.devices.copy(), lastExceptionDetail };
  }

  /** As `copyRegisters`, but with the registers themselves. */
  lookAtRegisters(): MachineRegisters {
    const { skipped } = this.clock;
    const { lastExceptionDetail } = this;
    return { cpu: this.cpu.look(), skipped, devices: this.devices.look(), lastExceptionDetail };
  }

  /** Returns to a moment of this machine, or of another one with as much memory. */
  restore(snapshot: MachineSnapshot): void {
    this.memory.restore(snapshot.memory);
    this.putRegisters(snapshot);
    this.cpu.mmu.tlb.put(snapshot.translations);
    this.journal.clear();
    this.notifications.memoryReplaced();
    if (!this.notifications.silent) this.notifications.deliver();
  }

  /** Sets everything but memory. */
  putRegisters(snapshot: MachineRegisters): void {
    this.clock.skipped = snapshot.skipped;
    this.cpu.restore(snapshot.cpu);
    this.devices.put(snapshot.devices);
    this.lastExceptionDetail = snapshot.lastExceptionDetail;
    this.stopping = false;
  }
}
