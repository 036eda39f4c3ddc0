/**
 * The i8042 keyboard controller with a PS/2 keyboard, IRQ 1. Registers are in keyboard-controller-registers.ts.
 * Source: IBM PS/2 Hardware Interface Technical Reference. It starts as firmware leaves it: translating, without interrupts.
 * Leaves out: a mouse, the lock, passwords, and time for taking a byte from the processor.
 */
import type { TimedDevice } from "./clock.js";
import { Keyboard } from "./keyboard.js";
import { KBD_MODE, KBD_OUTPUT, KBD_STATUS, KEYBOARD_COMMAND_PORT } from "./keyboard-controller-registers.js";
import type { PortDevice } from "./ports.js";
import { type KeyCode, translate } from "./scan-codes.js";

/** A byte on the keyboard's line: eleven bits at about 12 kHz. */
const BYTE_SECONDS = 1e-3;
const NEVER = Number.POSITIVE_INFINITY;
const RELEASED = 0xf0;
const RAM_SIZE = 32;

const COMMAND = {
  ...{ READ_RAM: 0x20, WRITE_RAM: 0x60, AUX_OFF: 0xa7, AUX_ON: 0xa8, TEST_AUX: 0xa9, SELF_TEST: 0xaa },
  ...{ TEST_LINE: 0xab, OFF: 0xad, ON: 0xae, READ_INPUT: 0xc0, READ_OUTPUT: 0xd0, WRITE_OUTPUT: 0xd1 },
  ...{ PRETEND: 0xd2, PRETEND_AUX: 0xd3, TO_AUX: 0xd4, A20_OFF: 0xdd, A20_ON: 0xdf, TEST_INPUTS: 0xe0 },
  PULSE: 0xf0,
} as const;

export class KeyboardController implements PortDevice, TimedDevice {
  state;
  readonly keyboard: Keyboard;
  /** Line A20 is let through or not. */
  onA20: (on: boolean) => void = () => {};
  /** The processor is to be reset. */
  onReset: () => void = () => {};

  constructor(
    private readonly now: () => number,
    private readonly stepsPerSecond: number,
    private readonly setInterrupt: (on: boolean) => void,
    /** Told when `nextEvent` may have become earlier. */
    private readonly onChange: () => void,
  ) {
    this.keyboard = new Keyboard(now, stepsPerSecond);
    const mode = KBD_MODE.make({ TRANSLATE: 1, DISABLE_AUX: 1, SYSTEM: 1 });
    this.state = {
      /** The controller's memory; byte 0 is the command byte. */
      ram: Uint8Array.of(mode, ...new Uint8Array(RAM_SIZE - 1)),
      output: 0,
      full: false,
      a20: true,
      wroteCommand: false,
      /** A command that awaits its parameter at port 60h; 0 for none. */
      awaiting: 0,
      /** The code that comes next is of a key that goes up. */
      released: false,
      /** Clock time at which a byte from the keyboard has come; Infinity while none is on its way. */
      due: NEVER,
      keyboard: this.keyboard.state,
    };
  }

  /** After a restore: the keyboard's state is a part of this one. */
  refresh(): void {
    this.keyboard.state = this.state.keyboard;
  }

  pressKey(key: KeyCode): void {
    this.keyboard.press(key);
    this.listen();
  }

  releaseKey(key: KeyCode): void {
    this.keyboard.release(key);
    this.listen();
  }

  nextEvent(): number {
    return Math.min(this.state.due, this.state.keyboard.repeatAt);
  }

  get isPeriodic(): boolean {
    return this.state.due === NEVER;
  }

  advance(now: number): void {
    this.keyboard.repeat(now);
    if (now >= this.state.due) {
      this.state.due = NEVER;
      this.takeByte();
    }
    this.listen();
  }

  /** Lets the keyboard send when it has something and there is room. */
  private listen(): void {
    const { state } = this;
    const closed = state.full || KBD_MODE.has("DISABLE", state.ram[0]!);
    if (!closed && state.due === NEVER && this.keyboard.hasBytes)
      state.due = this.now() + Math.max(1, Math.round(BYTE_SECONDS * this.stepsPerSecond));
    this.onChange();
  }

  private takeByte(): void {
    const { state } = this;
    if (state.full || KBD_MODE.has("DISABLE", state.ram[0]!)) return;
    const byte = this.keyboard.take();
    if (byte === undefined) return;
    if (!KBD_MODE.has("TRANSLATE", state.ram[0]!)) this.offer(byte);
    else if (byte === RELEASED) state.released = true;
    else {
      this.offer(translate(byte) | (state.released ? 0x80 : 0));
      state.released = false;
    }
  }

