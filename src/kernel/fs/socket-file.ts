/**
 * The name that a bound socket has in the tree. It cannot be opened; connecting goes through it.
 */
import { E } from "../abi/errno.js";
import { S_IFSOCK } from "../abi/file-modes.js";
import type { Blocking } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { UnixSocket } from "./unix-socket.js";

/** The name of a socket in the tree; it stays when the socket is gone, and nobody is behind it then. */
export class SocketFile extends Inode {
  constructor(
    system: FileSystem,
    permissions: number,
    readonly socket?: UnixSocket,
    device?: number,
  ) {
    super(system, S_IFSOCK | permissions, device);
  }

  override open(): Blocking<0> {
    return E.ENXIO;
  }
}
