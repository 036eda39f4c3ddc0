/**
 * The PC: processor, memory, clock and devices, and time as a value. Knows nothing of what runs on it.
 * Sources of the parts are named in their files.
 */
import { Cpu } from "./cpu/cpu.js";
import { Breakpoints } from "./debug/breakpoints.js";
import { Notifications } from "./debug/notifications.js";
import { Watchpoints } from "./debug/watchpoints.js";
import { Clock } from "./devices/clock.js";
import { InterruptController } from "./devices/interrupt-controller.js";
import { CONTROLLER_PORTS } from "./devices/interrupt-controller-registers.js";
import { IntervalTimer, PIT_HERTZ } from "./devices/interval-timer.js";
import { copyPlain } from "./devices/plain-state.js";
import { PortBus } from "./devices/ports.js";
import { COM1, SerialPort } from "./devices/serial-port.js";
import type { DeviceStates, MachineRegisters, MachineSnapshot } from "./machine-moment.js";
import type { MachineInput, MachineOptions, RunResult } from "./machine-options.js";
import { type AccessWatch, together } from "./memory/access-watch.js";
import { PAGE_SIZE, PhysicalMemory } from "./memory/physical-memory.js";
import { Journal, type JournalEntry, type Recorded } from "./time/journal.js";
import type { Replayable } from "./time/timeline.js";

export type { DeviceStates, MachineRegisters, MachineSnapshot } from "./machine-moment.js";
export {
  ENGINES,
  type Engine,
  type MachineInput,
  type MachineOptions,
  type RunResult,
} from "./machine-options.js";

const DEFAULT_RAM = 256 << 20;
const DEFAULT_SPEED = 10_000_000;
const IRQ = { timer: 0, serial: 4 } as const;

