/**
 * Messages on sockets: sendto, recvfrom, sendmsg, recvmsg, with descriptors that travel along (SCM_RIGHTS).
 * Models Linux net/socket.c, net/core/scm.c. Leaves out: sendmmsg, recvmmsg, SCM_CREDENTIALS that a program asks for.
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { SIGNAL } from "../abi/signals.js";
import * as S from "../abi/sockets.js";
import { Blocked, type Blocking } from "../fs/blocking.js";
import type { OpenFile } from "../fs/open-file.js";
import { NOTHING_RECEIVED, type Received } from "../fs/socket-inbox.js";
import { findSocket } from "../fs/socket-names.js";
import type { UnixSocket } from "../fs/unix-socket.js";
import { sendSignal } from "../process/signal-delivery.js";
import {
  address,
  type Call,
  filledBuffer,
  flags,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";
import { fd } from "./file-arguments.js";
import { addressAt, putAddress, socketOf } from "./sockets.js";
import { giveBytes, MOST_BYTES, type Piece, takeBytes } from "./user-buffers.js";
import { lengthOf, MOST_PIECES, pieces } from "./vectors.js";

const MOST_DESCRIPTORS = 253;
/** What a sending buffer of 212 992 bytes has room for. */
const LARGEST_MESSAGE = 212_960;

/**
 * Sends to the peer, or to an address. EPIPE raises SIGPIPE on streams.
 * @param wanted how many bytes were to be sent, of which `bytes` could be read
 */
function send(
  call: Call,
  { file, socket }: { file: OpenFile; socket: UnixSocket },
  bytes: Uint8Array,
  bits: number,
  name: { at: number; length: number },
  files: readonly OpenFile[] = [],
  wanted = bytes.length,
): Outcome {
  if (bits & S.MSG_OOB) return E.EOPNOTSUPP;
  let to = socket.peer;
  if (name.at !== 0 && name.length > 0) {
    const target = addressAt(call, name.at, name.length);
    if (failed(target)) return target;
    if (socket.connects) return socket.state === "connected" ? E.EISCONN : E.EOPNOTSUPP;
    const found = findSocket(call.task.files, socket, target.address);
    if (failed(found)) return found;
    if (found.type !== socket.type) return E.EPROTOTYPE;
    to = found;
  }
  if (to && socket.type !== S.SOCK_STREAM) {
    if (wanted > LARGEST_MESSAGE) return E.EMSGSIZE;
    // A part of a message is none.
    if (bytes.length < wanted) return E.EFAULT;
  }
  const wait = !file.nonBlocking && (bits & S.MSG_DONTWAIT) === 0;
  const sent = socket.send(bytes, files, wait, to, call.progress);
  if (sent === E.EPIPE && (bits & S.MSG_NOSIGNAL) === 0 && socket.type === S.SOCK_STREAM)
    sendSignal(call.task, SIGNAL.SIGPIPE);
  return sent;
}

const OMITS = "MSG_OOB: bytes out of band";
const messageFlags = flags(S.MESSAGE_FLAGS);
const DATA = { sockfd: fd, buf: address, len: size, flags: messageFlags };

const sendto = systemCall(
  "sendto",
  "Sends bytes through a socket.",
  { ...DATA, dest_addr: address, addrlen: unsignedInt },
  (call, values) => {
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    const list = [{ base: values.buf, length: Math.min(values.len, MOST_BYTES) }];
    const bytes = takeBytes(call.memory, list, found.file);
    if (failed(bytes)) return bytes;
    const name = { at: values.dest_addr, length: values.addrlen };
    return send(call, found, bytes, values.flags, name, [], values.len);
  },
  OMITS,
);

