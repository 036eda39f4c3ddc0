/**
 * Where sockets are found: at a path in the tree, or under a name of the abstract space that dies with its socket.
 * Models unix_bind and unix_find_other (Linux net/unix/af_unix.c).
 */
import { E, failed, type Result } from "../abi/errno.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { MAY_WRITE } from "./credentials.js";
import type { Files } from "./files.js";
import { enterNew } from "./names.js";
import { lookUp } from "./path-walk.js";
import { SocketFile } from "./socket-file.js";
import type { SocketAddress } from "./socket-inbox.js";
import type { UnixSocket } from "./unix-socket.js";

/** bind. An empty address takes a free name of the abstract space. */
export function bindSocket(files: Files, socket: UnixSocket, address: SocketAddress): Result<0> {
  const { sockets } = files.system;
  const bound = socket.address !== "";
  if (bound && (address === "" || address.startsWith("\0"))) return address === "" ? 0 : E.EINVAL;
  if (address === "" || address.startsWith("\0")) {
    const name = address === "" ? freeName(socket, sockets) : address;
    if (sockets.has(socket.key(name))) return E.EADDRINUSE;
    sockets.set(socket.key(name), socket);
    socket.address = name;
    return 0;
  }
  if (bound) return failed(lookUp(files, AT_FDCWD, address, "no-follow")) ? E.EINVAL : E.EADDRINUSE;
  const entered = enterNew(
    files,
    address,
    (device) => new SocketFile(files.system, 0o777 & ~files.place.umask, socket, device),
  );
  if (failed(entered)) return entered === E.EEXIST ? E.EADDRINUSE : entered;
  socket.address = address;
  return 0;
}

function freeName(socket: UnixSocket, sockets: ReadonlyMap<string, UnixSocket>): string {
  for (let n = 0; ; n++) {
    const name = `\0${n.toString(16).padStart(5, "0")}`;
    if (!sockets.has(socket.key(name))) return name;
  }
}

/** The socket behind an address, if the process may write to it. */
export function findSocket(files: Files, from: UnixSocket, address: SocketAddress): Result<UnixSocket> {
  if (address.startsWith("\0")) return files.system.sockets.get(from.key(address)) ?? E.ECONNREFUSED;
  const found = lookUp(files, AT_FDCWD, address, "follow");
  if (failed(found)) return found;
  if (!files.credentials.may(found.inode, MAY_WRITE)) return E.EACCES;
  const socket = found.inode instanceof SocketFile ? found.inode.socket : undefined;
  return socket && !socket.isClosed ? socket : E.ECONNREFUSED;
}
