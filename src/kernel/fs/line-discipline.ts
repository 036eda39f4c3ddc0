/**
 * What a terminal makes of keys: it collects a line until Enter, lets it be corrected, echoes, and turns Ctrl-C into a signal.
 * What becomes of output is in `output-processing.ts`.
 * Models drivers/tty/n_tty.c. Leaves out: parity marks, breaks and other news of real lines.
 */
import { SIGNAL } from "../abi/signals.js";
import * as T from "../abi/termios-flags.js";
import { Echo } from "./echo.js";
import { continuesCharacter, OutputProcessing, type Termios } from "./output-processing.js";

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

const [NEWLINE, RETURN] = [10, 13] as const;
/** Stands in the place of an end of file (Ctrl-D), where a line ends. */
const END_OF_FILE = 0;
/** N_TTY_BUF_SIZE: bytes that can be typed and not read yet. */
const BUFFER_SIZE = 4096;

/** What a key led to. */
export interface KeyEffect {
  /** Bytes to show. */
  readonly echo: readonly number[];
  /** A signal for the foreground's processes. */
  readonly signal?: number;
  /** What was typed, and what was to be shown and is not yet, is dropped first. */
  readonly flushes?: boolean;
  /** Output stops (Ctrl-S), or goes on. */
  readonly holds?: boolean;
}

type Effect = Omit<KeyEffect, "echo">;

export class LineDiscipline {
  private termios = initialTermios();
  private readonly output = new OutputProcessing();
  private echo = new Echo(this.output, this.termios);
  /** What was typed and not read yet; the line that is being typed is at the end. */
  private typed: number[] = [];
  /** Which of them end a line. */
  private ends: boolean[] = [];
  /** So many of them belong to lines that are finished. */
  private finished = 0;
  /** The next byte is taken as it is (after Ctrl-V). */
  private quoting = false;
  /** A text of erased characters is being printed (ECHOPRT). */
  private erasing = false;

  get settings(): Termios {
    return this.termios;
  }

  /** When lines begin or cease to count, all that was typed so far can be read: as a line, or byte by byte. */
  set settings(settings: Termios) {
    const changes = (this.termios.c_lflag ^ settings.c_lflag) & T.ICANON;
    this.termios = settings;
    if (!changes) return;
    this.ends.fill(false);
    this.finished = this.canonical ? this.typed.length : 0;
    if (this.finished > 0) this.ends[this.finished - 1] = true;
    this.quoting = this.erasing = false;
  }

  /** Input comes in lines. */
  get canonical(): boolean {
    return this.local(T.ICANON);
  }

  private local(flag: number): boolean {
    return (this.termios.c_lflag & flag) !== 0;
  }

  private input(flag: number): boolean {
    return (this.termios.c_iflag & flag) !== 0;
  }

  /** Whether `byte` is the control character at this place of c_cc; 0 there means "none". */
  private isControl(place: number, byte: number): boolean {
    return byte !== 0 && this.termios.c_cc[place] === byte;
  }

  /** Bytes that can be read. */
  get available(): number {
    if (!this.canonical) return this.typed.length;
    const lines = this.typed.slice(0, this.finished);
    return lines.filter((byte, n) => !(this.ends[n] && byte === END_OF_FILE)).length;
  }

  /** Whether a read would return at once, if only with the end. */
  get hasInput(): boolean {
    return this.hasInputFor(this.timeLimit === 0 ? Number.POSITIVE_INFINITY : 1);
  }

  /** Whether a read of so many bytes would return: with a line, or without canonical mode with VMIN bytes. */
  hasInputFor(wanted: number): boolean {
    if (this.canonical) return this.finished > 0;
    return this.typed.length >= Math.max(1, Math.min(this.leastBytes, wanted));
  }

  /** Whether another key has a place. In the line that is being typed there is always one: the last key gives way. */
  get hasRoom(): boolean {
    return this.typed.length < BUFFER_SIZE - 1 || (this.canonical && this.finished === 0);
  }

  /** VMIN, without canonical mode: with 0 a read may return with nothing. */
  get leastBytes(): number {
    return this.canonical ? 1 : (this.termios.c_cc[T.VMIN] ?? 1);
  }

  /** VTIME, without canonical mode: seconds that a read waits for the first byte (VMIN 0), or for each further one. */
  get timeLimit(): number {
    return this.canonical ? 0 : (this.termios.c_cc[T.VTIME] ?? 0) / 10;
  }

