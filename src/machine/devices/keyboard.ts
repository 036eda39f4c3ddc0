/**
 * A PS/2 keyboard: keys become scan codes, and commands are answered.
 * Source: IBM PS/2 Hardware Interface Technical Reference, keyboards. Leaves out: scan-code set 3, and the shift codes that
 * a keyboard puts around its middle keys while Num Lock is on. A key that finds no room in the buffer is lost.
 */
import { type KeyCode, scanCode, translate } from "./scan-codes.js";

const BUFFER_SIZE = 16;
const NEVER = Number.POSITIVE_INFINITY;
/** Half a second, then 10.9 times a second. */
const DEFAULT_TYPEMATIC = 0x2b;

const REPLY = { ACKNOWLEDGE: 0xfa, RESEND: 0xfe, PASSED: 0xaa, ECHO: 0xee } as const;
const COMMAND = {
  ...{ SET_LEDS: 0xed, ECHO: 0xee, SET: 0xf0, IDENTIFY: 0xf2, TYPEMATIC: 0xf3, ENABLE: 0xf4 },
  ...{ DISABLE: 0xf5, DEFAULTS: 0xf6, RESEND: 0xfe, RESET: 0xff },
} as const;

const newState = () => ({
  scanning: true,
  /** Scan-code set: 1 or 2. */
  set: 2,
  /** Lamps: bit 0 Scroll Lock, bit 1 Num Lock, bit 2 Caps Lock. */
  leds: 0,
  typematic: DEFAULT_TYPEMATIC,
  /** Answers go before keys. */
  replies: [] as number[],
  keys: [] as number[],
  lastSent: 0,
  /** A command that awaits its parameter; 0 for none. */
  awaiting: 0,
  /** The key that repeats, and when it does; `""` for none. */
  held: "" as KeyCode | "",
  repeatAt: NEVER,
});

export class Keyboard {
  state = newState();

  constructor(
    private readonly now: () => number,
    private readonly stepsPerSecond: number,
  ) {}

  get hasBytes(): boolean {
    return this.state.replies.length + this.state.keys.length > 0;
  }

  /** The next byte on the line; undefined when there is none. */
  take(): number | undefined {
    const { state } = this;
    const byte = state.replies.shift() ?? state.keys.shift();
    if (byte !== undefined) state.lastSent = byte;
    return byte;
  }

  press(key: KeyCode): void {
    const { state } = this;
    this.put(scanCode(key, true));
    if (key === "Pause" || key === state.held) return;
    state.held = key;
    state.repeatAt = this.now() + this.steps(0.25 * (((state.typematic >> 5) & 3) + 1));
  }

  release(key: KeyCode): void {
    this.put(scanCode(key, false));
    if (key === this.state.held) this.stopRepeating();
  }

  /** A key that is held repeats when it is due. */
  repeat(now: number): void {
    const { state } = this;
    if (now < state.repeatAt || state.held === "") return;
    this.put(scanCode(state.held, true));
    const period = (8 + (state.typematic & 7)) * 2 ** ((state.typematic >> 3) & 3) * 0.00417;
    state.repeatAt = now + this.steps(period);
  }

  private steps(seconds: number): number {
    return Math.max(1, Math.round(seconds * this.stepsPerSecond));
  }

  private stopRepeating(): void {
    this.state.held = "";
    this.state.repeatAt = NEVER;
  }

  private put(code: readonly number[]): void {
    const { state } = this;
    if (!state.scanning) return;
    const bytes = state.set === 1 ? toSet1(code) : code;
    if (state.keys.length + bytes.length <= BUFFER_SIZE) state.keys.push(...bytes);
  }

  /** The host sends a byte. */
  receive(byte: number): void {
    const { state } = this;
    const { awaiting } = state;
    state.awaiting = 0;
    state.replies = [];
    // A parameter is below 80h; anything else is a command in its place.
    if (awaiting !== 0 && byte < 0x80) this.takeParameter(awaiting, byte);
    else this.execute(byte);
  }

  private takeParameter(command: number, value: number): void {
    const { state } = this;
    if (command === COMMAND.SET && value > 2) {
      this.reply(REPLY.RESEND);
      return;
    }
    this.reply(REPLY.ACKNOWLEDGE);
    if (command === COMMAND.SET_LEDS) state.leds = value & 7;
    else if (command === COMMAND.TYPEMATIC) state.typematic = value;
    else if (value === 0) this.reply(state.set);
    else state.set = value;
  }

  private execute(command: number): void {
    const { state } = this;
    switch (command) {
      case COMMAND.SET_LEDS:
      case COMMAND.SET:
      case COMMAND.TYPEMATIC:
        state.awaiting = command;
        this.reply(REPLY.ACKNOWLEDGE);
        return;
      case COMMAND.ECHO:
        this.reply(REPLY.ECHO);
        return;
      case COMMAND.IDENTIFY:
        this.reply(REPLY.ACKNOWLEDGE, 0xab, 0x83);
        return;
      case COMMAND.RESEND:
        this.reply(state.lastSent);
        return;
      case COMMAND.ENABLE:
      case COMMAND.DISABLE:
      case COMMAND.DEFAULTS:
        this.begin(command);
        this.reply(REPLY.ACKNOWLEDGE);
        return;
      case COMMAND.RESET:
        this.begin(command);
        this.reply(REPLY.ACKNOWLEDGE, REPLY.PASSED);
        return;
      default:
        this.reply(REPLY.RESEND);
    }
  }

  /** What these commands have in common: no key is left waiting. ENABLE alone keeps the settings. */
  private begin(command: number): void {
    const { state } = this;
    state.keys = [];
    this.stopRepeating();
    state.scanning = command !== COMMAND.DISABLE;
    if (command === COMMAND.ENABLE) return;
    state.typematic = DEFAULT_TYPEMATIC;
    state.set = 2;
    if (command === COMMAND.RESET) state.leds = 0;
  }

  private reply(...bytes: number[]): void {
    this.state.replies.push(...bytes);
  }
}

/** Set 1 by itself, as a translating controller makes it. */
function toSet1(code: readonly number[]): number[] {
  return code.flatMap((byte, n) => {
    if (byte === 0xf0) return [];
    return [code[n - 1] === 0xf0 ? translate(byte) | 0x80 : translate(byte)];
  });
}
