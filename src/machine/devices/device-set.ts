/**
 * The devices of the PC and how they are wired: ports, interrupt inputs, and the clock. Sources are named in their files.
 *
 *     IRQ 0 timer · 1 keyboard · 2 second controller · 4 serial port · 14 disk
 */
import type { PhysicalMemory } from "../memory/physical-memory.js";
import { BusMaster } from "./bus-master.js";
import type { Clock, TimedDevice } from "./clock.js";
import { Disk } from "./disk.js";
import { DiskContents } from "./disk-contents.js";
import { ATA_CONTROL_PORT, ATA_PORT } from "./disk-registers.js";
import { InterruptController } from "./interrupt-controller.js";
import { CONTROLLER_PORTS } from "./interrupt-controller-registers.js";
import { IntervalTimer, PIT_HERTZ } from "./interval-timer.js";
import { SPEAKER_PORT, TIMER_PORT } from "./interval-timer-registers.js";
import { KeyboardController } from "./keyboard-controller.js";
import { KEYBOARD_COMMAND_PORT, KEYBOARD_DATA_PORT } from "./keyboard-controller-registers.js";
import { PciConfiguration } from "./pci.js";
import { PCI_ADDRESS } from "./pci-registers.js";
import { copyPlain } from "./plain-state.js";
import { PortBus } from "./ports.js";
import { COM1, SerialPort } from "./serial-port.js";

/** What the registers of all devices hold; plain data. */
export interface DeviceStates {
  readonly controller: InterruptController["state"];
  readonly timer: IntervalTimer["state"];
  readonly serial: SerialPort["state"];
  readonly keyboard: KeyboardController["state"];
  readonly pci: PciConfiguration["state"];
  readonly busMaster: BusMaster["state"];
  /** Undefined when there is no disk. */
  readonly disk: Disk["state"] | undefined;
}

/** What the devices need of the processor. */
export interface ProcessorPins {
  setInterruptLine(on: boolean): void;
  /** Ends the processor's run: a device's next act may have become earlier. */
  yield(): void;
}

const IRQ = { timer: 0, keyboard: 1, serial: 4, disk: 14 } as const;

export class DeviceSet {
  readonly ports = new PortBus();
  readonly controller: InterruptController;
  readonly timer: IntervalTimer;
  readonly serialPort: SerialPort;
  readonly keyboard: KeyboardController;
  readonly pci = new PciConfiguration();
  readonly busMaster: BusMaster;
  readonly disk: Disk | undefined;
  private readonly timed: readonly TimedDevice[];

  /** @param image what the disk holds; undefined for none */
  constructor(pins: ProcessorPins, memory: PhysicalMemory, clock: Clock, image: Uint8Array | undefined) {
    const controller = new InterruptController((on) => pins.setInterruptLine(on));
    const input = (irq: number) => (on: boolean) => controller.setInput(irq, on);
    const now = () => clock.now;
    const speed = clock.stepsPerSecond;
    const onChange = () => pins.yield();
    this.controller = controller;
    this.timer = new IntervalTimer(now, speed / PIT_HERTZ, input(IRQ.timer), onChange);
    this.serialPort = new SerialPort(input(IRQ.serial));
    this.keyboard = new KeyboardController(now, speed, input(IRQ.keyboard), onChange);
    this.busMaster = new BusMaster(memory, this.pci.busMasterBase, this.pci.ideMayMaster);
    if (image) {
      const contents = DiskContents.of(image);
      const disk = new Disk(contents, now, speed, input(IRQ.disk), this.busMaster, onChange);
      this.busMaster.onStart = () => disk.dmaStarted();
      this.disk = disk;
    }
    this.timed = this.disk ? [this.timer, this.keyboard, this.disk] : [this.timer, this.keyboard];
    this.connect();
  }

  private connect(): void {
    const { ports } = this;
    for (const first of CONTROLLER_PORTS) ports.connect(this.controller, first, 2);
    ports.connect(this.timer, TIMER_PORT, 4);
    ports.connect(this.timer, SPEAKER_PORT, 1);
    ports.connect(this.serialPort, COM1, 8);
    for (const port of [KEYBOARD_DATA_PORT, KEYBOARD_COMMAND_PORT]) ports.connect(this.keyboard, port, 1);
    ports.connect(this.pci, PCI_ADDRESS.at, 8);
    ports.connectMovable(this.busMaster, this.pci.busMasterBase, 16);
    if (!this.disk) return;
    ports.connect(this.disk, ATA_PORT, 8);
    ports.connect(this.disk, ATA_CONTROL_PORT, 1);
  }

  /** Clock time of the next thing that a device does by itself; Infinity for never. */
  nextEvent(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const device of this.timed) next = Math.min(next, device.nextEvent());
    return next;
  }

  /** Does what is due at clock time `now`, in the order of the devices. */
  advance(now: number): void {
    for (const device of this.timed) if (device.nextEvent() <= now) device.advance(now);
  }

  /**
   * Lets time pass, event by event, until `woken` says so. What comes to an end is done for good. When only periodic acts are
   * left each is tried once: if none wakes, none ever will, and as for them everything stays as it was. Then it is false.
   */
  sleep(clock: Clock, woken: () => boolean): boolean {
    const pass = (): boolean => {
      clock.jumpTo(this.nextEvent());
      this.advance(clock.now);
      return woken();
    };
    const finite = (one: TimedDevice) => !one.isPeriodic && one.nextEvent() < Number.POSITIVE_INFINITY;
    while (this.timed.some(finite)) if (pass()) return true;
    const last = this.timed.map((one) => one.nextEvent()).filter(Number.isFinite);
    if (last.length === 0) return false;
    const before = { skipped: clock.skipped, states: this.copy() };
    const end = Math.max(...last);
    while (this.nextEvent() <= end || this.timed.some(finite)) if (pass()) return true;
    clock.skipped = before.skipped;
    this.put(before.states);
    return false;
  }

  /** All registers without copying: to be looked at only. */
  look(): DeviceStates {
    return {
      controller: this.controller.state,
      timer: this.timer.state,
      serial: this.serialPort.state,
      keyboard: this.keyboard.state,
      pci: this.pci.state,
      busMaster: this.busMaster.state,
      disk: this.disk?.state,
    };
  }

  copy(): DeviceStates {
    return copyPlain(this.look());
  }

  /** Sets all registers, and drives the processor's pin. A machine without a disk cannot take the place of one with it. */
  put(states: DeviceStates): void {
    const copy = copyPlain(states);
    if ((copy.disk === undefined) !== (this.disk === undefined))
      throw new RangeError(
        "a moment of a machine with a disk needs a machine with a disk, and the other way round",
      );
    this.controller.state = copy.controller;
    this.timer.state = copy.timer;
    this.serialPort.state = copy.serial;
    this.keyboard.state = copy.keyboard;
    this.keyboard.refresh();
    this.pci.state = copy.pci;
    this.busMaster.state = copy.busMaster;
    if (this.disk && copy.disk) this.disk.state = copy.disk;
    this.controller.refresh();
  }
}
