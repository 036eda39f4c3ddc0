/**
 * Pairs of pseudo-terminals. Opening /dev/ptmx makes one: the description is the master, which types and looks; the slave is a
 * terminal at /dev/pts/N, which programs use as any other.
 *
 *     master  write ── keys ──▶ line discipline ──▶ read   slave
 *             read  ◀─────────── text ◀──────────── write
 *
 * Models Linux drivers/tty/pty.c, fs/devpts. Leaves out: several instances of devpts.
 */
import { E, type Result } from "../abi/errno.js";
import { IOCTL } from "../abi/ioctls.js";
import { POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { SIGNAL } from "../abi/signals.js";
import { Blocked, type Blocking, type Progress, type WaitQueue } from "./blocking.js";
import { CharacterDevice } from "./character-device.js";
import type { Dentry } from "./dentry.js";
import { Directory } from "./directory.js";
import type { FileSystem } from "./file-system.js";
import { dropName } from "./names.js";
import type { OpenFile } from "./open-file.js";
import { Slave } from "./slave-terminal.js";
import { controlTerminal } from "./terminal-control.js";

/** What the master reads before each piece of data, in packet mode. */
const TIOCPKT_DATA = 0;

/** NR_UNIX98_PTY_DEFAULT */
const MOST_PAIRS = 4096;

/** /dev/ptmx: each opening is a master of its own. */
export class MasterMaker extends CharacterDevice {
  private readonly slaves = new Map<OpenFile, Slave>();
  /** Which numbers are taken. */
  private readonly taken: boolean[] = [];

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

  /** The name of the other end. */
  peerOf(file: OpenFile): Dentry | undefined {
    return this.names.child(`${this.slaveOf(file).index}`);
  }

  override open(file: OpenFile): Blocking<0> {
    if (this.slaves.size >= MOST_PAIRS) return E.ENOSPC;
    const free = this.taken.indexOf(false);
    const index = free < 0 ? this.taken.length : free;
    this.taken[index] = true;
    const slave = new Slave(this.system, index);
    slave.mode = (slave.mode & ~0o777) | 0o620;
    this.slaves.set(file, slave);
    this.names.add(`${index}`, slave);
    return 0;
  }

  override release(file: OpenFile): void {
    const slave = this.slaveOf(file);
    this.slaves.delete(file);
    this.taken[slave.index] = false;
    const name = this.names.child(`${slave.index}`);
    if (name?.inode === slave) dropName(this.names, name);
    slave.masterEnded();
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    const slave = this.slaveOf(file);
    if (into.length === 0) return 0;
    if (slave.hasNews) {
      into[0] = slave.takeNews();
      return 1;
    }
    if (slave.output.length > 0) return this.readShown(slave, into);
    if (slave.isDeserted) return E.EIO;
    return file.nonBlocking ? E.EAGAIN : new Blocked([slave.shown]);
  }

  private readShown(slave: Slave, into: Uint8Array): number {
    const head = slave.inPackets ? 1 : 0;
    if (head > 0) into[0] = TIOCPKT_DATA;
    const count = head + slave.output.shift(into.subarray(head));
    slave.shown.wake();
    return count;
  }

  override write(
    file: OpenFile,
    bytes: Uint8Array,
    _position: number,
    progress?: Progress,
  ): Blocking<number> {
    const slave = this.slaveOf(file);
    const done = progress?.done ?? 0;
    const part = bytes.subarray(done, done + slave.keyRoom);
    if (part.length > 0) slave.type(part);
    const total = done + part.length;
    if (total === bytes.length) return total;
    if (file.nonBlocking) return total > 0 ? total : E.EAGAIN;
    return new Blocked([slave.shown], { done: total });
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
      case IOCTL.TIOCPKT:
        slave.sendPackets(view.getInt32(0, true) !== 0);
        return 0;
      case IOCTL.TIOCGPKT:
        view.setInt32(0, slave.inPackets ? 1 : 0, true);
        return 0;
      case IOCTL.TIOCSIG:
        return signalFrom(slave, view.getInt32(0, true));
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
    let events = slave.output.length > 0 ? POLLIN | POLLRDNORM : 0;
    if (slave.hasNews) events |= POLLPRI | POLLIN | POLLRDNORM;
    if (slave.keyRoom > 0) events |= POLLOUT | POLLWRNORM;
    return events | (slave.isDeserted ? POLLHUP : 0);
  }

  override queues(file: OpenFile): readonly WaitQueue[] {
    const slave = this.slaves.get(file);
    return slave ? [slave.shown] : [];
  }
}

/** TIOCSIG: the signals that keys make. */
function signalFrom(slave: Slave, signal: number): Result<0> {
  if (![SIGNAL.SIGINT, SIGNAL.SIGQUIT, SIGNAL.SIGTSTP].some((one) => one === signal)) return E.EINVAL;
  slave.signal(signal);
  return 0;
}

/** /dev/pts with nothing in it yet, and its own device number. */
export function newSlaveDirectory(system: FileSystem): Directory {
  const directory = new Directory(system, 0o755, system.newDevice());
  directory.isFixed = true;
  return directory;
}
