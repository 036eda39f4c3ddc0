/**
 * Options of sockets: getsockopt and setsockopt.
 * Models Linux net/core/sock.c. Leaves out: the effect of every option; those that only networks have.
 */
import { E, type Errno, failed } from "../abi/errno.js";
import * as S from "../abi/sockets.js";
import type { UnixSocket } from "../fs/unix-socket.js";
import { address, int, type SystemCall, systemCall } from "./definition.js";
import { fd } from "./file-arguments.js";
import { socketOf } from "./sockets.js";

/** What an option is, as bytes; or an errno. */
function optionOf(socket: UnixSocket, level: number, name: number): Uint8Array | Errno {
  if (level !== S.SOL_SOCKET) return E.EOPNOTSUPP;
  const word = (value: number) => new Uint8Array(Int32Array.of(value).buffer);
  switch (name) {
    case S.SO_TYPE:
      return word(socket.type);
    case S.SO_DOMAIN:
      return word(S.AF_UNIX);
    case S.SO_ACCEPTCONN:
      return word(socket.state === "listening" ? 1 : 0);
    case S.SO_SNDBUF:
    case S.SO_RCVBUF:
      return word(212_992);
    case S.SO_PEERCRED:
      return S.UCRED.encode(socket.peerCredentials);
    case S.SO_ERROR:
    case S.SO_PROTOCOL:
    case S.SO_REUSEADDR:
    case S.SO_PASSCRED:
      return word(0);
    default:
      return E.ENOPROTOOPT;
  }
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
  "options beside type, domain, error, buffers and credentials of the peer",
);
const setsockopt = systemCall(
  "setsockopt",
  "Accepts an option of a socket.",
  { ...OPTION, optlen: int },
  (call, values) => {
    const found = socketOf(call, values.sockfd);
    if (failed(found)) return found;
    if (values.level !== S.SOL_SOCKET) return E.EOPNOTSUPP;
    if (values.optlen < 4) return E.EINVAL;
    return call.memory.read32(values.optval) === undefined ? E.EFAULT : 0;
  },
  "all effects",
);

export const SOCKET_OPTION_CALLS: readonly SystemCall[] = [getsockopt, setsockopt];
