/**
 * Sockets: making, binding, connecting. Messages are in `messages.ts`, what sockets do in `fs/unix-socket.ts`.
 * Models Linux net/socket.c, net/unix/af_unix.c. Leaves out: every family but AF_UNIX (EAFNOSUPPORT), so there is no network.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { O_NONBLOCK, O_RDWR } from "../abi/open-flags.js";
import * as S from "../abi/sockets.js";
import { Blocked } from "../fs/blocking.js";
import { fromBytes, toBytes } from "../fs/byte-string.js";
import { openOutsideTree } from "../fs/descriptors.js";
import type { OpenFile } from "../fs/open-file.js";
import type { SocketAddress } from "../fs/socket-inbox.js";
import { bindSocket, findSocket } from "../fs/socket-names.js";
import { type PeerCredentials, UnixSocket, unixSocketType } from "../fs/unix-socket.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  int,
  type Outcome,
  type SystemCall,
  systemCall,
  unsignedInt,
} from "./definition.js";
import { fd } from "./file-arguments.js";

const LONGEST_ADDRESS = 110;

/** The socket of a descriptor, with its description. */
export function socketOf(call: Call, number: number): Result<{ file: OpenFile; socket: UnixSocket }> {
  const file = call.task.files.file(number);
  if (failed(file)) return file;
  return file.inode instanceof UnixSocket ? { file, socket: file.inode } : E.ENOTSOCK;
}

/** The address in a sockaddr_un; "" when there is only a family. */
export function addressAt(
  call: Call,
  at: number,
  length: number,
): Result<{ address: SocketAddress; family: number }> {
  if (length < 0 || length > 128) return E.EINVAL;
  const bytes = call.memory.read(at, length);
  if (!bytes) return E.EFAULT;
  if (length < 2) return E.EINVAL;
  const family = bytes[0]! | (bytes[1]! << 8);
  if (family === S.AF_UNIX && length > LONGEST_ADDRESS) return E.EINVAL;
  const text = fromBytes(bytes.subarray(2));
  const address = text.startsWith("\0") ? text : (text.split("\0")[0] ?? "");
  return { address, family };
}

/** Writes an address and how long it is; what does not fit is cut off. */
export function putAddress(call: Call, at: number, lengthAt: number, address: SocketAddress): number {
  const room = call.memory.read32(lengthAt);
  if (room === undefined) return E.EFAULT;
  if (room > 0x7fffffff) return E.EINVAL;
  const end = address === "" || address.startsWith("\0") ? "" : "\0";
  const bytes = Uint8Array.of(S.AF_UNIX, 0, ...toBytes(address + end));
  if (!call.memory.write(at, bytes.subarray(0, room))) return E.EFAULT;
  return call.memory.write32(lengthAt, bytes.length) ? 0 : E.EFAULT;
}

const self = (call: Call): PeerCredentials => {
  const { euid, egid } = call.task.files.credentials;
  return { pid: call.task.pid, uid: euid, gid: egid };
};

/** Whether such sockets can be made; the type AF_UNIX takes it for, or why not. */
function kindOf(family: number, type: number, protocol: number): Result<number> {
  const kind = type & S.SOCK_TYPE_MASK;
  if (type & ~(S.SOCK_TYPE_MASK | S.SOCK_CLOEXEC | S.SOCK_NONBLOCK)) return E.EINVAL;
  if (family < 0 || family >= S.AF_MAX) return E.EAFNOSUPPORT;
  if (kind > 10) return E.EINVAL;
  if (family !== S.AF_UNIX) return E.EAFNOSUPPORT;
  if (protocol !== 0 && protocol !== S.AF_UNIX) return E.EPROTONOSUPPORT;
  return unixSocketType(kind) ?? E.ESOCKTNOSUPPORT;
}

function open(call: Call, socket: UnixSocket, type: number): Result<number> {
  const flags = O_RDWR | (type & S.SOCK_NONBLOCK ? O_NONBLOCK : 0);
  return openOutsideTree(
    call.task.files,
    socket,
    flags,
    (type & S.SOCK_CLOEXEC) !== 0,
    `socket:[${socket.number}]`,
  );
}

const family = choice(S.FAMILIES);
const type: ArgumentKind<number> = { ...int };

const socket = systemCall(
  "socket",
  "Makes a socket.",
  { family, type, protocol: int },
  (call, values) => {
    const kind = kindOf(values.family, values.type, values.protocol);
    return failed(kind) ? kind : open(call, new UnixSocket(call.kernel.files, kind), values.type);
  },
  "all families but AF_UNIX",
);

