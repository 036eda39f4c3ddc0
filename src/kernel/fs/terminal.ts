/**
 * A terminal, such as the console: keys go in, text comes out, and a line discipline lies between.
 * Models drivers/tty/tty_io.c and tty_ioctl.c. Leaves out: stopping background readers and writers (SIGTTIN, SIGTTOU),
 * hang-up, pseudo-terminal pairs.
 */
import { E, type Result } from "../abi/errno.js";
import { IOCTL } from "../abi/ioctls.js";
import { POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { SIGNAL } from "../abi/signals.js";
import { TERMIOS, WINSIZE } from "../abi/structs.js";
import { Blocked, type Blocking, WaitQueue } from "./blocking.js";
import { ByteQueue } from "./byte-queue.js";
import { CharacterDevice } from "./character-device.js";
import type { FileSystem } from "./file-system.js";
import { LineDiscipline } from "./line-discipline.js";
import type { OpenFile } from "./open-file.js";

export class Terminal extends CharacterDevice {
  /** What is to be shown and nobody has drained yet. */
  readonly output = new ByteQueue();
  /** Signals for the foreground's processes that keys made; the kernel takes them after it fed the keys. */
  signals: number[] = [];
  /** The process group that keys' signals go to, and the session that owns the terminal; 0 for none. */
  foreground = 0;
  session = 0;
  rows = 24;
  columns = 80;
  private readonly discipline = new LineDiscipline();
  private ended = false;
  private readonly arrived: WaitQueue;

  /** @param major and minor, for example 5 and 1 for /dev/console */
  constructor(
    system: FileSystem,
    readonly name: string,
    major: number,
    minor: number,
  ) {
    super(system, 0o620, major, minor);
    this.arrived = new WaitQueue(`a line from ${name}`);
  }

  /** Keys that were pressed, as bytes. */
  type(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const { echo, signal } = this.discipline.key(byte);
      this.output.push(this.discipline.output(Uint8Array.from(echo)));
      if (signal !== undefined) this.signals.push(signal);
    }
    this.arrived.wake();
  }

  /** The keyboard is gone: readers see the end after what was typed. */
  endInput(): void {
    this.ended = true;
    this.arrived.wake();
  }

  /** The window got another size. */
  resize(rows: number, columns: number): void {
    if (rows === this.rows && columns === this.columns) return;
    this.rows = rows;
    this.columns = columns;
    this.signals.push(SIGNAL.SIGWINCH);
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (into.length === 0) return 0;
    if (this.discipline.hasInput) return this.discipline.read(into);
    if (this.ended) return 0;
    return file.nonBlocking ? E.EAGAIN : new Blocked([this.arrived]);
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    this.output.push(this.discipline.output(bytes));
    return bytes.length;
  }

  override control(_file: OpenFile, request: number, data: Uint8Array): Result<number> {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    switch (request) {
      case IOCTL.TCGETS:
        TERMIOS.write(view, 0, this.discipline.settings);
        return 0;
      case IOCTL.TCSETSF:
        this.discipline.flush();
        this.discipline.settings = TERMIOS.read(view, 0);
        return 0;
      case IOCTL.TCSETS:
      case IOCTL.TCSETSW:
        this.discipline.settings = TERMIOS.read(view, 0);
        return 0;
      case IOCTL.TIOCGWINSZ:
        WINSIZE.write(view, 0, { ws_row: this.rows, ws_col: this.columns, ws_xpixel: 0, ws_ypixel: 0 });
        return 0;
      case IOCTL.TIOCSWINSZ: {
        const { ws_row, ws_col } = WINSIZE.read(view, 0);
        this.resize(ws_row, ws_col);
        return 0;
      }
      case IOCTL.TCFLSH:
        this.discipline.flush();
        return 0;
      case IOCTL.FIONREAD:
        view.setInt32(0, this.discipline.available, true);
        return 0;
      case IOCTL.TIOCOUTQ:
        view.setInt32(0, 0, true);
        return 0;
      case IOCTL.TIOCGPGRP:
        view.setInt32(0, this.foreground, true);
        return 0;
      case IOCTL.TIOCSPGRP:
        this.foreground = view.getInt32(0, true);
        return 0;
      case IOCTL.TIOCGSID:
        view.setInt32(0, this.session, true);
        return 0;
      case IOCTL.TCSBRK:
      case IOCTL.TCXONC:
      case IOCTL.TIOCSCTTY:
        return 0;
      default:
        return E.ENOTTY;
    }
  }

  override readiness(): number {
    let events = POLLOUT | POLLWRNORM;
    if (this.discipline.hasInput) events |= POLLIN | POLLRDNORM;
    if (this.ended) events |= POLLIN | POLLHUP;
    return events;
  }

  override queues(): readonly WaitQueue[] {
    return [this.arrived];
  }
}