  /** TOSTOP: writers in the background are stopped. */
  get stopsBackground(): boolean {
    return this.local(T.TOSTOP);
  }

  /** EXTPROC: who is at the other end of the pair edits lines. */
  get isExternal(): boolean {
    return this.local(T.EXTPROC);
  }

  /** Ctrl-S and Ctrl-Q do what their names say. */
  get hasUsualFlowControl(): boolean {
    const { c_cc } = this.termios;
    return this.input(T.IXON) && c_cc[T.VSTOP] === 0x13 && c_cc[T.VSTART] === 0x11;
  }

  /**
   * One byte from the keyboard, when there is room.
   * @param held output is stopped
   */
  key(raw: number, held = false): KeyEffect {
    this.echo = new Echo(this.output, this.termios);
    const effect = this.receive(this.stripped(raw), held);
    return { ...effect, echo: this.echo.shown };
  }

  private stripped(raw: number): number {
    const byte = this.input(T.ISTRIP) ? raw & 0x7f : raw;
    const isCapital = byte >= 0x41 && byte <= 0x5a;
    return isCapital && this.input(T.IUCLC) && this.local(T.IEXTEN) ? byte + 0x20 : byte;
  }

  private receive(key: number, held: boolean): Effect {
    if (this.quoting) {
      this.quoting = false;
      return this.keep(key, false);
    }
    if (this.input(T.IXON) && this.isControl(T.VSTART, key)) return { holds: false };
    if (this.input(T.IXON) && this.isControl(T.VSTOP, key)) return { holds: true };
    const signal = this.local(T.ISIG) ? this.signalOf(key) : undefined;
    if (signal !== undefined) return this.interrupt(key, signal, held);
    const goesOn = held && this.input(T.IXON) && this.input(T.IXANY);
    const byte = this.translated(key);
    const effect = byte === undefined ? {} : this.canonical ? this.edit(byte) : this.keep(byte, byte !== key);
    return goesOn ? { ...effect, holds: false } : effect;
  }

  private translated(key: number): number | undefined {
    if (key === RETURN && this.input(T.IGNCR)) return undefined;
    if (key === RETURN && this.input(T.ICRNL)) return NEWLINE;
    return key === NEWLINE && this.input(T.INLCR) ? RETURN : key;
  }

  private signalOf(byte: number): number | undefined {
    if (this.isControl(T.VINTR, byte)) return SIGNAL.SIGINT;
    if (this.isControl(T.VQUIT, byte)) return SIGNAL.SIGQUIT;
    return this.isControl(T.VSUSP, byte) ? SIGNAL.SIGTSTP : undefined;
  }

  private interrupt(byte: number, signal: number, held: boolean): Effect {
    const flushes = !this.local(T.NOFLSH);
    if (flushes) this.flush();
    if (this.local(T.ECHO)) this.echo.character(byte);
    return { signal, flushes, ...(held && this.input(T.IXON) && { holds: false }) };
  }

  /** A byte that is nothing else. A line feed that was made of a carriage return is shown as one. */
  private keep(byte: number, isTranslated: boolean): Effect {
    if (this.local(T.ECHO)) {
      this.endErased();
      if (byte === NEWLINE && isTranslated) this.echo.raw(byte);
      else this.echoInLine(byte);
    }
    this.put(byte);
    return {};
  }

  private echoInLine(byte: number): void {
    if (this.finished === this.typed.length) this.echo.beginLine();
    this.echo.character(byte);
  }

  /** When there is no room, the last key of the line gives way. */
  private put(byte: number, endsLine = false): void {
    if (this.typed.length >= BUFFER_SIZE) {
      this.typed.pop();
      this.ends.pop();
    }
    this.typed.push(byte);
    this.ends.push(endsLine);
    if (endsLine) this.finished = this.typed.length;
  }

