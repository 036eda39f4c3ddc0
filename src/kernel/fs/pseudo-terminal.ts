/**
 * Pairs of pseudo-terminals. Opening /dev/ptmx makes one: the description is the master, which types and looks; the slave is a
 * terminal at /dev/pts/N, which programs use as any other.
 *
 *     master  write ── keys ──▶ line discipline ──▶ read   slave
 *             read  ◀─────────── text ◀──────────── write
 *
 * Models Linux drivers/tty/pty.c, fs/devpts. Leaves out: packet mode, TIOCGPTPEER, several instances of devpts.
 */
import { E } from "../abi/errno.js";
import { IOCTL } from "../abi/ioctls.js";
import { POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { Blocked, type Blocking, type WaitQueue } from "./blocking.js";
import { CharacterDevice } from "./character-device.js";
import { Directory } from "./directory.js";
import type { FileSystem } from "./file-system.js";
import { dropName } from "./names.js";
import type { OpenFile } from "./open-file.js";
import { Terminal } from "./terminal.js";
import { controlTerminal } from "./terminal-control.js";

const SLAVES = 136;
const CAPACITY = 65536;

/** The end at /dev/pts/N. */
class Slave extends Terminal {
  locked = true;
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
}

/** /dev/ptmx: each opening is a master of its own. */
export class MasterMaker extends CharacterDevice {
  private readonly slaves = new Map<OpenFile, Slave>();

  /** @param names the directory of slaves */
  constructor(
    system: FileSystem,
    private readonly names: Directory,
  ) {
    super(system, 0o666, 5, 2);
  }

  private slaveOf(file: OpenFile): Slave {
    const slave = this.slaves.get(file);
    if (!slave) throw new Error("a master of pseudo-terminals has no slave");
    return slave;
  }

  override open(file: OpenFile): Blocking<0> {
    const taken = new Set([...this.slaves.values()].map(({ index }) => index));
    let index = 0;
    while (taken.has(index)) index++;
    const slave = new Slave(this.system, index);
    slave.mode = (slave.mode & ~0o777) | 0o620;
    this.slaves.set(file, slave);
    this.names.add(`${index}`, slave);
    return 0;
  }

  override release(file: OpenFile): void {
    const slave = this.slaveOf(file);
    this.slaves.delete(file);
    const name = this.names.child(`${slave.index}`);
    if (name?.inode === slave) dropName(this.names, name);
    slave.masterEnded();
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    const slave = this.slaveOf(file);
    if (into.length === 0) return 0;
    if (slave.output.length > 0) {
      const count = slave.output.shift(into);
      slave.shown.wake();
      return count;
    }
    if (slave.isDeserted) return E.EIO;
    return file.nonBlocking ? E.EAGAIN : new Blocked([slave.shown]);
  }

  override write(file: OpenFile, bytes: Uint8Array): Blocking<number> {
    this.slaveOf(file).type(bytes);
    return bytes.length;
  }

  override control(file: OpenFile, request: number, data: Uint8Array): Blocking<number> {
    const slave = this.slaveOf(file);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    switch (request) {
      case IOCTL.TIOCGPTN:
        view.setInt32(0, slave.index, true);
        return 0;
      case IOCTL.TIOCSPTLCK:
        slave.locked = view.getInt32(0, true) !== 0;
        return 0;
      case IOCTL.TIOCGPTLCK:
        view.setInt32(0, slave.locked ? 1 : 0, true);
        return 0;
      case IOCTL.FIONREAD:
        view.setInt32(0, slave.output.length, true);
        return 0;
      default:
        return controlTerminal(slave, file, request, data, true);
    }
  }

  override readiness(file: OpenFile): number {
    const slave = this.slaves.get(file);
    if (!slave) return 0;
    const events = slave.output.length > 0 ? POLLIN | POLLRDNORM : 0;
    return events | POLLOUT | POLLWRNORM | (slave.isDeserted ? POLLHUP : 0);
  }

  override queues(file: OpenFile): readonly WaitQueue[] {
    const slave = this.slaves.get(file);
    return slave ? [slave.shown] : [];
  }
}

/** /dev/pts with nothing in it yet, and its own device number. */
export function newSlaveDirectory(system: FileSystem): Directory {
  const directory = new Directory(system, 0o755, system.newDevice());
  directory.isFixed = true;
  return directory;
}