export class Machine
  implements Replayable<MachineSnapshot, MachineInput, RunResult>, Recorded<MachineRegisters>
{
  readonly memory: PhysicalMemory;
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly ports = new PortBus();
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

  static create(options: MachineOptions = {}): Machine {
    const machine = new Machine(options.ram ?? DEFAULT_RAM, options.instructionsPerSecond ?? DEFAULT_SPEED);
    const { engine = "auto" } = options;
    const possible = machine.memory.linear.importable !== undefined;
    if (engine === "translator" && !possible)
      throw new Error("the translator needs WebAssembly, which is absent here");
    if (engine !== "evaluator" && possible) machine.cpu.useTranslator();
    return machine;
  }

  private constructor(ram: number, stepsPerSecond: number) {
    this.memory = new PhysicalMemory(Math.ceil(ram / PAGE_SIZE) * PAGE_SIZE);
    const cpu = new Cpu(this.memory);
    this.cpu = cpu;
    this.clock = new Clock(
      () => cpu.time,
      stepsPerSecond,
      () => cpu.yield(),
    );
    const controller = new InterruptController((on) => cpu.setInterruptLine(on));
    this.interruptController = controller;
    this.timer = new IntervalTimer(
      () => this.clock.now,
      stepsPerSecond / PIT_HERTZ,
      (on) => controller.setInput(IRQ.timer, on),
      () => cpu.yield(),
    );
    this.serialPort = new SerialPort((on) => controller.setInput(IRQ.serial, on));
    this.breakpoints = new Breakpoints(cpu);
    this.watchpoints = new Watchpoints(this);
    this.journal = new Journal(this, (registers) => registers.cpu.rip);
    this.notifications = new Notifications(this);
    this.connect();
  }

  private connect(): void {
    const { cpu, ports } = this;
    for (const first of CONTROLLER_PORTS) ports.connect(this.interruptController, first, 2);
    ports.connect(this.timer, 0x40, 4);
    ports.connect(this.timer, 0x61, 1);
    ports.connect(this.serialPort, COM1, 8);
    cpu.ports = ports;
    cpu.acknowledgeInterrupt = () => this.interruptController.acknowledge();
    cpu.readClock = () => this.clock.now;
    cpu.observer.delivered = (vector, errorCode, source, detail) => {
      this.lastExceptionDetail = detail;
      this.breakpoints.delivered(vector, errorCode, source);
      this.notifications.delivered({ vector, errorCode, source, detail });
    };
    cpu.observer.systemCall = () => this.breakpoints.systemCall();
  }

  /** t: steps since the machine was made. */
  get time(): number {
    return this.cpu.time;
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
    this.stopping = false;
    this.breakpoints.begin();
    this.watchpoints.begin();
    for (;;) {
      const result = this.endOfRun(limit) ?? this.runOn(limit);
      if (!result) continue;
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
    this.timer.advance(clock.now);
    if (cpu.isWaiting && !this.wakeByTime()) return { reason: "halted" };
    const next = cpu.time + Math.max(1, Math.ceil(this.timer.nextEvent() - clock.now));
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
    for (;;) {
      const result = this.run(limit);
      if (result.reason === "stopped" && this.time < limit) continue;
      this.setSilent(false);
      return result;
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
    this.cpu.flushTranslations();
  }

  /** Something comes in from outside, now. */
  accept({ device, bytes }: MachineInput): void {
    if (device === "serial") this.serialPort.receive(bytes);
  }

  /**
   * HLT: lets time pass until the next event. False when that does not wake the processor; then no later one will, since
   * nothing but an instruction can change what masks it, and everything stays as it was.
   */
  private wakeByTime(): boolean {
    const { clock, timer, interruptController } = this;
    const next = timer.nextEvent();
    if (next === Number.POSITIVE_INFINITY || !this.cpu.interruptsEnabled) return false;
    const before = { skipped: clock.skipped, devices: this.devices() };
    clock.jumpTo(next);
    timer.advance(clock.now);
    if (!this.cpu.isWaiting) return true;
    clock.skipped = before.skipped;
    timer.state = before.devices.timer;
    interruptController.state = before.devices.controller;
    return false;
  }

  /** `run` returns at the next instruction boundary. */
  stop(): void {
    this.stopping = true;
    this.cpu.yield();
  }

  /** Everything that decides the future. Copies only pages written since the last snapshot. */
  snapshot(): MachineSnapshot {
    const memory = this.memory.snapshot();
    // A restored machine begins with an empty TLB; so this one must go on with an empty one too.
    this.cpu.flushTranslations();
    return { memory, ...this.copyRegisters() };
  }

  copyRegisters(): MachineRegisters {
    const { skipped } = this.clock;
    const { lastExceptionDetail } = this;
    return { cpu: this.cpu.snapshot(), skipped, devices: this.devices(), lastExceptionDetail };
  }

  /** As `copyRegisters`, but with the registers themselves. */
  lookAtRegisters(): MachineRegisters {
    const { skipped } = this.clock;
    const { lastExceptionDetail } = this;
    const devices = {
      controller: this.interruptController.state,
      timer: this.timer.state,
      serial: this.serialPort.state,
    };
    return { cpu: this.cpu.look(), skipped, devices, lastExceptionDetail };
  }

  /** A copy of all registers of the devices. */
  private devices(): DeviceStates {
    return copyPlain(this.lookAtRegisters().devices);
  }

  /** Returns to a moment of this machine, or of another one with as much memory. */
  restore(snapshot: MachineSnapshot): void {
    this.memory.restore(snapshot.memory);
    this.putRegisters(snapshot);
    this.journal.clear();
    this.notifications.memoryReplaced();
    if (!this.notifications.silent) this.notifications.deliver();
  }

  /** Sets everything but memory. */
  putRegisters(snapshot: MachineRegisters): void {
    this.clock.skipped = snapshot.skipped;
    this.interruptController.state = copyPlain(snapshot.devices.controller);
    this.timer.state = copyPlain(snapshot.devices.timer);
    this.serialPort.state = copyPlain(snapshot.devices.serial);
    this.cpu.restore(snapshot.cpu);
    this.interruptController.refresh();
    this.lastExceptionDetail = snapshot.lastExceptionDetail;
    this.stopping = false;
  }
}
