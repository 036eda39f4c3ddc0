/**
 * Other rights for mapped memory. What lies before the first mistake has them when the call fails.
 * Models do_mprotect_pkey and mprotect_fixup (Linux 6.18, mm/mprotect.c); errors in their order.
 * Leaves out: protection keys, which this processor does not have.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import {
  PROT_EXEC,
  PROT_GROWSDOWN,
  PROT_GROWSUP,
  PROT_READ,
  PROT_SEM,
  PROT_WRITE,
} from "../abi/memory-flags.js";
import { READ_IMPLIES_EXEC } from "../abi/personality.js";
import { type MemoryUser, mayExpand } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { isHugeTlb } from "./huge-tlb.js";
import { mayPromise } from "./overcommit.js";
import { HUGE_PAGE } from "./page-tables.js";
import { populate } from "./populate.js";
import { isSealed } from "./seal.js";
import { pageUp } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import {
  rightsOf,
  VM_ACCESS_FLAGS,
  VM_ACCOUNT,
  VM_HUGETLB,
  VM_LOCKED,
  VM_MAYEXEC,
  VM_NORESERVE,
  VM_SHARED,
  VM_WRITE,
} from "./vma-flags.js";

export interface ProtectRequest {
  readonly address: number;
  readonly length: number;
  /** PROT_* */
  readonly protection: number;
  readonly personality: number;
  /** -1 for none; no other key can be had. */
  readonly key?: number;
}

/** 0 or an errno. */
export function mprotect(space: AddressSpace, request: ProtectRequest, user: MemoryUser): number {
  const { address, protection, personality, key = -1 } = request;
  const grows = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
  const prot = protection & ~grows;
  if (grows === (PROT_GROWSDOWN | PROT_GROWSUP)) return E.EINVAL;
  if (address % PAGE_SIZE !== 0) return E.EINVAL;
  if (request.length === 0) return 0;
  const end = address + pageUp(request.length);
  if (end >= 2 ** 64) return E.ENOMEM;
  if ((prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM)) !== 0) return E.EINVAL;
  if (key !== -1) return E.EINVAL;
  const start = beginning(space, address, end, grows);
  if (start < 0) return start;
  const implied = personality & READ_IMPLIES_EXEC && prot & PROT_READ ? PROT_EXEC : 0;
  return protectAll(space, start, end, prot, implied, user);
}

/** Where the change begins: with PROT_GROWSDOWN at the stack's present end. */
function beginning(space: AddressSpace, address: number, end: number, grows: number): number {
  const vma = space.list.firstAbove(address);
  if (!vma) return E.ENOMEM;
  if ((grows & PROT_GROWSDOWN) !== 0) {
    if (vma.start >= end) return E.ENOMEM;
    return vma.growsDown ? vma.start : E.EINVAL;
  }
  if (vma.start > address) return E.ENOMEM;
  return (grows & PROT_GROWSUP) !== 0 ? E.EINVAL : address;
}

function protectAll(
  space: AddressSpace,
  start: number,
  end: number,
  prot: number,
  implied: number,
  user: MemoryUser,
): number {
  for (let at = start; at < end; ) {
    const vma = space.find(at);
    if (!vma) return E.ENOMEM;
    const last = Math.min(end, vma.end);
    const rights = rightsOf(prot | ((vma.flags & VM_MAYEXEC) !== 0 ? implied : 0));
    // The bits of what may be granted lie four above those of what is.
    if ((rights & ~(vma.flags >> 4)) !== 0) return E.EACCES;
    if (isSealed(vma)) return E.EPERM;
    const failure = protectOne(space, vma, at, last, (vma.flags & ~VM_ACCESS_FLAGS) | rights, user);
    if (failure < 0) return failure;
    at = last;
  }
  return 0;
}

function protectOne(
  space: AddressSpace,
  vma: Vma,
  start: number,
  end: number,
  wanted: number,
  user: MemoryUser,
): number {
  const before = vma.flags;
  let flags = wanted;
  if (flags === before) return 0;
  if (isHugeTlb(vma) && (start % HUGE_PAGE !== 0 || end % HUGE_PAGE !== 0)) return E.EINVAL;
  if ((flags & VM_WRITE) !== 0) {
    const fits = (bits: number) => mayExpand(space, bits, end - start, user);
    if (!fits(flags) && fits(before)) return E.ENOMEM;
    if ((before & (VM_ACCOUNT | VM_WRITE | VM_HUGETLB | VM_SHARED | VM_NORESERVE)) === 0) {
      if (!mayPromise(space, end - start, user)) return E.ENOMEM;
      flags |= VM_ACCOUNT;
    }
  } else if ((before & VM_ACCOUNT) !== 0 && vma.isAnonymous && !vma.anon) flags &= ~VM_ACCOUNT;
  if (!space.changeFlags(vma, start, end, flags)) return E.ENOMEM;
  // Locked pages must not be fetched later: copies are made now.
  if ((before & (VM_WRITE | VM_SHARED | VM_LOCKED)) === VM_LOCKED && (flags & VM_WRITE) !== 0)
    populate(space, start, end, user);
  return 0;
}
