/**
 * What a space's mappings add up to, and what its process may have of it.
 * Models may_expand_vm, vm_stat_account and mlock_future_ok (Linux mm/mmap.c, mm/vma.c).
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { RESOURCES } from "../abi/process-flags.js";
import type { AddressSpace } from "./address-space.js";
import { STACK_LIMIT } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import { isData, VM_EXEC, VM_GROWSDOWN, VM_LOCKED, VM_WRITE } from "./vma-flags.js";

/** Limits of a process by RLIMIT_*, in bytes; Infinity for none. */
export interface MemoryLimits {
  soft(resource: number): number;
  hard(resource: number): number;
}

/** Page faults that were answered without waiting for a disk, and with. */
export class FaultCounts {
  minor = 0;
  major = 0;

  add({ minor, major }: FaultCounts): void {
    this.minor += minor;
    this.major += major;
  }
}

/** On whose behalf memory is touched or mapped. */
export interface MemoryUser {
  readonly limits: MemoryLimits;
  readonly faults: FaultCounts;
  /** Whether it has a right of user 0. */
  capable(capability: number): boolean;
}

const { RLIMIT_DATA, RLIMIT_STACK, RLIMIT_AS, RLIMIT_MEMLOCK } = RESOURCES as Record<
  "RLIMIT_DATA" | "RLIMIT_STACK" | "RLIMIT_AS" | "RLIMIT_MEMLOCK",
  number
>;

/** A user with the usual limits, whose faults nobody counts. */
export function nobody(): MemoryUser {
  const soft = (resource: number) => (resource === RLIMIT_STACK ? STACK_LIMIT : Number.POSITIVE_INFINITY);
  return {
    limits: { soft, hard: () => Number.POSITIVE_INFINITY },
    faults: new FaultCounts(),
    capable: () => true,
  };
}

/** Bytes of the mappings that `counts` picks. */
export function bytesOf({ vmas }: AddressSpace, counts: (vma: Vma) => boolean): number {
  return vmas.reduce((sum, vma) => sum + (counts(vma) ? vma.size : 0), 0);
}

export const dataBytes = (space: AddressSpace): number => bytesOf(space, ({ flags }) => isData(flags));
export const stackBytes = (space: AddressSpace): number =>
  bytesOf(space, ({ flags }) => (flags & VM_GROWSDOWN) !== 0);
export const codeBytes = (space: AddressSpace): number =>
  bytesOf(space, ({ flags }) => (flags & (VM_EXEC | VM_WRITE | VM_GROWSDOWN)) === VM_EXEC);
export const lockedBytes = (space: AddressSpace): number =>
  bytesOf(space, ({ flags }) => (flags & VM_LOCKED) !== 0);

/** Whether `bytes` more with these flags are within the limits (RLIMIT_AS, RLIMIT_DATA). */
export function mayExpand(
  space: AddressSpace,
  flags: number,
  bytes: number,
  { limits }: MemoryUser,
): boolean {
  const whole = (limit: number) => limit - (limit % PAGE_SIZE || 0);
  if (space.totalPages * PAGE_SIZE + bytes > whole(limits.soft(RLIMIT_AS))) return false;
  if (!isData(flags)) return true;
  const data = dataBytes(space) + bytes;
  const soft = limits.soft(RLIMIT_DATA);
  // A limit of 0 counts as none beside the hard one: some programs set it and expect that mmap goes on working.
  return data <= whole(soft) || (soft === 0 && data <= whole(limits.hard(RLIMIT_DATA)));
}

/** Whether `bytes` more may be mapped when that locks them (RLIMIT_MEMLOCK). */
export function mayLock(space: AddressSpace, flags: number, bytes: number, user: MemoryUser): boolean {
  if ((flags & VM_LOCKED) === 0 || user.capable(CAP.CAP_IPC_LOCK)) return true;
  return lockedBytes(space) + bytes <= user.limits.soft(RLIMIT_MEMLOCK);
}

export const stackLimit = ({ limits }: MemoryUser): number => limits.soft(RLIMIT_STACK);
export const dataLimit = ({ limits }: MemoryUser): number => limits.soft(RLIMIT_DATA);
export const lockLimit = ({ limits }: MemoryUser): number => limits.soft(RLIMIT_MEMLOCK);
