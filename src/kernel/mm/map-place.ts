/**
 * Where a mapping goes. Models __get_unmapped_area, thp_get_unmapped_area and hugetlb_get_unmapped_area (Linux 6.18, mm/mmap.c,
 * mm/huge_memory.c, fs/hugetlbfs/inode.c); errors in their order.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import type { MemoryUser } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { findGap } from "./gaps.js";
import { type MapRequest, wantsHugeTlb } from "./map-request.js";
import { HUGE_PAGE } from "./page-tables.js";
import { pageDown, pageUp, TASK_SIZE } from "./user-addresses.js";

/** Where the mapping goes, or an errno. */
export function placeFor(space: AddressSpace, request: MapRequest, length: number, user: MemoryUser): number {
  const { flags, is32Bit } = request;
  const lowest = space.system?.lowestAddress.value ?? 0;
  const isFixed = (flags & (FLAGS.MAP_FIXED | FLAGS.MAP_FIXED_NOREPLACE)) !== 0;
  if (length > TASK_SIZE) return E.ENOMEM;
  if (wantsHugeTlb(request) && isFixed && request.address % HUGE_PAGE !== 0) return E.EINVAL;
  const address = isFixed ? request.address : gapFor(space, request, length, lowest);
  if (address === undefined || address > TASK_SIZE - length) return E.ENOMEM;
  if (address % PAGE_SIZE !== 0) return E.EINVAL;
  if (address < lowest && !user.capable(CAP.CAP_SYS_RAWIO)) return E.EPERM;
  return is32Bit && address + length > 2 ** 32 ? E.ENOMEM : address;
}

function gapFor(
  space: AddressSpace,
  request: MapRequest,
  length: number,
  lowest: number,
): number | undefined {
  const { flags, file, is32Bit } = request;
  const wish = pageDown(request.address);
  const hint = wish !== 0 && wish < lowest ? pageUp(lowest) : wish;
  if (wantsHugeTlb(request)) {
    const aligned = Math.ceil(hint / HUGE_PAGE) * HUGE_PAGE;
    return findGap(space, { length, hint: aligned, alignment: HUGE_PAGE, flags, is32Bit });
  }
  if (!file && hint === 0 && length % HUGE_PAGE === 0) {
    const gap = alignedGap(space, length, flags, is32Bit);
    if (gap !== undefined) return gap;
  }
  return findGap(space, { length, hint, flags, is32Bit });
}

/** A place at a multiple of 2 MiB, so that huge pages could be used. */
function alignedGap(
  space: AddressSpace,
  length: number,
  flags: number,
  is32Bit: boolean,
): number | undefined {
  const wide = findGap(space, { length: length + HUGE_PAGE, flags, is32Bit });
  return wide === undefined ? undefined : Math.floor(wide / HUGE_PAGE) * HUGE_PAGE + HUGE_PAGE;
}
