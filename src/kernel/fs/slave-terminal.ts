/**
 * The end of a pair of pseudo-terminals at /dev/pts/N: a terminal whose screen and keyboard is the master, which may want to hear of
 * what happens here (packet mode). Models the slave's part of Linux drivers/tty/pty.c.
 */
import { E } from "../abi/errno.js";
import { CREAD, CS8, CSIZE, PARENB } from "../abi/termios-flags.js";
import type { Blocking } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";
import type { Termios } from "./output-processing.js";
import { Terminal } from "./terminal.js";

const SLAVES = 136;
const CAPACITY = 65536;

/** Bytes that the master can type and that have no place in the line discipline yet. */
const KEYS_WAITING = 8192;

/** What the master hears in packet mode before data, or of changes (TIOCPKT). Source: include/uapi/asm-generic/ioctls.h. */
const TIOCPKT_FLUSHREAD = 1;
const TIOCPKT_FLUSHWRITE = 2;
const TIOCPKT_STOP = 4;
const TIOCPKT_START = 8;
const TIOCPKT_NOSTOP = 16;
const TIOCPKT_DOSTOP = 32;
const TIOCPKT_IOCTL = 64;

/** The end at /dev/pts/N. */
export class Slave extends Terminal {
  locked = true;
  /** The master reads a byte of news before each piece of data, once it has asked for that (TIOCPKT). */
  inPackets = false;
  /** What it has not heard of yet. */
  private news = 0;
  private wasOpened = false;
  private hasMaster = true;

  constructor(
    system: FileSystem,
    readonly index: number,
  ) {
    super(system, `pts/${index}`, SLAVES, index, CAPACITY);
    this.screenSize = { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    this.discipline.settings.c_cflag = 0xbf;
  }

  override attach(file: OpenFile): Blocking<0> {
    if (this.locked || !this.hasMaster) return E.EIO;
    this.wasOpened = true;
    return super.attach(file);
  }

  override release(file: OpenFile): void {
    super.release(file);
    this.shown.wake();
  }

  /** The master is gone: nobody can open it any more. */
  masterEnded(): void {
    this.hasMaster = false;
    this.hangUp();
  }

  /** Somebody had it open, and nobody has. */
  get isDeserted(): boolean {
    return this.wasOpened && this.users === 0;
  }

  override get isPaired(): boolean {
    return true;
  }

  /** Bytes that the master can type now. */
  get keyRoom(): number {
    return Math.max(0, KEYS_WAITING - this.keys.length);
  }

  get hasNews(): boolean {
    return this.inPackets && this.news !== 0;
  }

  takeNews(): number {
    const { news } = this;
    this.news = 0;
    return news;
  }

  /** TIOCPKT. */
  sendPackets(on: boolean): void {
    if (on && !this.inPackets) this.news = 0;
    this.inPackets = on;
  }

  /** News that replace those of the opposite. */
  private tell(news: number, opposite = 0): void {
    if (!this.inPackets) return;
    this.news = (this.news & ~opposite) | news;
    this.shown.wake();
  }

  protected override inputFlushed(): void {
    this.tell(TIOCPKT_FLUSHREAD);
  }

  override flushOutput(): void {
    super.flushOutput();
    this.tell(TIOCPKT_FLUSHWRITE);
  }

  override hold(stops: boolean): void {
    if (stops !== this.isHeld)
      this.tell(stops ? TIOCPKT_STOP : TIOCPKT_START, stops ? TIOCPKT_START : TIOCPKT_STOP);
    super.hold(stops);
  }

  /** A pair has no line that could have fewer bits. */
  override set(settings: Termios): void {
    const { discipline } = this;
    const [flowBefore, externalBefore] = [discipline.hasUsualFlowControl, discipline.isExternal];
    super.set({ ...settings, c_cflag: (settings.c_cflag & ~(CSIZE | PARENB)) | CS8 | CREAD });
    const flow = discipline.hasUsualFlowControl;
    const external = externalBefore || discipline.isExternal;
    if (flow !== flowBefore || external)
      this.tell(
        (flow ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP) | (external ? TIOCPKT_IOCTL : 0),
        TIOCPKT_DOSTOP | TIOCPKT_NOSTOP,
      );
  }
}
