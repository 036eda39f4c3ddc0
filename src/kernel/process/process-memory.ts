/** A process's memory as the files of /proc/PID show it. */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import type { ProcessMemory } from "../fs/process-information.js";
import { type AddressSpace, TASK_SIZE } from "../mm/address-space.js";
import { clearReferences, pagemap } from "../mm/pagemap.js";
import { accessRemote } from "../mm/remote-access.js";
import type { Task } from "./task.js";

export class InspectedMemory implements ProcessMemory {
  private readonly space: AddressSpace;

  /** @param reader on whose behalf pages are fetched, and who may learn of frames if user 0 */
  constructor(
    { space }: Task,
    private readonly reader: Task,
  ) {
    this.space = space;
  }

  get isGone(): boolean {
    return this.space.users === 0;
  }

  read(address: number, into: Uint8Array): number {
    const { memory } = this.space;
    const access = { write: false, force: true, user: this.reader };
    return accessRemote(this.space, address, into.length, access, (physical, length, done) => {
      into.set(memory.bytes.subarray(physical, physical + length), done);
    });
  }

  write(address: number, bytes: Uint8Array): number {
    const { memory } = this.space;
    const access = { write: true, force: true, user: this.reader };
    return accessRemote(this.space, address, bytes.length, access, (physical, length, done) => {
      memory.writeBytes(physical, bytes.subarray(done, done + length));
    });
  }

  pagemap(first: number, count: number): BigUint64Array {
    const start = Math.min(first * PAGE_SIZE, TASK_SIZE);
    const end = Math.min((first + count) * PAGE_SIZE, TASK_SIZE);
    return pagemap(this.space, start, end, this.reader.capable(CAP.CAP_SYS_ADMIN));
  }

  clearReferences(what: number): number {
    return clearReferences(this.space, what);
  }
}

/**
 * Whether `reader` may look into a process: its own user, or user 0. Files of /proc ask who he is in effect, calls who he really
 * is. Models ptrace_may_access.
 */
export function mayInspect(
  reader: Task,
  { files, group }: Task,
  as: "effective" | "real" = "effective",
): boolean {
  if (reader.group === group || reader.capable(CAP.CAP_SYS_PTRACE)) return true;
  const own = reader.files.credentials;
  const [user, ownGroup] = as === "real" ? [own.uid, own.gid] : [own.euid, own.egid];
  const { uid, euid: effective, suid, gid, egid: effectiveGroup, sgid } = files.credentials;
  const sameUser = [uid, effective, suid].every((id) => id === user);
  const sameGroup = [gid, effectiveGroup, sgid].every((id) => id === ownGroup);
  return sameUser && sameGroup && group.isDumpable;
}
