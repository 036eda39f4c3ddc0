/**
 * Options of sockets: getsockopt and setsockopt. Most are remembered and told, no more.
 * Models Linux net/core/sock.c. Leaves out: the effect of every option; those that only networks have; of time limits that a wait ends.
 */
import { E, type Errno, failed } from "../abi/errno.js";
import * as S from "../abi/sockets.js";
import { TIMEVAL } from "../abi/structs.js";
import type { UnixSocket } from "../fs/unix-socket.js";
import { address, type Call, int, type SystemCall, systemCall } from "./definition.js";
import { fd } from "./file-arguments.js";
import { socketOf } from "./sockets.js";

/** Options that are on or off. */
const FLAGS: readonly number[] = [
  ...[S.SO_DEBUG, S.SO_REUSEADDR, S.SO_DONTROUTE, S.SO_BROADCAST, S.SO_KEEPALIVE],
  ...[S.SO_OOBINLINE, S.SO_NO_CHECK, S.SO_PASSCRED, S.SO_TIMESTAMP, S.SO_TIMESTAMPNS],
];

const BUFFER = 212_992;
/** The smallest buffers: room for one packet and its description. */
const SMALLEST_SENDING = 4608;
const SMALLEST_RECEIVING = 2304;

const word = (value: number) => new Uint8Array(Int32Array.of(value).buffer);

/** What an option is, as bytes; or an errno. */
function optionOf(socket: UnixSocket, level: number, name: number): Uint8Array | Errno {
  if (level !== S.SOL_SOCKET) return E.EOPNOTSUPP;
  const { options } = socket;
  if (FLAGS.includes(name)) return word(options.get(name) ?? 0);
  switch (name) {
    case S.SO_TYPE:
      return word(socket.type);
    case S.SO_DOMAIN:
      return word(S.AF_UNIX);
    case S.SO_ACCEPTCONN:
      return word(socket.state === "listening" ? 1 : 0);
    case S.SO_SNDBUF:
    case S.SO_RCVBUF:
      return word(options.get(name) ?? BUFFER);
    case S.SO_PEERCRED:
      return S.UCRED.encode(socket.peerCredentials);
    case S.SO_ERROR:
      return word(-socket.takeError());
    case S.SO_PROTOCOL:
    case S.SO_BSDCOMPAT:
      return word(0);
    case S.SO_PRIORITY:
      return word(options.get(name) ?? 0);
    case S.SO_RCVLOWAT:
      return word(options.get(name) ?? 1);
    case S.SO_LINGER:
      return new Uint8Array(8);
    case S.SO_RCVTIMEO:
    case S.SO_SNDTIMEO:
      return timeOf(options.get(name) ?? 0);
    default:
      return E.ENOPROTOOPT;
  }
}

/** Remembers an option; 0 or an errno. */
function setOption(socket: UnixSocket, name: number, value: number, length: number): number {
  const { options } = socket;
  if (FLAGS.includes(name)) options.set(name, value === 0 ? 0 : 1);
  else if (name === S.SO_PRIORITY) options.set(name, value);
  else if (name === S.SO_RCVLOWAT) options.set(name, value < 0 ? 0x7fffffff : value || 1);
  else if (name === S.SO_SNDBUF) options.set(name, bufferOf(value, SMALLEST_SENDING));
  else if (name === S.SO_RCVBUF) options.set(name, bufferOf(value, SMALLEST_RECEIVING));
  else if (name === S.SO_LINGER) return length < 8 ? E.EINVAL : 0;
  else return name === S.SO_BSDCOMPAT ? 0 : name === S.SO_REUSEPORT ? E.EOPNOTSUPP : E.ENOPROTOOPT;
  return 0;
}

/** Linux takes twice what is asked for, for what a message needs besides its bytes. */
const bufferOf = (wanted: number, smallest: number): number =>
  Math.max(smallest, Math.min(wanted >>> 0, BUFFER) * 2);

const MICROSECONDS = 1_000_000n;

/** A time limit in microseconds, which Linux keeps in whole ticks; a negative one means not to wait at all. */
function setTime(call: Call, socket: UnixSocket, { optname, optval, optlen }: OptionValues): number {
  if (optlen < TIMEVAL.size) return E.EINVAL;
  const time = call.take(optval, TIMEVAL);
  if (!time) return E.EFAULT;
  const { tv_sec, tv_usec } = time;
  if (tv_usec < 0n || tv_usec >= MICROSECONDS) return E.EDOM;
  socket.options.set(optname, tv_sec < 0n ? AT_ONCE : Number(tv_sec * MICROSECONDS + tv_usec));
  return 0;
}

function timeOf(limit: number): Uint8Array {
  const microseconds = BigInt(Math.max(0, limit));
  return TIMEVAL.encode({ tv_sec: microseconds / MICROSECONDS, tv_usec: microseconds % MICROSECONDS });
}

/** Of a time limit. */
const AT_ONCE = -1;

interface OptionValues {
  readonly optname: number;
  readonly optval: number;
  readonly optlen: number;
}

const OPTION = { sockfd: fd, level: int, optname: int, optval: address };
const getsockopt = systemCall(
  "getsockopt",
  "Tells an option of a socket.",
  { ...OPTION, optlen: address },
  (call, values) => {
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    const room = call.memory.read32(values.optlen);
    if (room === undefined) return E.EFAULT;
    if (room > 0x7fffffff) return E.EINVAL;
    const option = optionOf(found.socket, values.level, values.optname);
    if (typeof option === "number") return option;
    const part = option.subarray(0, room);
    return call.memory.write(values.optval, part) && call.memory.write32(values.optlen, part.length)
      ? 0
      : E.EFAULT;
  },
  "options that only networks have, and the newer ones",
);
const setsockopt = systemCall(
  "setsockopt",
  "Sets an option of a socket.",
  { ...OPTION, optlen: int },
  (call, values) => {
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    if (values.level !== S.SOL_SOCKET) return E.EOPNOTSUPP;
    if (values.optlen < 4) return E.EINVAL;
    if (values.optname === S.SO_RCVTIMEO || values.optname === S.SO_SNDTIMEO)
      return setTime(call, found.socket, values);
    const value = call.memory.read32(values.optval);
    if (value === undefined) return E.EFAULT;
    return setOption(found.socket, values.optname, value | 0, values.optlen);
  },
  "the effects of all but time limits: options are remembered; options that only networks have, and the newer ones",
);

export const SOCKET_OPTION_CALLS: readonly SystemCall[] = [getsockopt, setsockopt];