  private offer(byte: number): void {
    this.state.output = byte;
    this.state.full = true;
    this.drive();
  }

  private drive(): void {
    this.setInterrupt(this.state.full && KBD_MODE.has("INTERRUPT", this.state.ram[0]!));
  }

  readPort(port: number): number {
    const { state } = this;
    if (port === KEYBOARD_COMMAND_PORT) return this.status();
    state.full = false;
    this.drive();
    this.listen();
    return state.output;
  }

  private status(): number {
    const { full, wroteCommand, ram } = this.state;
    const SYSTEM = KBD_MODE.get("SYSTEM", ram[0]!);
    return KBD_STATUS.make({ OBF: full, COMMAND: wroteCommand, SYSTEM, UNLOCKED: 1 });
  }

  writePort(port: number, value: number): void {
    const { state } = this;
    const { awaiting } = state;
    state.wroteCommand = port === KEYBOARD_COMMAND_PORT;
    state.awaiting = 0;
    if (state.wroteCommand) this.command(value);
    else if (awaiting !== 0) this.takeParameter(awaiting, value);
    else {
      // A byte for the keyboard switches it on.
      state.ram[0]! &= ~KBD_MODE.mask.DISABLE;
      this.keyboard.receive(value);
    }
    this.drive();
    this.listen();
  }

  private command(code: number): void {
    const { state } = this;
    if (code >= COMMAND.PULSE) this.pulse(code);
    else if ((code & ~0x1f) === COMMAND.READ_RAM) this.offer(state.ram[code & 0x1f]!);
    else if ((code & ~0x1f) === COMMAND.WRITE_RAM) state.awaiting = code;
    else this.other(code);
  }

  private other(code: number): void {
    const { state } = this;
    switch (code) {
      case COMMAND.WRITE_OUTPUT:
      case COMMAND.PRETEND:
      case COMMAND.PRETEND_AUX:
      case COMMAND.TO_AUX:
        state.awaiting = code;
        return;
      case COMMAND.SELF_TEST:
        state.ram[0]! |= KBD_MODE.mask.SYSTEM;
        return this.offer(0x55);
      case COMMAND.TEST_LINE:
      case COMMAND.TEST_INPUTS:
        return this.offer(0);
      case COMMAND.TEST_AUX:
        // Clock line stuck: nothing is connected there.
        return this.offer(1);
      case COMMAND.AUX_OFF:
      case COMMAND.AUX_ON:
        return this.setMode("DISABLE_AUX", code === COMMAND.AUX_OFF);
      case COMMAND.OFF:
      case COMMAND.ON:
        return this.setMode("DISABLE", code === COMMAND.OFF);
      case COMMAND.READ_INPUT:
        // Bit 7: not locked.
        return this.offer(0x80);
      case COMMAND.READ_OUTPUT:
        return this.offer(this.outputPort());
      case COMMAND.A20_OFF:
      case COMMAND.A20_ON:
        return this.setA20(code === COMMAND.A20_ON);
      default:
    }
  }

  private setMode(name: "DISABLE" | "DISABLE_AUX", on: boolean): void {
    const mode = this.state.ram[0]! & ~KBD_MODE.mask[name];
    this.state.ram[0] = mode | (on ? KBD_MODE.mask[name] : 0);
  }

  private takeParameter(command: number, value: number): void {
    if (command === COMMAND.WRITE_OUTPUT) {
      this.setA20(KBD_OUTPUT.has("A20", value));
      if (!KBD_OUTPUT.has("RUN", value)) this.onReset();
    } else if (command === COMMAND.PRETEND) this.offer(value);
    else if (command < COMMAND.AUX_OFF) this.state.ram[command & 0x1f] = value;
  }

  private outputPort(): number {
    const { full, a20, ram } = this.state;
    const FULL = full && KBD_MODE.has("INTERRUPT", ram[0]!);
    return KBD_OUTPUT.make({ DATA: 1, CLOCK: 1, FULL, A20: a20, RUN: 1 });
  }

  private setA20(on: boolean): void {
    this.state.a20 = on;
    this.onA20(on);
  }

  /** Bits 3:0 that are clear name lines of the output port to pulse; only that of bit 0 leads anywhere. */
  private pulse(code: number): void {
    if ((code & 1) === 0) this.onReset();
  }
}
