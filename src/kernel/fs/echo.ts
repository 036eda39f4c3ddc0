/**
 * What a terminal shows of the keys that are pressed: characters, control characters as ^ and a letter, and how what was erased
 * disappears. Models echo_char and eraser (Linux drivers/tty/n_tty.c).
 */
import * as T from "../abi/termios-flags.js";
import {
  continuesCharacter,
  isControlCharacter,
  type OutputProcessing,
  type Termios,
} from "./output-processing.js";

const [BACKSPACE, TAB, NEWLINE, SPACE, CARET, BACKSLASH, SLASH] = [8, 9, 10, 32, 0x5e, 0x5c, 0x2f] as const;

/** The echo of one key. */
export class Echo {
  /** As the screen gets it. */
  readonly shown: number[] = [];

  constructor(
    private readonly output: OutputProcessing,
    private readonly settings: Termios,
  ) {}

  private has(flag: number): boolean {
    return (this.settings.c_lflag & flag) !== 0;
  }

  /** Shows a byte as a program's would be. */
  raw(byte: number): void {
    this.output.put(byte, this.settings, this.shown);
  }

  /** Shows a key. */
  character(byte: number): void {
    if (!this.has(T.ECHOCTL) || !isControlCharacter(byte) || byte === TAB) {
      this.raw(byte);
      return;
    }
    this.shown.push(CARET, byte ^ 0x40);
    this.output.column += 2;
  }

  /** A line begins where the cursor is. */
  beginLine(): void {
    this.output.lineColumn = this.output.column;
  }

  /** Ends a text of erased characters (ECHOPRT), if there is one. */
  endErased(wasErasing: boolean): void {
    if (wasErasing) this.raw(SLASH);
  }

  /** The whole line was erased and cannot be made to disappear. */
  killed(key: number): void {
    this.character(key);
    if (this.has(T.ECHOK)) this.raw(NEWLINE);
  }

  /** Prints what is erased instead of making it disappear. */
  printErased(character: readonly number[], isFirst: boolean): void {
    if (isFirst) this.raw(BACKSLASH);
    const [first = 0, ...rest] = character;
    this.character(first);
    for (const byte of rest) this.raw(byte);
  }

  /** A character disappears; `before` is what is left of the line. */
  erase(byte: number, before: readonly number[]): void {
    if (byte === TAB) this.eraseTab(before);
    else if (!isControlCharacter(byte)) this.eraseColumns(1);
    else if (this.has(T.ECHOCTL)) this.eraseColumns(2);
  }

  private eraseColumns(count: number): void {
    for (let n = 0; n < count; n++) for (const byte of [BACKSPACE, SPACE, BACKSPACE]) this.raw(byte);
  }

  private eraseTab(before: readonly number[]): void {
    const tab = before.lastIndexOf(TAB);
    const columns = before.slice(tab + 1).reduce((sum, byte) => sum + this.widthOf(byte), 0);
    this.output.backOverTab(columns, tab >= 0, this.shown);
  }

  private widthOf(byte: number): number {
    if (isControlCharacter(byte)) return this.has(T.ECHOCTL) ? 2 : 0;
    return continuesCharacter(byte, this.settings) ? 0 : 1;
  }

  /** The line once more, on a fresh one. */
  reprint(key: number, line: readonly number[]): void {
    this.character(key);
    this.raw(NEWLINE);
    for (const byte of line) this.character(byte);
  }

  /** Ctrl-V: the next key is taken as it is, and will be shown here. */
  announceQuoted(): void {
    if (!this.has(T.ECHOCTL)) return;
    this.raw(CARET);
    this.raw(BACKSPACE);
  }
}