/** Receives into pieces of memory. A stream with MSG_WAITALL goes on until they are full, or the other side has ended. */
function receive(call: Call, number: number, list: readonly Piece[], bits: number): Blocking<Received> {
  const found = socketOf(call, number);
  if (failed(found)) return found;
  const { file, socket } = found;
  if (bits & S.MSG_OOB) return socket.connects ? E.EINVAL : E.EOPNOTSUPP;
  const wait = !file.nonBlocking && (bits & S.MSG_DONTWAIT) === 0;
  const done = call.progress?.done ?? 0;
  let received = NOTHING_RECEIVED;
  const count = giveBytes(call.memory, behind(list, done), file, (into) => {
    const got = socket.receive(into, wait, (bits & S.MSG_PEEK) !== 0);
    if (typeof got === "number" || got instanceof Blocked) return got;
    received = got;
    return got.count;
  });
  if (count instanceof Blocked) return new Blocked(count.queues, { ...count.progress, done });
  if (failed(count) && done === 0) return count;
  const total = done + received.count;
  const wantsAll =
    socket.type === S.SOCK_STREAM && wait && (bits & (S.MSG_WAITALL | S.MSG_PEEK)) === S.MSG_WAITALL;
  const room = lengthOf(list);
  if (wantsAll && received.count > 0 && received.files.length === 0 && total < room)
    return new Blocked(socket.queues(), socket.patience(S.SO_RCVTIMEO, total));
  return done > 0 ? { ...received, count: total, whole: total } : received;
}

/** What is left of the pieces behind the first `done` bytes. */
function behind(list: readonly Piece[], done: number): readonly Piece[] {
  let skipped = done;
  return list.map(({ base, length }) => {
    const skip = Math.min(skipped, length);
    skipped -= skip;
    return { base: base + skip, length: length - skip };
  });
}

const recvfrom = systemCall(
  "recvfrom",
  "Receives bytes from a socket.",
  { ...DATA, buf: filledBuffer, src_addr: address, addrlen: address },
  (call, values) => {
    const list = [{ base: values.buf, length: Math.min(values.len, MOST_BYTES) }];
    const got = receive(call, values.sockfd, list, values.flags);
    if (typeof got === "number" || got instanceof Blocked) return got;
    for (const file of got.files) file.release();
    const error = values.src_addr === 0 ? 0 : putAddress(call, values.src_addr, values.addrlen, got.from);
    return error || (values.flags & S.MSG_TRUNC ? got.whole : got.count);
  },
  OMITS,
);

type Header = NonNullable<ReturnType<typeof headerAt>>;
const headerAt = (call: Call, at: number) => call.take(at, S.MSGHDR);

/** The pieces of memory of a message: too many have an error of their own here. */
function piecesOf(call: Call, { msg_iov, msg_iovlen }: Header): Piece[] | number {
  return msg_iovlen > BigInt(MOST_PIECES) ? E.EMSGSIZE : pieces(call, Number(msg_iov), Number(msg_iovlen));
}

/** The descriptions whose descriptors stand in the ancillary data. */
function filesIn(call: Call, header: Header): Result<readonly OpenFile[]> {
  const control = call.memory.read(Number(header.msg_control), Number(header.msg_controllen));
  if (!control) return E.EFAULT;
  const view = new DataView(control.buffer);
  const found: OpenFile[] = [];
  for (let at = 0; at + S.CMSGHDR.size <= control.length; ) {
    const { cmsg_len, cmsg_level, cmsg_type } = S.CMSGHDR.read(view, at);
    const length = Number(cmsg_len);
    if (length < S.CMSGHDR.size || at + length > control.length) return E.EINVAL;
    if (cmsg_level === S.SOL_SOCKET && cmsg_type === S.SCM_RIGHTS) {
      for (let place = at + S.CMSGHDR.size; place + 4 <= at + length; place += 4) {
        const file = call.task.files.descriptors.file(view.getInt32(place, true));
        if (failed(file)) return file;
        found.push(file);
      }
    } else if (cmsg_level !== S.SOL_SOCKET || cmsg_type !== S.SCM_CREDENTIALS) return E.EINVAL;
    else if (length !== S.CMSGHDR.size + S.UCRED.size) return E.EINVAL;
    else if (!maySendAs(call, S.UCRED.read(view, at + S.CMSGHDR.size))) return E.EPERM;
    at += (length + 7) & ~7;
  }
  return found.length > MOST_DESCRIPTORS ? E.EINVAL : found;
}

/** Who a process may say that it is: itself, as one of its users and groups. */
function maySendAs({ task }: Call, { pid, uid, gid }: { pid: number; uid: number; gid: number }): boolean {
  const { credentials } = task.files;
  const users = [credentials.uid, credentials.euid, credentials.suid];
  const groups = [credentials.gid, credentials.egid, credentials.sgid];
  return (
    (pid === task.tgid || task.capable(CAP.CAP_SYS_ADMIN)) &&
    (users.includes(uid) || task.capable(CAP.CAP_SETUID)) &&
    (groups.includes(gid) || task.capable(CAP.CAP_SETGID))
  );
}

