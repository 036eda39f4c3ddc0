/**
 * Removing mappings. Models do_vmi_munmap and vms_gather_munmap_vmas (Linux 6.18, mm/vma.c); errors in their order.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import type { AddressSpace } from "./address-space.js";
import { isHugeTlb } from "./huge-tlb.js";
import { HUGE_PAGE } from "./page-tables.js";
import { isSealed } from "./seal.js";
import { pageUp, TASK_SIZE } from "./user-addresses.js";
import type { Vma } from "./vma.js";

/** 0 or an errno. Where nothing is mapped nothing happens. */
export function munmap(space: AddressSpace, address: number, length: number): number {
  if (address % PAGE_SIZE !== 0 || address > TASK_SIZE || length > TASK_SIZE - address) return E.EINVAL;
  const end = address + pageUp(length);
  if (end === address) return E.EINVAL;
  const failure = refusal(space, address, end);
  if (failure === 0) space.unmap(address, end);
  return failure;
}

/** Why [start, end) cannot be unmapped, or 0: a seal, huge pages that cannot be cut, or too many mappings to cut one in two. */
export function refusal(space: AddressSpace, start: number, end: number): number {
  if (space.list.within(start, end).some(isSealed)) return E.EPERM;
  const first = space.list.firstAbove(start);
  const last = space.find(end);
  if ((first && cutsHuge(first, start)) || (last && cutsHuge(last, end))) return E.EINVAL;
  if (first && first.start < start && first.end > end && space.list.isFull) return E.ENOMEM;
  return 0;
}

/** Whether `at` lies within `vma` and there within a huge page of the pool. */
function cutsHuge(vma: Vma, at: number): boolean {
  return vma.start < at && at < vma.end && isHugeTlb(vma) && at % HUGE_PAGE !== 0;
}
