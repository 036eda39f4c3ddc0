/**
 * What becomes of text on its way to the screen of a terminal: a line feed gets a carriage return, tabs become spaces, and the
 * column of the cursor is kept, so that erasing knows how wide a tab was.
 * Models do_output_char (Linux drivers/tty/n_tty.c). Leaves out: delays, which no terminal needs any more.
 */
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

/** The new settings, but what is locked stays. Models unset_locked_termios (drivers/tty/tty_ioctl.c). */
export function withLocked(wanted: Termios, old: Termios, locked: Termios): Termios {
  const merged = (field: "c_iflag" | "c_oflag" | "c_cflag" | "c_lflag") =>
    ((old[field] & locked[field]) | (wanted[field] & ~locked[field])) >>> 0;
  return {
    ...{ c_iflag: merged("c_iflag"), c_oflag: merged("c_oflag") },
    ...{ c_cflag: merged("c_cflag"), c_lflag: merged("c_lflag") },
    c_line: locked.c_line === 0 ? wanted.c_line : old.c_line,
    c_cc: wanted.c_cc.map((byte, n) => (locked.c_cc[n] ? old.c_cc[n]! : byte)),
  };
}

const [BACKSPACE, TAB, NEWLINE, RETURN, SPACE, DELETE] = [8, 9, 10, 13, 32, 127] as const;
const TAB_WIDTH = 8;

export const isControlCharacter = (byte: number): boolean => byte < SPACE || byte === DELETE;

/** With IUTF8, a byte within a character of several bytes. */
export const continuesCharacter = (byte: number, { c_iflag }: Termios): boolean =>
  (c_iflag & T.IUTF8) !== 0 && (byte & 0xc0) === 0x80;

export class OutputProcessing {
  /** Where the cursor is. */
  column = 0;
  /** Where it was when the line that is being typed began. */
  lineColumn = 0;

  /** What the terminal shows when a program writes `bytes`. */
  process(bytes: Uint8Array, settings: Termios): Uint8Array {
    if ((settings.c_oflag & T.OPOST) === 0) return bytes;
    const shown: number[] = [];
    for (const byte of bytes) this.put(byte, settings, shown);
    return Uint8Array.from(shown);
  }

  /** Adds to `shown` what is shown for `byte`. */
  put(byte: number, settings: Termios, shown: number[]): void {
    const { c_oflag } = settings;
    if ((c_oflag & T.OPOST) === 0) shown.push(byte);
    else if (byte === NEWLINE) this.newline(c_oflag, shown);
    else if (byte === RETURN) this.carriageReturn(c_oflag, shown);
    else if (byte === TAB) this.tab(c_oflag, shown);
    else shown.push(this.advanced(byte, settings));
  }

  private newline(flags: number, shown: number[]): void {
    if (flags & (T.ONLRET | T.ONLCR)) this.column = 0;
    this.lineColumn = this.column;
    if (flags & T.ONLCR) shown.push(RETURN);
    shown.push(NEWLINE);
  }

  private carriageReturn(flags: number, shown: number[]): void {
    if (flags & T.ONOCR && this.column === 0) return;
    const isNewline = (flags & T.OCRNL) !== 0;
    if (!isNewline || flags & T.ONLRET) this.column = this.lineColumn = 0;
    shown.push(isNewline ? NEWLINE : RETURN);
  }

  private tab(flags: number, shown: number[]): void {
    const width = TAB_WIDTH - (this.column % TAB_WIDTH);
    this.column += width;
    if ((flags & T.XTABS) !== T.XTABS) shown.push(TAB);
    else for (let n = 0; n < width; n++) shown.push(SPACE);
  }

  /** The byte that is shown, after which the cursor has moved. */
  private advanced(byte: number, settings: Termios): number {
    if (byte === BACKSPACE) this.column = Math.max(0, this.column - 1);
    if (isControlCharacter(byte)) return byte;
    if (!continuesCharacter(byte, settings)) this.column++;
    return settings.c_oflag & T.OLCUC ? toUpperCase(byte) : byte;
  }

  /**
   * Goes back over a tab that is erased.
   * @param columns of the characters before it: since another tab, or since the line began
   */
  backOverTab(columns: number, isAfterTab: boolean, shown: number[]): void {
    const from = isAfterTab ? columns : columns + this.lineColumn;
    for (let n = TAB_WIDTH - (from % TAB_WIDTH); n > 0; n--) {
      shown.push(BACKSPACE);
      this.column = Math.max(0, this.column - 1);
    }
  }
}

const toUpperCase = (byte: number): number => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