const socketpair = systemCall(
  "socketpair",
  "Makes two sockets that are connected.",
  { family, type, protocol: int, sv: address },
  (call, values) => {
    const kind = kindOf(values.family, values.type, values.protocol);
    if (failed(kind)) return kind;
    const [one, other] = [new UnixSocket(call.kernel.files, kind), new UnixSocket(call.kernel.files, kind)];
    one.join(other, self(call), self(call));
    const first = open(call, one, values.type);
    if (failed(first)) return first;
    const second = open(call, other, values.type);
    const told =
      !failed(second) && call.memory.write32(values.sv, first) && call.memory.write32(values.sv + 4, second);
    if (told) return 0;
    call.task.files.descriptors.close(first);
    if (failed(second)) return second;
    call.task.files.descriptors.close(second);
    return E.EFAULT;
  },
  "all families but AF_UNIX",
);

const NAME = { sockfd: fd, addr: address, addrlen: unsignedInt };

const bind = systemCall("bind", "Gives a socket an address.", NAME, (call, values) => {
  const found = socketOf(call, values.sockfd);
  if (failed(found)) return found;
  const name = addressAt(call, values.addr, values.addrlen | 0);
  if (failed(name)) return name;
  return name.family === S.AF_UNIX ? bindSocket(call.task.files, found.socket, name.address) : E.EINVAL;
});

const connect = systemCall(
  "connect",
  "Connects a socket to another one's address.",
  NAME,
  (call, values): Outcome => {
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    const name = addressAt(call, values.addr, values.addrlen | 0);
    if (failed(name)) return name;
    if (name.family === S.AF_UNSPEC && !found.socket.connects) {
      found.socket.peer = undefined;
      return 0;
    }
    if (name.family !== S.AF_UNIX || name.address === "") return E.EINVAL;
    const server = findSocket(call.task.files, found.socket, name.address);
    return failed(server) ? server : found.socket.connect(server, self(call), !found.file.nonBlocking);
  },
);

const listen = systemCall(
  "listen",
  "Lets others connect to a socket.",
  { sockfd: fd, backlog: int },
  (call, values) => {
    const found = socketOf(call, values.sockfd);
    return failed(found) ? found : found.socket.listen(values.backlog, self(call));
  },
);

function acceptOne(call: Call, number: number, at: number, lengthAt: number, bits: number): Outcome {
  const found = socketOf(call, number);
  if (failed(found)) return found;
  if (bits & ~(S.SOCK_CLOEXEC | S.SOCK_NONBLOCK)) return E.EINVAL;
  const free = call.task.files.lowestFree();
  if (failed(free)) return free;
  const accepted = found.socket.accept(!found.file.nonBlocking);
  if (accepted instanceof Blocked || typeof accepted === "number") return accepted;
  const opened = open(call, accepted, bits);
  if (failed(opened)) return opened;
  const error = at === 0 ? 0 : putAddress(call, at, lengthAt, accepted.peer?.address ?? "");
  if (!error) return opened;
  call.task.files.descriptors.close(opened);
  return error;
}

const TOLD = { sockfd: fd, addr: address, addrlen: address };
const accept = systemCall("accept", "Takes the next connection.", TOLD, (call, values) =>
  acceptOne(call, values.sockfd, values.addr, values.addrlen, 0),
);
const accept4 = systemCall(
  "accept4",
  "Takes the next connection, with flags.",
  { ...TOLD, flags: int },
  (call, values) => acceptOne(call, values.sockfd, values.addr, values.addrlen, values.flags),
);

const getsockname = systemCall("getsockname", "Tells the address of a socket.", TOLD, (call, values) => {
  const found = socketOf(call, values.sockfd);
  return failed(found) ? found : putAddress(call, values.addr, values.addrlen, found.socket.address);
});
const getpeername = systemCall(
  "getpeername",
  "Tells the address of the other side.",
  TOLD,
  (call, values) => {
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    const { addressOfPeer } = found.socket;
    if (addressOfPeer === undefined) return E.ENOTCONN;
    return putAddress(call, values.addr, values.addrlen, addressOfPeer);
  },
);

const shutdown = systemCall(
  "shutdown",
  "Ends one direction of a connection, or both.",
  { sockfd: fd, how: int },
  (call, values) => {
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    if (values.how < S.SHUT_RD || values.how > S.SHUT_RDWR) return E.EINVAL;
    return found.socket.shutDown(values.how !== S.SHUT_WR, values.how !== S.SHUT_RD);
  },
);

export const SOCKET_CALLS: readonly SystemCall[] = [
  ...[socket, socketpair, bind, connect, listen, accept, accept4],
  ...[getsockname, getpeername, shutdown],
];
