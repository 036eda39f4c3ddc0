/**
 * A terminal, such as the console: keys go in, text comes out, and a line discipline lies between. Whose it is is in
 * `terminal-session.ts`.
 * Models drivers/tty/tty_io.c, tty_ioctl.c, n_tty.c. Leaves out: what real lines have beyond bytes. Whether a reader is in the
 * foreground is looked at again whenever it wakes.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { O_NOCTTY } from "../abi/open-flags.js";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { SIGNAL } from "../abi/signals.js";
import { Blocked, type Blocking, type Progress, WaitQueue } from "./blocking.js";
import { ByteQueue } from "./byte-queue.js";
import { CharacterDevice } from "./character-device.js";
import type { FileSystem } from "./file-system.js";
import { type KeyEffect, LineDiscipline } from "./line-discipline.js";
import type { OpenFile } from "./open-file.js";
import { type Termios, withLocked } from "./output-processing.js";
import { controlTerminal } from "./terminal-control.js";
import { TerminalSession } from "./terminal-session.js";
import { TimedWait } from "./timed-wait.js";

/** Bytes that the other end of a pair has in its own buffer. */
const READABLE = 4095;

export class Terminal extends CharacterDevice {
  /** What is to be shown and nobody has drained yet. */
  readonly output = new ByteQueue();
  /** Shows what comes out at the moment when it does; then nothing waits in `output`. */
  screen: ((bytes: Uint8Array) => void) | undefined;
  /** Signals that keys made for nobody: no process group is in the foreground. */
  signals: number[] = [];
  readonly owner = new TerminalSession(this);
  screenSize = { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
  readonly discipline = new LineDiscipline();
  /** Ctrl-S: writers wait for Ctrl-Q, and so does what keys would show. */
  private held = false;
  /** Pressed, and without a place in the line discipline yet. */
  protected readonly keys = new ByteQueue();
  /** What cannot be changed, as bits, and control characters that are not 0 (TIOCSLCKTRMIOS). */
  lockedSettings: Termios = {
    c_iflag: 0,
    c_oflag: 0,
    c_cflag: 0,
    c_lflag: 0,
    c_line: 0,
    c_cc: new Uint8Array(19),
  };
  /** TIOCEXCL: nobody else may open it. */
  isExclusive = false;
  private readonly heldEcho = new ByteQueue();
  /** Descriptions open now, and those among them on which it was hung up. */
  private readonly openings = new Set<OpenFile>();
  private readonly dead = new Set<OpenFile>();
  private ended = false;
  /** Woken when something was typed. */
  protected readonly arrived: WaitQueue;
  /** Woken when something is to be shown, and when it was taken. */
  readonly shown: WaitQueue;

  /**
   * @param major and minor, for example 4 and 1 for /dev/tty1
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
  }

  get rows(): number {
    return this.screenSize.ws_row;
  }

  get columns(): number {
    return this.screenSize.ws_col;
  }

  /** Keys that were pressed, as bytes. Those for which there is no room wait. */
  type(bytes: Uint8Array): void {
    this.keys.push(bytes);
    this.receive();
    this.arrived.wake();
    this.shown.wake();
  }

  /** What the keys show is shown together, at the end: with Ctrl-C what came before it is not. */
  private receive(): void {
    let echoes: number[] = [];
    const key = new Uint8Array(1);
    while (this.discipline.hasRoom && this.keys.shift(key) === 1) {
      const effect = this.press(key[0]!);
      if (effect.flushes) echoes = [];
      echoes.push(...effect.echo);
    }
    const shown = Uint8Array.from(echoes);
    if (this.held) this.heldEcho.push(shown);
    else this.emit(shown);
  }

  private press(byte: number): KeyEffect {
    const effect = this.discipline.key(byte, this.held);
    const { signal, flushes, holds } = effect;
    if (flushes) {
      this.heldEcho.drain();
      this.inputFlushed();
      this.flushOutput();
    }
    if (holds !== undefined) this.hold(holds);
    if (signal !== undefined) this.signal(signal);
    return effect;
  }

  private emit(bytes: Uint8Array): void {
    if (this.screen) this.screen(bytes);
    else this.output.push(bytes);
  }

  get isHeld(): boolean {
    return this.held;
  }

  /** Output stops, or goes on. */
  hold(stops: boolean): void {
    this.held = stops;
    if (stops) return;
    this.emit(this.heldEcho.drain());
    this.shown.wake();
  }

  /** Tells the foreground; without one the signal waits in `signals`. */
  signal(signal: number): void {
    const { jobs } = this.system;
    const { foreground } = this.owner;
    if (foreground > 0 && jobs) jobs.signalGroup(foreground, signal);
    else this.signals.push(signal);
  }

  /** The keyboard is gone: readers see the end after what was typed. */
  endInput(): void {
    this.ended = true;
    this.arrived.wake();
  }

  /**
   * The line is gone: whoever has the terminal open now can do nothing with it any more, and its session is told. It can
   * be opened again. Source: __tty_hangup.
   */
  hangUp(sessionEnds = false): void {
    for (const file of this.openings) this.dead.add(file);
    this.openings.clear();
    this.hold(false);
    this.flushInput();
    this.owner.hangUp(sessionEnds);
    this.arrived.wake();
    this.shown.wake();
  }

  isDead(file: OpenFile): boolean {
    return this.dead.has(file);
  }

  /** Who asks may do what only user 0 may. */
  get isCallerPrivileged(): boolean {
    return this.system.jobs?.current()?.capable(CAP.CAP_SYS_ADMIN) ?? true;
  }

  /** It is the controlling terminal of who asks. */
  get isOfCaller(): boolean {
    return this.system.jobs?.current()?.terminal === this;
  }

  /** How many descriptions can use it. */
  protected get users(): number {
    return this.openings.size;
  }

  /** The window got another size. */
  resize(rows: number, columns: number, width = 0, height = 0): void {
    const { ws_row, ws_col, ws_xpixel, ws_ypixel } = this.screenSize;
    if (rows === ws_row && columns === ws_col && width === ws_xpixel && height === ws_ypixel) return;
    this.screenSize = { ws_row: rows, ws_col: columns, ws_xpixel: width, ws_ypixel: height };
    this.signal(SIGNAL.SIGWINCH);
  }

  override open(file: OpenFile): Blocking<0> {
    const attached = this.attach(file);
    if (attached === 0 && !file.opening(O_NOCTTY)) this.owner.offer(file);
    return attached;
  }

  /** A description more leads here, by whatever name. */
  attach(file: OpenFile): Blocking<0> {
    if (this.isExclusive && this.users > 0 && !this.isCallerPrivileged) return E.EBUSY;
    this.openings.add(file);
    return 0;
  }

  override release(file: OpenFile): void {
    this.openings.delete(file);
    this.dead.delete(file);
    if (this.users === 0) this.isExclusive = false;
  }

  override read(file: OpenFile, into: Uint8Array, _position: number, progress?: Progress): Blocking<number> {
    if (this.dead.has(file)) return 0;
    const checked = this.owner.check(SIGNAL.SIGTTIN);
    return checked === 0 ? this.take(file, into, progress) : checked;
  }

  /** Reads whoever asks. */
  take(file: OpenFile, into: Uint8Array, progress?: Progress): Blocking<number> {
    if (into.length === 0 || this.dead.has(file)) return 0;
    const { discipline } = this;
    const isThere = discipline.canonical ? discipline.hasInput : discipline.available > 0;
    if (discipline.hasInputFor(into.length) || (isThere && (this.ended || file.nonBlocking)))
      return this.deliver(into);
    const { leastBytes, timeLimit } = discipline;
    if (this.ended || (leastBytes === 0 && timeLimit === 0)) return 0;
    if (file.nonBlocking) return E.EAGAIN;
    return timeLimit === 0 ? new Blocked([this.arrived]) : this.takeInTime(into, progress);
  }

  /** VTIME: from the beginning on with VMIN 0; else whenever bytes have come and others are missing. */
  private takeInTime(into: Uint8Array, progress: Progress | undefined): Blocking<number> {
    const { available, leastBytes, timeLimit } = this.discipline;
    if (leastBytes > 0 && available === 0) return new Blocked([this.arrived]);
    const before = progress?.held instanceof TimedWait ? progress.held : undefined;
    const wait = before?.seen === available ? before : new TimedWait(available, this.system.after(timeLimit));
    if (this.system.steps >= wait.until) return available > 0 ? this.deliver(into) : 0;
    return new Blocked([this.arrived], { done: 0, held: wait }, wait.until);
  }

  private deliver(into: Uint8Array): number {
    const count = this.discipline.read(into);
    this.receive();
    this.shown.wake();
    return count;
  }

  override write(
    file: OpenFile,
    bytes: Uint8Array,
    _position: number,
    progress?: Progress,
  ): Blocking<number> {
    if (this.dead.has(file)) return E.EIO;
    const done = progress?.done ?? 0;
    const checked = done === 0 && this.discipline.stopsBackground ? this.owner.check(SIGNAL.SIGTTOU) : 0;
    return checked === 0 ? this.show(file, bytes, done) : checked;
  }

  /** Shows `bytes` from index `done` on, whoever writes. */
  show(file: OpenFile, bytes: Uint8Array, done: number): Blocking<number> {
    if (this.dead.has(file)) return E.EIO;
    const room = this.held ? 0 : Math.max(0, this.capacity - this.output.length);
    const part = bytes.subarray(done, done + room);
    this.emit(this.discipline.shownFor(part));
    if (part.length > 0) this.shown.wake();
    const total = done + part.length;
    if (total === bytes.length) return total;
    if (file.nonBlocking) return total > 0 ? total : E.EAGAIN;
    return new Blocked([this.shown], { done: total });
  }

  override control(file: OpenFile, request: number, data: Uint8Array): Blocking<number> {
    return controlTerminal(this, file, request, data);
  }

  /** Forgets what is to be shown, unless it is seen already: on a screen, or where the other end of a pair can read it. */
  flushOutput(): void {
    if (this.isPaired) this.output.push(this.output.drain().subarray(0, READABLE));
    this.shown.wake();
  }

  /** TCSETS. Who waits for input looks again. */
  set(settings: Termios): void {
    this.discipline.settings = withLocked(settings, this.discipline.settings, this.lockedSettings);
    this.receive();
    this.arrived.wake();
  }

  /** Forgets what was typed and not read. */
  flushInput(): void {
    this.discipline.flush();
    this.keys.drain();
    this.inputFlushed();
    this.shown.wake();
  }

  /** Hears that what was typed is forgotten. */
  protected inputFlushed(): void {}

  /** It is one end of a pair: what is shown waits for the other to read it; on a screen it would be seen already. */
  get isPaired(): boolean {
    return false;
  }

  override readiness(file?: OpenFile): number {
    if (file && this.dead.has(file)) return POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;
    let events = !this.held && this.output.length < this.capacity ? POLLOUT | POLLWRNORM : 0;
    if (this.discipline.hasInput) events |= POLLIN | POLLRDNORM;
    if (this.ended) events |= POLLIN | POLLHUP;
    return events;
  }

  override queues(): readonly WaitQueue[] {
    return [this.arrived, this.shown];
  }
}
