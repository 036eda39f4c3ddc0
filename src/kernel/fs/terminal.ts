/**
 * A terminal, such as the console: keys go in, text comes out, and a line discipline lies between.
 * Models drivers/tty/tty_io.c, tty_ioctl.c and tty_jobctrl.c. Leaves out: stopping background readers and writers (SIGTTIN,
 * SIGTTOU), TIOCSTI, exclusive mode.
 */
import { E, type Result } from "../abi/errno.js";
import { IOCTL } from "../abi/ioctls.js";
import { O_NOCTTY } from "../abi/open-flags.js";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { SIGNAL } from "../abi/signals.js";
import { TERMIOS, WINSIZE } from "../abi/structs.js";
import { Blocked, type Blocking, type Progress, WaitQueue } from "./blocking.js";
import { ByteQueue } from "./byte-queue.js";
import { CharacterDevice } from "./character-device.js";
import type { FileSystem } from "./file-system.js";
import { LineDiscipline } from "./line-discipline.js";
import type { OpenFile } from "./open-file.js";

export class Terminal extends CharacterDevice {
  /** What is to be shown and nobody has drained yet. */
  readonly output = new ByteQueue();
  /** Shows what comes out at the moment when it does; then nothing waits in `output`. */
  screen: ((bytes: Uint8Array) => void) | undefined;
  /** Signals that keys made for nobody: no process group is in the foreground. */
  signals: number[] = [];
  /** The process group that keys' signals go to, and the session that owns the terminal; 0 for none. */
  foreground = 0;
  session = 0;
  protected screenSize = { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
  protected readonly discipline = new LineDiscipline();
  protected hungUp = false;
  private ended = false;
  /** Woken when something was typed. */
  protected readonly arrived: WaitQueue;
  /** Woken when something is to be shown, and when it was taken. */
  readonly shown: WaitQueue;

  /**
   * @param major and minor, for example 5 and 1 for /dev/console
   * @param capacity bytes of output that it takes before writers wait
   */
  constructor(
    system: FileSystem,
    readonly name: string,
    major: number,
    minor: number,
    private readonly capacity = Number.POSITIVE_INFINITY,
  ) {
    super(system, 0o620, major, minor);
    this.arrived = new WaitQueue(`a line from ${name}`);
    this.shown = new WaitQueue(`text on ${name}`);
    system.terminals.add(this);
  }

  get rows(): number {
    return this.screenSize.ws_row;
  }

  get columns(): number {
    return this.screenSize.ws_col;
  }

  /** Keys that were pressed, as bytes. */
  type(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const { echo, signal, flushes } = this.discipline.key(byte);
      if (flushes && this.isPaired) this.output.shift(new Uint8Array(this.output.length));
      if (signal !== undefined) this.signal(signal);
      this.show(this.discipline.output(Uint8Array.from(echo)));
    }
    this.arrived.wake();
    this.shown.wake();
  }

  private show(bytes: Uint8Array): void {
    if (this.screen) this.screen(bytes);
    else this.output.push(bytes);
  }

  /** Tells the foreground; without one the signal waits in `signals`. */
  private signal(signal: number): void {
    const { jobs } = this.system;
    if (this.foreground > 0 && jobs) jobs.signalGroup(this.foreground, signal);
    else this.signals.push(signal);
  }

  /** The keyboard is gone: readers see the end after what was typed. */
  endInput(): void {
    this.ended = true;
    this.arrived.wake();
  }

  /** The line is gone: whoever has the terminal open can do nothing with it, and its session is told. */
  hangUp(): void {
    this.hungUp = true;
    if (this.session > 0) {
      const { jobs } = this.system;
      for (const group of new Set([this.session, this.foreground])) {
        jobs?.signalGroup(group, SIGNAL.SIGHUP);
        jobs?.signalGroup(group, SIGNAL.SIGCONT);
      }
    }
    this.session = this.foreground = 0;
    this.arrived.wake();
    this.shown.wake();
  }

  /** The window got another size. */
  resize(rows: number, columns: number, width = 0, height = 0): void {
    const { ws_row, ws_col, ws_xpixel, ws_ypixel } = this.screenSize;
    if (rows === ws_row && columns === ws_col && width === ws_xpixel && height === ws_ypixel) return;
    this.screenSize = { ws_row: rows, ws_col: columns, ws_xpixel: width, ws_ypixel: height };
    this.signal(SIGNAL.SIGWINCH);
  }

