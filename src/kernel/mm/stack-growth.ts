/**
 * A stack reaches further down when it is touched below its end, as far as its limit and what lies below allow.
 * Models expand_downwards and acct_stack_growth (Linux 6.18, mm/vma.c).
 */
import { type MemoryUser, mayExpand, mayLock, stackLimit } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { mayPromise } from "./overcommit.js";
import { pageDown, STACK_GUARD_GAP } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import { VM_ACCESS_FLAGS } from "./vma-flags.js";

/** The stack that now contains `address`; undefined when there is none or it may not grow so far. */
export function growStack(space: AddressSpace, address: number, user: MemoryUser): Vma | undefined {
  const stack = space.list.firstAbove(address);
  if (!stack?.growsDown) return undefined;
  const start = pageDown(address);
  const grown = stack.start - start;
  if (start < (space.system?.lowestAddress.value ?? 0) || isTooNear(space, stack, start)) return undefined;
  if (stack.end - start > stackLimit(user)) return undefined;
  if (!mayExpand(space, stack.flags, grown, user) || !mayLock(space, stack.flags, grown, user))
    return undefined;
  if (!mayPromise(space, grown, user)) return undefined;
  space.growDown(stack, start);
  return stack;
}

/** Another stack below counts not, nor what nobody can touch anyway. */
function isTooNear(space: AddressSpace, stack: Vma, start: number): boolean {
  const below = space.list.lastBelow(stack.start);
  if (!below || below.growsDown || (below.flags & VM_ACCESS_FLAGS) === 0) return false;
  return start - below.end < STACK_GUARD_GAP;
}
