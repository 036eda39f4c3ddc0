/**
 * Mappings that can never be changed again: not unmapped, moved, given other rights, or emptied where the program could not write.
 * Models mseal (Linux 6.18, mm/mseal.c; Documentation/userspace-api/mseal.rst).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import type { AddressSpace } from "./address-space.js";
import { pageUp, wrapsAround } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import { VM_SEALED, VM_WRITE } from "./vma-flags.js";

/** 0 or an errno; all of the range must be mapped. */
export function mseal(space: AddressSpace, address: number, length: number, flags: number): number {
  if (flags !== 0 || address % PAGE_SIZE !== 0) return E.EINVAL;
  const end = address + pageUp(length);
  if (wrapsAround(address, end)) return E.EINVAL;
  if (end === address) return 0;
  if (!space.covers(address, end)) return E.ENOMEM;
  for (let at = address; at < end; ) {
    const vma = space.find(at)!;
    const last = Math.min(end, vma.end);
    if (!isSealed(vma) && !space.changeFlags(vma, at, last, vma.flags | VM_SEALED)) return E.ENOMEM;
    at = last;
  }
  return 0;
}

export const isSealed = ({ flags }: Vma): boolean => (flags & VM_SEALED) !== 0;

/** Advice after which contents are not what they were, for the process or for its children. */
const DISCARDING: readonly number[] = [
  ...[FLAGS.MADV_FREE, FLAGS.MADV_DONTNEED, FLAGS.MADV_DONTNEED_LOCKED, FLAGS.MADV_REMOVE],
  ...[FLAGS.MADV_DONTFORK, FLAGS.MADV_WIPEONFORK],
];

/** Whether advice about a mapping is against its seal: what could be written anyway may also be emptied. */
export function isAgainstSeal(vma: Vma, advice: number): boolean {
  if (!isSealed(vma) || !DISCARDING.includes(advice)) return false;
  return vma.isAnonymous && (vma.flags & VM_WRITE) === 0;
}