  /** Opening without O_NOCTTY gives a terminal to the leader of a session that has none. */
  override open(file: OpenFile): Blocking<0> {
    const current = this.system.jobs?.current();
    if (
      !file.opening(O_NOCTTY) &&
      current?.leads &&
      this.session === 0 &&
      !this.system.terminalOf(current.session)
    )
      this.giveTo(current);
    return 0;
  }

  private giveTo({ session, group }: { session: number; group: number }): void {
    this.session = session;
    this.foreground = group;
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (into.length === 0 || this.hungUp) return 0;
    if (this.discipline.hasInput) return this.discipline.read(into);
    if (this.ended) return 0;
    return file.nonBlocking ? E.EAGAIN : new Blocked([this.arrived]);
  }

  override write(
    file: OpenFile,
    bytes: Uint8Array,
    _position: number,
    progress?: Progress,
  ): Blocking<number> {
    if (this.hungUp) return E.EIO;
    const done = progress?.done ?? 0;
    const part = bytes.subarray(done, done + Math.max(0, this.capacity - this.output.length));
    this.show(this.discipline.output(part));
    if (part.length > 0) this.shown.wake();
    const total = done + part.length;
    if (total === bytes.length) return total;
    if (file.nonBlocking) return total > 0 ? total : E.EAGAIN;
    return new Blocked([this.shown], { done: total });
  }

  override control(_file: OpenFile, request: number, data: Uint8Array): Result<number> {
    if (this.hungUp) return E.EIO;
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
        WINSIZE.write(view, 0, this.screenSize);
        return 0;
      case IOCTL.TIOCSWINSZ: {
        const { ws_row, ws_col, ws_xpixel, ws_ypixel } = WINSIZE.read(view, 0);
        this.resize(ws_row, ws_col, ws_xpixel, ws_ypixel);
        return 0;
      }
      case IOCTL.TCFLSH:
        this.discipline.flush();
        return 0;
      case IOCTL.FIONREAD:
        view.setInt32(0, this.discipline.available, true);
        return 0;
      case IOCTL.TIOCOUTQ:
        view.setInt32(0, this.output.length, true);
        return 0;
      case IOCTL.TCSBRK:
      case IOCTL.TCXONC:
        return 0;
      default:
        return this.controlJobs(request, view);
    }
  }

  /** Requests on sessions and groups; only a process of the terminal's own session may make them. */
  private controlJobs(request: number, view: DataView): Result<number> {
    const { jobs } = this.system;
    const current = jobs?.current();
    if (request === IOCTL.TIOCSCTTY) return this.claim();
    const isOurs = !current || this.session === current.session || this.isSeenFromOutside;
    switch (request) {
      case IOCTL.TIOCGPGRP:
        if (!isOurs) return E.ENOTTY;
        view.setInt32(0, this.foreground, true);
        return 0;
      case IOCTL.TIOCGSID:
        if (!isOurs || (jobs && this.session === 0)) return E.ENOTTY;
        view.setInt32(0, this.session, true);
        return 0;
      case IOCTL.TIOCSPGRP: {
        if (!isOurs) return E.ENOTTY;
        const group = view.getInt32(0, true);
        const session = jobs?.sessionOf(group);
        if (jobs && session === undefined) return E.ESRCH;
        if (jobs && session !== this.session) return E.EPERM;
        this.foreground = group;
        return 0;
      }
      case IOCTL.TIOCNOTTY:
        if (!isOurs) return E.ENOTTY;
        this.session = this.foreground = 0;
        return 0;
      default:
        return E.ENOTTY;
    }
  }

  /** What is shown waits for somebody to read it; on a screen it would be seen already. */
  protected get isPaired(): boolean {
    return false;
  }

  /** A master asks about its slave's session, which need not be its own. */
  protected get isSeenFromOutside(): boolean {
    return false;
  }

  private claim(): Result<0> {
    const current = this.system.jobs?.current();
    if (!current) return 0;
    if (this.session === current.session) return 0;
    if (!current.leads || this.session !== 0 || this.system.terminalOf(current.session)) return E.EPERM;
    this.giveTo(current);
    return 0;
  }

  override readiness(_file?: OpenFile): number {
    if (this.hungUp) return POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;
    let events = this.output.length < this.capacity ? POLLOUT | POLLWRNORM : 0;
    if (this.discipline.hasInput) events |= POLLIN | POLLRDNORM;
    if (this.ended) events |= POLLIN | POLLHUP;
    return events;
  }

  override queues(): readonly WaitQueue[] {
    return [this.arrived, this.shown];
  }
}
