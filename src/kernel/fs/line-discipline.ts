/**
 * What a terminal makes of keys and of output: it collects a line until Enter, lets it be corrected, echoes, turns
 * Ctrl-C into a signal, and a line feed into carriage return and line feed.
 * Models drivers/tty/n_tty.c. Leaves out: column-exact erasing of tabs, VTIME.
 */
import { SIGNAL } from "../abi/signals.js";
import * as T from "../abi/termios-flags.js";

/** The settings as TCGETS gives them. */
export interface Termios {
  c_iflag: number;
  c_oflag: number;
  c_cflag: number;
  c_lflag: number;
  c_line: number;
  c_cc: Uint8Array;
}

/** The settings of a fresh terminal. */
export function initialTermios(): Termios {
  return {
    c_iflag: T.ICRNL | T.IXON,
    c_oflag: T.OPOST | T.ONLCR,
    c_cflag: T.B38400 | T.CS8 | T.CREAD,
    c_lflag: T.ISIG | T.ICANON | T.ECHO | T.ECHOE | T.ECHOK | T.ECHOCTL | T.ECHOKE | T.IEXTEN,
    c_line: 0,
    c_cc: Uint8Array.from(T.INITIAL_CONTROL_CHARACTERS),
  };
}

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DELETE = 127;

/** What a key led to. */
export interface KeyEffect {
  /** Bytes to show. */
  readonly echo: readonly number[];
  /** A signal for the foreground's processes. */
  readonly signal?: number;
  /** What was to be shown and is not yet is dropped first. */
  readonly flushes?: boolean;
  /** Output stops (Ctrl-S), or goes on. */
  readonly holds?: boolean;
}

const NOTHING: KeyEffect = { echo: [] };

export class LineDiscipline {
  settings = initialTermios();
  /** The line that is being typed. */
  private typing: number[] = [];
  /** The next byte is taken as it is (after Ctrl-V). */
  private quoting = false;
  /** Finished lines, or single bytes without canonical mode; an empty one is the end that Ctrl-D made. */
  private ready: Uint8Array[] = [];

  private get canonical(): boolean {
    return this.local(T.ICANON);
  }

  private local(flag: number): boolean {
    return (this.settings.c_lflag & flag) !== 0;
  }

  /** Whether `byte` is the control character at this place of c_cc; 0 there means "none". */
  private isControl(place: number, byte: number): boolean {
    return byte !== 0 && this.settings.c_cc[place] === byte;
  }

