/**
 * Carrying out the plan of `elf-load-plan.ts`: file pages and pages of zeros into an address space.
 * Models elf_map, elf_load, padzero and vm_brk_flags (Linux 6.18, fs/binfmt_elf.c, mm/vma.c).
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { E, type Errno } from "../abi/errno.js";
import { PROT_WRITE } from "../abi/memory-flags.js";
import type { MemoryUser } from "../mm/accounts.js";
import { type AddressSpace, pageUp } from "../mm/address-space.js";
import { mayPromise } from "../mm/overcommit.js";
import type { UserMemory } from "../mm/user-memory.js";
import { Vma } from "../mm/vma.js";
import type { LoadPlan, SegmentPlan } from "./elf-load-plan.js";
import type { ProgramReference } from "./program-reference.js";
import { Refusal } from "./refusal.js";

/** Where segments go, and on whose behalf. */
export interface Destination {
  readonly space: AddressSpace;
  readonly memory: UserMemory;
  readonly user: MemoryUser;
}

/** Nobody but user 0 may map below: there null pointers lead. */
const LOWEST_ADDRESS = 0x10000;

/** Maps all segments in their order; a later one lies over an earlier one. */
export function mapSegments(to: Destination, plan: LoadPlan, file: ProgramReference): undefined | Refusal {
  for (const segment of plan.segments) {
    const refusal = mapSegment(to, segment, file);
    if (refusal) return refusal;
  }
  return undefined;
}

function mapSegment(to: Destination, segment: SegmentPlan, file: ProgramReference): undefined | Refusal {
  const { mapping, zeroed, anonymous } = segment;
  const place = `program header ${segment.index}`;
  const start = mapping?.address ?? anonymous?.address ?? LOWEST_ADDRESS;
  if (start < LOWEST_ADDRESS && !to.user.capable(CAP.CAP_SYS_RAWIO))
    return fatal(E.EPERM, place, "the lowest addresses are for user 0 only");
  if (!mayPromise(to.space, promiseFor(segment), to.user))
    return fatal(E.ENOMEM, place, "it needs more memory than the machine may promise");
  if (mapping) {
    const vma = new Vma(mapping.address, mapping.address + mapping.length, mapping.protection);
    vma.mapFile(file.inode, mapping.offset, file.dentry, file);
    to.space.insert(vma);
  }
  if (zeroed && !zero(to, segment, file) && (mapping?.protection ?? 0) & PROT_WRITE)
    return fatal(E.EFAULT, place, "the rest of its last page cannot be zeroed");
  if (anonymous) {
    const { address, length, protection } = anonymous;
    to.space.insert(new Vma(address, address + length, protection));
  }
  return undefined;
}

/** Bytes whose pages could all become the program's own; each of the two mappings is judged by itself. */
function promiseFor({ mapping, anonymous }: SegmentPlan): number {
  const kept = mapping && mapping.protection & PROT_WRITE ? mapping.length : 0;
  return Math.max(kept, anonymous?.length ?? 0);
}

/** Clears the rest of a segment's last page; false when it cannot be written, or lies behind the file's end. */
function zero({ memory }: Destination, { mapping, zeroed }: SegmentPlan, file: ProgramReference): boolean {
  const { address, length } = zeroed!;
  const offset = mapping!.offset + (address - mapping!.address);
  if (offset - (offset % PAGE_SIZE) >= pageUp(file.inode.size)) return false;
  return memory.write(address, new Uint8Array(length));
}

function fatal(errno: Errno, place: string, reason: string): Refusal {
  return new Refusal(errno, place, reason, "link it again", true);
}