  private edit(byte: number): Effect {
    const extended = this.local(T.IEXTEN);
    if (this.isControl(T.VERASE, byte)) this.erase(byte, "character");
    else if (this.isControl(T.VKILL, byte)) this.erase(byte, "line");
    else if (extended && this.isControl(T.VWERASE, byte)) this.erase(byte, "word");
    else if (extended && this.isControl(T.VLNEXT, byte)) this.quote();
    else if (extended && this.local(T.ECHO) && this.isControl(T.VREPRINT, byte)) this.reprint(byte);
    else if (byte === NEWLINE) {
      if (this.local(T.ECHO | T.ECHONL)) this.echo.raw(byte);
      this.put(byte, true);
    } else if (this.isControl(T.VEOF, byte)) this.put(END_OF_FILE, true);
    else if (this.isControl(T.VEOL, byte) || (extended && this.isControl(T.VEOL2, byte))) {
      if (this.local(T.ECHO)) this.echoInLine(byte);
      this.put(byte, true);
    } else return this.keep(byte, false);
    return {};
  }

  private quote(): void {
    this.quoting = true;
    if (!this.local(T.ECHO)) return;
    this.endErased();
    this.echo.announceQuoted();
  }

  private reprint(byte: number): void {
    this.endErased();
    this.echo.reprint(byte, this.typed.slice(this.finished));
  }

  private endErased(): void {
    this.echo.endErased(this.erasing);
    this.erasing = false;
  }

  /** Takes a character, a word with the blanks behind it, or the line back. */
  private erase(key: number, what: "character" | "word" | "line"): void {
    if (this.typed.length === this.finished) return;
    const disappears = [T.ECHO, T.ECHOE, T.ECHOK, T.ECHOKE].every((flag) => this.local(flag));
    if (what === "line" && !disappears) {
      this.dropFrom(this.finished);
      if (!this.local(T.ECHO)) return;
      this.endErased();
      this.echo.killed(key);
      return;
    }
    let seenWord = false;
    while (this.typed.length > this.finished) {
      const first = this.startOfLastCharacter();
      const byte = this.typed[first]!;
      if (continuesCharacter(byte, this.termios)) break;
      if (what === "word" && seenWord && !isOfWord(byte)) break;
      seenWord ||= isOfWord(byte);
      this.showErased(key, what, this.dropFrom(first));
      if (what === "character") break;
    }
    if (this.typed.length === this.finished && this.local(T.ECHO)) this.endErased();
  }

  private dropFrom(first: number): number[] {
    this.ends.length = first;
    return this.typed.splice(first);
  }

  private showErased(key: number, what: string, character: readonly number[]): void {
    if (!this.local(T.ECHO)) return;
    if (this.local(T.ECHOPRT)) {
      this.echo.printErased(character, !this.erasing);
      this.erasing = true;
    } else if (what === "character" && !this.local(T.ECHOE)) this.echo.character(key);
    else this.echo.erase(character[0]!, this.typed.slice(this.finished));
  }

  private startOfLastCharacter(): number {
    let start = this.typed.length - 1;
    while (start > this.finished && continuesCharacter(this.typed[start]!, this.termios)) start--;
    return start;
  }

  /** Moves what a read gets: in canonical mode at most one line; 0 for the end. Only when there is input. */
  read(into: Uint8Array): number {
    return this.canonical ? this.readLine(into) : this.readBytes(into);
  }

  private readBytes(into: Uint8Array): number {
    const taken = this.takeFirst(Math.min(into.length, this.typed.length));
    into.set(taken);
    return taken.length;
  }

  private readLine(into: Uint8Array): number {
    const end = this.ends.indexOf(true);
    const line = (end < 0 ? this.finished : end + 1) - this.endsFile(end);
    const count = Math.min(line, into.length);
    // An end of file right behind what was asked for has been read with it.
    const taken = this.takeFirst(count + (count === line ? this.endsFile(end) : 0));
    into.set(taken.slice(0, count));
    return count;
  }

  private endsFile(end: number): number {
    return end >= 0 && this.typed[end] === END_OF_FILE ? 1 : 0;
  }

  private takeFirst(count: number): number[] {
    this.ends.splice(0, count);
    this.finished = Math.max(0, this.finished - count);
    return this.typed.splice(0, count);
  }

  /** Forgets what was typed and not read. */
  flush(): void {
    this.quoting = this.erasing = false;
    this.typed = [];
    this.ends = [];
    this.finished = 0;
  }

  /** What the terminal shows when a program writes `bytes`. */
  shownFor(bytes: Uint8Array): Uint8Array {
    return this.output.process(bytes, this.termios);
  }
}

/** Letters are those of Latin 1, whatever the characters are: see lib/ctype.c. */
function isOfWord(byte: number): boolean {
  return /\w/.test(String.fromCharCode(byte)) || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);
}