const MESSAGE = { sockfd: fd, msg: address, flags: messageFlags };

const sendmsg = systemCall(
  "sendmsg",
  "Sends bytes and descriptors through a socket.",
  MESSAGE,
  (call, values) => {
    if (values.flags & S.MSG_CMSG_COMPAT) return E.EINVAL;
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    const header = headerAt(call, values.msg);
    if (!header) return E.EFAULT;
    const list = piecesOf(call, header);
    if (typeof list === "number") return list;
    const bytes = takeBytes(call.memory, list, found.file);
    if (failed(bytes)) return bytes;
    const files = header.msg_controllen === 0n ? [] : filesIn(call, header);
    if (failed(files)) return files;
    const name = { at: Number(header.msg_name), length: header.msg_namelen };
    return send(call, found, bytes, values.flags, name, files, lengthOf(list));
  },
  OMITS,
);

/** Enters travelled descriptions into the table and writes their numbers; what finds no room is closed. */
function install(
  call: Call,
  header: Header,
  files: readonly OpenFile[],
  bits: number,
): { used: number; cut: boolean } {
  const room = Number(header.msg_controllen);
  const fits = Math.max(0, Math.min(files.length, Math.floor((room - S.CMSGHDR.size) / 4)));
  const numbers: number[] = [];
  files.forEach((file, n) => {
    const free = n < fits ? call.task.files.install(file, (bits & S.MSG_CMSG_CLOEXEC) !== 0) : E.EMFILE;
    if (failed(free)) file.release();
    else numbers.push(free);
  });
  const cut = numbers.length < files.length;
  if (numbers.length === 0) return { used: 0, cut };
  const length = S.CMSGHDR.size + numbers.length * 4;
  const out = new Uint8Array(Math.min(room, (length + 7) & ~7));
  const view = new DataView(out.buffer);
  S.CMSGHDR.write(view, 0, { cmsg_len: BigInt(length), cmsg_level: S.SOL_SOCKET, cmsg_type: S.SCM_RIGHTS });
  numbers.forEach((number, n) => {
    view.setInt32(S.CMSGHDR.size + n * 4, number, true);
  });
  call.memory.write(Number(header.msg_control), out);
  return { used: out.length, cut };
}

const recvmsg = systemCall(
  "recvmsg",
  "Receives bytes and descriptors from a socket.",
  MESSAGE,
  (call, values) => {
    if (values.flags & S.MSG_CMSG_COMPAT) return E.EINVAL;
    const header = headerAt(call, values.msg);
    if (!header) return E.EFAULT;
    const list = piecesOf(call, header);
    if (typeof list === "number") return list;
    const got = receive(call, values.sockfd, list, values.flags);
    if (typeof got === "number" || got instanceof Blocked) return got;
    const { used, cut } = install(call, header, got.files, values.flags);
    // msg_namelen stands behind msg_name, as the length of an address does elsewhere.
    const lengthAt = values.msg + S.MSGHDR.offsetOf("msg_namelen");
    const error = header.msg_name === 0n ? 0 : putAddress(call, Number(header.msg_name), lengthAt, got.from);
    if (error) return error;
    if (header.msg_name !== 0n && got.from === "") call.memory.write32(lengthAt, 0);
    const bits =
      (got.whole > got.count ? S.MSG_TRUNC : 0) |
      (cut ? S.MSG_CTRUNC : 0) |
      (values.flags & S.MSG_CMSG_CLOEXEC);
    const told =
      call.memory.write32(values.msg + S.MSGHDR.offsetOf("msg_flags"), bits) &&
      call.memory.write64(values.msg + S.MSGHDR.offsetOf("msg_controllen"), BigInt(used));
    if (!told) return E.EFAULT;
    return values.flags & S.MSG_TRUNC ? got.whole : got.count;
  },
  OMITS,
);

export const MESSAGE_CALLS: readonly SystemCall[] = [sendto, recvfrom, sendmsg, recvmsg];
