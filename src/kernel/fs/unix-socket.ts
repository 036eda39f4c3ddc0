/**
 * Sockets between processes of one machine (AF_UNIX): streams, datagrams, and streams of records.
 *
 *     server  bind /tmp/s, listen ── backlog ◀── connect  client
 *     accept → a new socket, whose peer is the client: what one sends stands in the other's inbox
 *
 * Descriptions may travel along with bytes; they stay open while they are under way.
 * Models Linux net/unix/af_unix.c. Leaves out: out-of-band bytes, collecting descriptions that only travel in circles, the
 * exact accounting of buffers (an inbox takes 212992 bytes), SO_PASSCRED.
 */
import { E, type Errno, type Result } from "../abi/errno.js";
import { S_IFSOCK } from "../abi/file-modes.js";
import { IOCTL } from "../abi/ioctls.js";
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from "../abi/poll-events.js";
import { SO_RCVTIMEO, SO_SNDTIMEO, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM } from "../abi/sockets.js";
import { Blocked, type Blocking, type Progress, WaitQueue } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";
import { NOTHING_RECEIVED, type Received, type SocketAddress, SocketInbox } from "./socket-inbox.js";

/** Who a peer was when it connected or listened. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: PeerCredentials = { pid: 0, uid: 0xffffffff, gid: 0xffffffff };
const INBOX = 212_992;
const LARGEST_BACKLOG = 4096;

type State = "free" | "listening" | "connected";

export class UnixSocket extends Inode {
  state: State = "free";
  address: SocketAddress = "";
  peer: UnixSocket | undefined;
  /** The other side is gone; it was there once. */
  private peerClosed = false;
  peerCredentials: PeerCredentials = NOBODY;
  /** Options that were set, by number. */
  readonly options = new Map<number, number>();
  /** The address of a peer that is gone. */
  private peerAddress: SocketAddress | undefined;
  /** Somebody connected to it through a listening socket, and nobody has accepted it yet. */
  private isUnaccepted = false;
  /** What went wrong behind its back; told once. */
  private error = 0 as 0 | Errno;
  private readonly inbox = new SocketInbox();
  private waiting: UnixSocket[] = [];
  private backlog = 0;
  private receives = true;
  private sends = true;
  private closed = false;
  private readonly arrived: WaitQueue;
  private readonly drained: WaitQueue;

  /** @param type SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET */
  constructor(
    system: FileSystem,
    readonly type: number,
  ) {
    super(system, S_IFSOCK | 0o777, system.socketDevice);
    this.arrived = new WaitQueue(`something at socket:[${this.number}]`);
    this.drained = new WaitQueue(`room in socket:[${this.number}]`);
  }

  /** Under what a name of the abstract space is kept: each type has names of its own. */
  key(address: SocketAddress): string {
    return `${this.type}${address}`;
  }

  /** Nobody has it open any more. */
  get isClosed(): boolean {
    return this.closed;
  }

  private get isStream(): boolean {
    return this.type === SOCK_STREAM;
  }

  get connects(): boolean {
    return this.type !== SOCK_DGRAM;
  }

  private stir(): void {
    this.arrived.wake();
    this.drained.wake();
  }

  /** What went wrong behind its back, and is told now. */
  takeError(): 0 | Errno {
    const { error } = this;
    this.error = 0;
    return error;
  }

  /** The address of the other side, also when that is gone; undefined when there was none. */
  get addressOfPeer(): SocketAddress | undefined {
    return this.peer?.address ?? this.peerAddress;
  }

  /** Joins two fresh sockets, as socketpair does. */
  join(other: UnixSocket, mine: PeerCredentials, others: PeerCredentials): void {
    this.peer = other;
    other.peer = this;
    this.state = other.state = "connected";
    this.peerCredentials = others;
    other.peerCredentials = mine;
  }

  listen(backlog: number, self: PeerCredentials): Result<0> {
    if (!this.connects) return E.EOPNOTSUPP;
    if (this.state === "connected" || this.address === "") return E.EINVAL;
    this.state = "listening";
    this.backlog = backlog < 0 || backlog > LARGEST_BACKLOG ? LARGEST_BACKLOG : backlog;
    this.peerCredentials = self;
    this.stir();
    return 0;
  }

  /** Connects to `server`, or (datagrams) names the receiver of what is sent. */
  connect(server: UnixSocket, self: PeerCredentials, wait: boolean): Blocking<0> {
    if (server.type !== this.type) return E.EPROTOTYPE;
    if (!this.connects) {
      this.peer = server;
      this.state = "connected";
      return 0;
    }
    if (server.state !== "listening" || !server.receives) return E.ECONNREFUSED;
    if (server.waiting.length > server.backlog)
      return wait ? new Blocked([server.drained], this.patience(SO_SNDTIMEO)) : E.EAGAIN;
    if (this.state !== "free") return this.state === "connected" ? E.EISCONN : E.EINVAL;
    const accepted = new UnixSocket(this.system, this.type);
    accepted.address = server.address;
    accepted.isUnaccepted = true;
    accepted.join(this, server.peerCredentials, self);
    server.waiting.push(accepted);
    server.stir();
    return 0;
  }

  /** The next socket that somebody connected. */
  accept(wait: boolean): Blocking<UnixSocket> {
    if (!this.connects) return E.EOPNOTSUPP;
    if (this.state !== "listening") return E.EINVAL;
    const accepted = this.waiting.shift();
    if (!accepted) return wait ? new Blocked([this.arrived], this.patience(SO_RCVTIMEO)) : E.EAGAIN;
    accepted.isUnaccepted = false;
    this.drained.wake();
    return accepted;
  }

  /**
   * Sends bytes, and descriptions of which the receiver becomes an owner.
   * @param to the receiver of a datagram; the peer if undefined
   */
  send(
    bytes: Uint8Array,
    files: readonly OpenFile[],
    wait: boolean,
    to = this.peer,
    progress?: Progress,
  ): Blocking<number> {
    const done = progress?.done ?? 0;
    const error = this.type === SOCK_SEQPACKET ? this.takeError() : 0;
    if (error !== 0) return error;
    if (!this.sends) return done > 0 ? done : E.EPIPE;
    if (this.connects && this.state !== "connected") return E.ENOTCONN;
    if (!to && !this.connects) return this.peerClosed ? this.disconnect() : E.ENOTCONN;
    if (!to || to.closed || !to.receives) {
      if (!this.connects && to?.closed) return E.ECONNREFUSED;
      return done > 0 ? done : E.EPIPE;
    }
    if (this.isStream && bytes.length === 0) return 0;
    if (!this.isStream && bytes.length > INBOX) return E.EMSGSIZE;
    const room = INBOX - to.inbox.length;
    const part = this.isStream ? bytes.subarray(done, done + Math.max(0, room)) : bytes;
    const fits = this.isStream ? part.length > 0 : room > 0 && room >= bytes.length;
    if (fits) {
      to.inbox.push({
        bytes: part.slice(),
        files: done === 0 ? files.map((file) => file.share()) : [],
        from: this.address,
      });
      to.arrived.wake();
    }
    const total = fits ? done + part.length : done;
    if (fits && total === bytes.length) return total;
    if (!wait) return total > 0 ? total : E.EAGAIN;
    return new Blocked([to.drained], this.patience(SO_SNDTIMEO, total));
  }

  /** How a call waits that has done so much already: as long as an option says. Then no handler lets it begin again. */
  patience(option: typeof SO_RCVTIMEO | typeof SO_SNDTIMEO, done = 0): Progress {
    const limit = this.options.get(option) ?? 0;
    if (limit === 0) return { done };
    return { done, within: Math.max(0, limit) / 1_000_000, neverRestarts: true };
  }

  /** The first who finds that the other side has gone is told so, and loses what had come from it. Source: unix_dgram_disconnected. */
  private disconnect(): Errno {
    this.peerClosed = false;
    this.inbox.empty();
    return E.ECONNREFUSED;
  }

  /** Takes what has come, for streams across the borders of what was sent; at most up to descriptions that travel along. */
  receive(into: Uint8Array, wait: boolean, peek = false): Blocking<Received> {
    if (this.connects && this.state !== "connected") return this.isStream ? E.EINVAL : E.ENOTCONN;
    // Of messages, an error comes before what has arrived; of a stream, behind it.
    const error = this.isStream && !this.inbox.isEmpty ? 0 : this.takeError();
    if (error !== 0) return error;
    if (this.inbox.isEmpty) {
      if (!this.receives || (this.connects && this.peerClosed)) return NOTHING_RECEIVED;
      return wait ? new Blocked([this.arrived], this.patience(SO_RCVTIMEO)) : E.EAGAIN;
    }
    const received = this.isStream ? this.inbox.takeStream(into, peek) : this.inbox.takeRecord(into, peek);
    if (!peek) {
      this.drained.wake();
      this.peer?.drained.wake();
    }
    return received;
  }

  /** Ends one direction or both; the peer sees the end of the other. */
  shutDown(receiving: boolean, sending: boolean): Result<0> {
    if (receiving) this.receives = false;
    if (sending) this.sends = false;
    if (this.connects && this.peer) {
      if (receiving) this.peer.sends = false;
      if (sending) this.peer.receives = false;
      this.peer.stir();
    }
    this.stir();
    return 0;
  }

  /** Nothing read takes nothing away, while nothing received takes a message. */
  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (into.length === 0) return 0;
    const got = this.receive(into, !file.nonBlocking);
    if (typeof got === "number" || got instanceof Blocked) return got;
    for (const travelled of got.files) travelled.release();
    return got.count;
  }

  override write(
    file: OpenFile,
    bytes: Uint8Array,
    _position: number,
    progress?: Progress,
  ): Blocking<number> {
    return this.send(bytes, [], !file.nonBlocking, this.peer, progress);
  }

  override release(): void {
    this.closed = true;
    if (this.address.startsWith("\0")) this.system.sockets.delete(this.key(this.address));
    const unheard = this.isUnaccepted || !this.inbox.isEmpty;
    this.inbox.empty();
    for (const waiting of this.waiting.splice(0)) waiting.release();
    const { peer } = this;
    this.peer = undefined;
    if (peer?.peer === this) {
      peer.peer = undefined;
      peer.peerClosed = true;
      peer.peerAddress = this.address;
      if (peer.connects && unheard) peer.error = E.ECONNRESET;
      if (peer.connects) peer.sends = false;
      peer.stir();
    }
    this.stir();
  }

  override control(_file: OpenFile, request: number, data: Uint8Array): Result<number> {
    if (request !== IOCTL.FIONREAD && request !== IOCTL.TIOCOUTQ) return E.ENOTTY;
    if (request === IOCTL.FIONREAD && this.state === "listening") return E.EINVAL;
    const value =
      request === IOCTL.FIONREAD ? (this.connects ? this.inbox.length : this.inbox.nextLength) : 0;
    new DataView(data.buffer, data.byteOffset).setInt32(0, value, true);
    return 0;
  }

  override readiness(): number {
    let events = 0;
    const ended = !this.receives || (this.connects && this.peerClosed);
    if (!this.inbox.isEmpty || this.waiting.length > 0 || ended) events |= POLLIN | POLLRDNORM;
    if (ended) events |= POLLRDHUP;
    const over = this.connects && (this.peerClosed || (!this.receives && !this.sends));
    if (over || (this.connects && this.state === "free")) events |= POLLHUP;
    const to = this.peer;
    const room = this.state === "listening" ? false : !to || INBOX - to.inbox.length > INBOX / 4;
    if (room) events |= POLLOUT | POLLWRNORM | POLLWRBAND;
    return this.closed || this.error !== 0 ? events | POLLERR : events;
  }

  override queues(): readonly WaitQueue[] {
    return [this.arrived, this.drained, ...(this.peer ? [this.peer.drained] : [])];
  }

  override get pollable(): boolean {
    return true;
  }
}

/** Kinds that AF_UNIX has; SOCK_RAW means datagrams, as in Linux. */
export function unixSocketType(type: number): number | undefined {
  if (type === 3) return SOCK_DGRAM;
  return [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET].includes(type) ? type : undefined;
}