  /** Bytes that a read would get at once. */
  get available(): number {
    return this.ready.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** Whether a read would return at once, if only with the end. */
  get hasInput(): boolean {
    return this.hasInputFor(this.settings.c_cc[T.VTIME] === 0 ? Number.POSITIVE_INFINITY : 1);
  }

  /** Whether a read of so many bytes would return: with a line, or without canonical mode with VMIN bytes. */
  hasInputFor(wanted: number): boolean {
    if (this.canonical) return this.ready.length > 0;
    return this.available >= Math.max(1, Math.min(this.leastBytes, wanted));
  }

  /** Without canonical mode, VMIN 0 lets a read return with nothing. */
  get neverWaits(): boolean {
    return !this.canonical && this.leastBytes === 0;
  }

  private get leastBytes(): number {
    return this.settings.c_cc[T.VMIN] ?? 1;
  }

  /** TOSTOP: writers in the background are stopped. */
  get stopsBackground(): boolean {
    return this.local(T.TOSTOP);
  }

  /**
   * One byte from the keyboard.
   * @param held output is stopped
   */
  key(raw: number, held = false): KeyEffect {
    if (this.quoting) return this.quoted(raw);
    const byte = this.translate(raw);
    if (byte === undefined) return NOTHING;
    const flow = this.controlFlow(byte);
    if (flow) return flow;
    const effect = this.take(byte);
    const goesOn = held && (this.settings.c_iflag & T.IXON) !== 0 && this.restarts(effect);
    return goesOn ? { ...effect, holds: false } : effect;
  }

  private controlFlow(byte: number): KeyEffect | undefined {
    if ((this.settings.c_iflag & T.IXON) === 0) return undefined;
    if (this.isControl(T.VSTART, byte)) return { echo: [], holds: false };
    return this.isControl(T.VSTOP, byte) ? { echo: [], holds: true } : undefined;
  }

  /** What lets stopped output go on: a signal, and any key with IXANY. */
  private restarts({ signal }: KeyEffect): boolean {
    return signal !== undefined || (this.settings.c_iflag & T.IXANY) !== 0;
  }

  private take(byte: number): KeyEffect {
    const signal = this.local(T.ISIG) ? this.signalOf(byte) : undefined;
    if (signal !== undefined) return this.interrupt(byte, signal);
    return this.canonical ? this.edit(byte) : this.pass(byte);
  }

  private quoted(byte: number): KeyEffect {
    this.quoting = false;
    if (!this.canonical) return this.pass(byte);
    this.typing.push(byte);
    return { echo: this.local(T.ECHO) ? this.shown(byte) : [] };
  }

  private translate(key: number): number | undefined {
    const { c_iflag } = this.settings;
    const byte = c_iflag & T.ISTRIP ? key & 0x7f : key;
    if (byte === RETURN && c_iflag & T.IGNCR) return undefined;
    if (byte === RETURN && c_iflag & T.ICRNL) return NEWLINE;
    if (byte === NEWLINE && c_iflag & T.INLCR) return RETURN;
    return byte;
  }

  private signalOf(byte: number): number | undefined {
    if (this.isControl(T.VINTR, byte)) return SIGNAL.SIGINT;
    if (this.isControl(T.VQUIT, byte)) return SIGNAL.SIGQUIT;
    if (this.isControl(T.VSUSP, byte)) return SIGNAL.SIGTSTP;
    return undefined;
  }

  private interrupt(byte: number, signal: number): KeyEffect {
    if (!this.local(T.NOFLSH)) this.flush();
    return { echo: this.echoOf(byte), signal, flushes: !this.local(T.NOFLSH) };
  }

  private pass(byte: number): KeyEffect {
    this.ready.push(Uint8Array.of(byte));
    return { echo: this.echoOf(byte) };
  }

  private edit(byte: number): KeyEffect {
    if (this.isControl(T.VERASE, byte)) return { echo: this.erase(1) };
    if (this.isControl(T.VKILL, byte)) return { echo: this.erase(this.typing.length) };
    if (this.isControl(T.VWERASE, byte) && this.local(T.IEXTEN)) return { echo: this.erase(this.lastWord()) };
    if (this.isControl(T.VEOF, byte)) return this.finish(NOTHING);
    if (this.local(T.IEXTEN) && this.isControl(T.VLNEXT, byte)) return this.quote();
    if (this.local(T.IEXTEN) && this.isControl(T.VREPRINT, byte)) return this.reprint(byte);
    this.typing.push(byte);
    const shown: KeyEffect = { echo: this.echoOf(byte) };
    const ends = byte === NEWLINE || this.isControl(T.VEOL, byte) || this.isControl(T.VEOL2, byte);
    return ends ? this.finish(shown) : shown;
  }

  private quote(): KeyEffect {
    this.quoting = true;
    return { echo: this.local(T.ECHO) && this.local(T.ECHOCTL) ? [0x5e, 8] : [] };
  }

  /** Shows the line once more on a fresh one. */
  private reprint(byte: number): KeyEffect {
    if (!this.local(T.ECHO)) return NOTHING;
    return { echo: [...this.shown(byte), NEWLINE, ...this.typing.flatMap((one) => this.shown(one))] };
  }

  private finish(effect: KeyEffect): KeyEffect {
    this.ready.push(Uint8Array.from(this.typing));
    this.typing = [];
    return effect;
  }

  /** The length of the last word and the blanks behind it. */
  private lastWord(): number {
    const text = String.fromCharCode(...this.typing);
    return /\w*\W*$/.exec(text)?.[0].length ?? 0;
  }

  private erase(count: number): number[] {
    const first = this.startOfCharacter(this.typing.length - Math.min(count, this.typing.length));
    const removed = this.typing.splice(first);
    if (!this.local(T.ECHO)) return [];
    return removed
      .filter((byte) => !this.continues(byte))
      .flatMap((byte) => this.shown(byte).flatMap(() => [8, SPACE, 8]));
  }

  /** With IUTF8, a byte within a character of several bytes. */
  private continues(byte: number): boolean {
    return (this.settings.c_iflag & T.IUTF8) !== 0 && (byte & 0xc0) === 0x80;
  }

  private startOfCharacter(at: number): number {
    let start = at;
    while (start > 0 && this.continues(this.typing[start] ?? 0)) start--;
    return start;
  }

  private echoOf(byte: number): number[] {
    if (this.local(T.ECHO)) return this.shown(byte);
    return byte === NEWLINE && this.local(T.ECHONL) && this.canonical ? [NEWLINE] : [];
  }

  /** A control character is shown as ^ and a letter. */
  private shown(byte: number): number[] {
    const control = byte < SPACE || byte === DELETE;
    const plain = byte === 9 || (byte === NEWLINE && this.canonical && !this.quoting);
    if (!control || plain || !this.local(T.ECHOCTL)) return [byte];
    return [0x5e, byte ^ 0x40];
  }

  /** Moves what a read gets: in canonical mode at most one line; 0 for the end. Only when `hasInput`. */
  read(into: Uint8Array): number {
    let moved = 0;
    for (let piece = this.ready[0]; piece && moved < into.length; piece = this.ready[0]) {
      const part = piece.subarray(0, into.length - moved);
      into.set(part, moved);
      moved += part.length;
      if (part.length < piece.length) this.ready[0] = piece.subarray(part.length);
      else this.ready.shift();
      if (this.canonical) break;
    }
    return moved;
  }

  /** Forgets what was typed and not read. */
  flush(): void {
    this.quoting = false;
    this.typing = [];
    this.ready = [];
  }

  /** What the terminal shows when a program writes `bytes`. */
  output(bytes: Uint8Array): Uint8Array {
    const { c_oflag } = this.settings;
    if (!(c_oflag & T.OPOST) || !(c_oflag & T.ONLCR) || !bytes.includes(NEWLINE)) return bytes;
    const shown: number[] = [];
    for (const byte of bytes) {
      if (byte === NEWLINE) shown.push(RETURN);
      shown.push(byte);
    }
    return Uint8Array.from(shown);
  }
}
