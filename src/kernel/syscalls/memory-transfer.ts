/**
 * Memory of another process, without its help. Models Linux mm/process_vm_access.c; errors in their order.
 */
import { E } from "../abi/errno.js";
import { accessRemote } from "../mm/remote-access.js";
import { mayInspect } from "../process/process-memory.js";
import type { Task } from "../process/task.js";
import { address, type Call, int, type SystemCall, size, systemCall } from "./definition.js";
import type { Piece } from "./user-buffers.js";
import { lengthOf, pieces } from "./vectors.js";

const PARAMETERS = {
  ...{ pid: int, local_iov: address, liovcnt: size, remote_iov: address, riovcnt: size, flags: size },
};

interface Transfer {
  readonly pid: number;
  readonly local_iov: number;
  readonly liovcnt: number;
  readonly remote_iov: number;
  readonly riovcnt: number;
  readonly flags: number;
}

function transfer(call: Call, request: Transfer, writes: boolean): number {
  if (request.flags !== 0) return E.EINVAL;
  const local = pieces(call, request.local_iov, request.liovcnt);
  if (typeof local === "number") return local;
  if (lengthOf(local) === 0) return 0;
  const remote = pieces(call, request.remote_iov, request.riovcnt);
  if (typeof remote === "number") return remote;
  if (lengthOf(remote) === 0) return 0;
  const other = call.kernel.tasks.get(request.pid);
  if (!other) return E.ESRCH;
  if (other.ending) return E.ESRCH;
  if (!mayInspect(call.task, other)) return E.EPERM;
  return move(call, other, local, remote, writes) || E.EFAULT;
}

/** Moves bytes between the pieces here and there until either ends or cannot be touched; how many. */
function move(
  call: Call,
  other: Task,
  local: readonly Piece[],
  remote: readonly Piece[],
  writes: boolean,
): number {
  const near = new Cursor(local);
  const { memory } = other.space;
  let total = 0;
  for (const { base, length } of remote) {
    const wanted = Math.min(length, near.left);
    let stopped = false;
    const done = accessRemote(
      other.space,
      base,
      wanted,
      { write: writes, force: false, user: call.task },
      (physical, count) => {
        if (stopped) return;
        const moved = writes
          ? near.take(call, count, (bytes, at) => memory.writeBytes(physical + at, bytes))
          : near.put(call, memory.readBytes(physical, count));
        total += moved;
        stopped = moved < count;
      },
    );
    if (stopped || done < wanted || near.left === 0) break;
  }
  return total;
}

/** How far the caller's own pieces are used. */
class Cursor {
  private piece = 0;
  private used = 0;
  left: number;

  constructor(private readonly list: readonly Piece[]) {
    this.left = lengthOf(list);
  }

  /** Bytes into the pieces; how many could be written. */
  put(call: Call, bytes: Uint8Array): number {
    return this.each(bytes.length, (at, length, done) =>
      call.memory.write(at, bytes.subarray(done, done + length)),
    );
  }

  /** `count` bytes out of the pieces; how many could be read. */
  take(call: Call, count: number, give: (bytes: Uint8Array, at: number) => void): number {
    return this.each(count, (at, length, done) => {
      const bytes = call.memory.read(at, length);
      if (bytes) give(bytes, done);
      return bytes !== undefined;
    });
  }

  private each(count: number, move: (at: number, length: number, done: number) => boolean): number {
    let done = 0;
    while (done < count) {
      const { base, length } = this.list[this.piece]!;
      const part = Math.min(count - done, length - this.used);
      if (part > 0 && !move(base + this.used, part, done)) break;
      done += part;
      this.used += part;
      this.left -= part;
      if (this.used < length) continue;
      this.piece++;
      this.used = 0;
    }
    return done;
  }
}

const processVmReadv = systemCall(
  "process_vm_readv",
  "Copies another process's memory into one's own.",
  PARAMETERS,
  (call, values) => transfer(call, values, false),
);

const processVmWritev = systemCall(
  "process_vm_writev",
  "Copies one's own memory into another process's.",
  PARAMETERS,
  (call, values) => transfer(call, values, true),
);

export const MEMORY_TRANSFER_CALLS: readonly SystemCall[] = [processVmReadv, processVmWritev];
