/**
 * The mappings of an address space in the order of their addresses; they never overlap. Neighbours that are alike become one:
 * when a mapping is made, and when rights or advice change; a change of a part cuts the mapping in up to three.
 * Models vma_merge_new_range, vma_modify and split_vma (Linux 6.18, mm/vma.c).
 */
import type { AnonVma, Vma } from "./vma.js";
import { VM_ACCESS_FLAGS, VM_SOFTDIRTY, VM_SPECIAL } from "./vma-flags.js";

/** /proc/sys/vm/max_map_count */
export const MOST_MAPPINGS = 65530;

export class VmaList {
  readonly all: Vma[] = [];

  /** No mapping can be cut any more. */
  get isFull(): boolean {
    return this.all.length >= MOST_MAPPINGS;
  }

  /** No mapping can be made any more. */
  get isOverfull(): boolean {
    return this.all.length > MOST_MAPPINGS;
  }

  /** Index of the first mapping that ends above `address`; `all.length` without one. */
  private indexAbove(address: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle]!.end > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The mapping that contains `address`. */
  find(address: number): Vma | undefined {
    const vma = this.all[this.indexAbove(address)];
    return vma && vma.start <= address ? vma : undefined;
  }

  /** The first mapping that ends above `address`. */
  firstAbove(address: number): Vma | undefined {
    return this.all[this.indexAbove(address)];
  }

  /** The last mapping that ends at `address` or below. */
  lastBelow(address: number): Vma | undefined {
    return this.all[this.indexAbove(address) - 1];
  }

  /** Those with any page in [start, end), as they are now. */
  within(start: number, end: number): Vma[] {
    const found: Vma[] = [];
    for (let n = this.indexAbove(start); n < this.all.length && this.all[n]!.start < end; n++)
      found.push(this.all[n]!);
    return found;
  }

  /** Enters a mapping where nothing is; the one that it is part of afterwards. */
  add(vma: Vma): Vma {
    const before = this.lastBelow(vma.start);
    const after = this.firstAbove(vma.start);
    const left = before && joins(before, vma) && allowsJoin(before, vma) ? before : undefined;
    const right =
      after && joins(vma, after) && allowsJoin(after, vma) && agree(left, after) ? after : undefined;
    if (!left && !right) this.put(vma);
    return this.join(left, vma, right) ?? vma;
  }

  /** Enters a mapping that stays by itself. */
  put(vma: Vma): void {
    this.all.splice(this.indexAbove(vma.start), 0, vma);
  }

  remove(vma: Vma): void {
    const at = this.all.indexOf(vma);
    if (at < 0) throw new Error("a mapping was removed that is not there");
    this.all.splice(at, 1);
  }

  /** `vma` takes in `grown`, which begins at its end and is in no list, and perhaps what lies behind that. */
  extend(vma: Vma, grown: Vma): void {
    const after = this.firstAbove(grown.start);
    const right =
      after && joins(grown, after) && allowsJoin(after, grown) && agree(vma, after) ? after : undefined;
    this.join(vma, grown, right);
  }

  /** Whether `vma` may take in `grown`, which begins at its end. */
  canExtend(vma: Vma, grown: Vma): boolean {
    return joins(vma, grown) && allowsJoin(vma, grown);
  }

  /** Cuts a mapping in two; the upper part. */
  cut(vma: Vma, at: number): Vma {
    const upper = vma.part(at, vma.end);
    vma.end = at;
    if (vma.shared) vma.shared.users++;
    this.put(upper);
    return upper;
  }

  /**
   * Gives [start, end) of `vma` other flags: the mapping that this is part of afterwards; undefined when there are
   * too many to cut one.
   */
  change(vma: Vma, start: number, end: number, flags: number): Vma | undefined {
    if (vma.flags === flags) return vma;
    const changed = vma.part(start, end);
    changed.flags = flags;
    const before = vma.start === start ? this.lastBelow(start) : undefined;
    const after = vma.end === end ? this.firstAbove(end) : undefined;
    const left = before && joins(before, changed) && allowsJoin(before, changed) ? before : undefined;
    const right =
      after && joins(changed, after) && allowsJoin(after, changed) && agree(left, after) ? after : undefined;
    if (!left && !right) return this.carve(vma, start, end, flags);
    this.shrink(vma, start, end);
    if (vma.shared) vma.shared.users++;
    return this.join(left, changed, right);
  }

  private carve(vma: Vma, start: number, end: number, flags: number): Vma | undefined {
    let part = vma;
    if (part.start < start) {
      if (this.isFull) return undefined;
      part = this.cut(part, start);
    }
    if (part.end > end) {
      if (this.isFull) return undefined;
      this.cut(part, end);
    }
    part.flags = flags;
    return part;
  }

  /** Takes [start, end), which reaches to one end of it or to both, away from a mapping. */
  private shrink(vma: Vma, start: number, end: number): void {
    if (vma.start === start && vma.end === end) {
      this.remove(vma);
      if (vma.shared) vma.shared.users--;
    } else if (vma.start === start) {
      vma.offset = vma.offsetOf(end);
      vma.start = end;
    } else vma.end = start;
  }

  /** `middle`, which is in no list, becomes part of what is left of it, right of it, or both. */
  private join(left: Vma | undefined, middle: Vma, right: Vma | undefined): Vma | undefined {
    const into = left ?? right;
    if (!into) return undefined;
    if (middle.shared) middle.shared.users--;
    if (left && right) {
      this.remove(right);
      if (right.shared) right.shared.users--;
      inherit(left, right);
      left.end = right.end;
    } else if (left) left.end = middle.end;
    else {
      into.offset = middle.offset;
      into.start = middle.start;
    }
    inherit(into, middle);
    return into;
  }
}

function inherit(into: Vma, from: Vma): void {
  if (into.anon || !from.anon) return;
  into.anon = from.anon;
  into.hasParents = from.hasParents;
}

/** Whether the two, of which one ends where the other begins, are alike in all that shows. */
function joins(low: Vma, high: Vma): boolean {
  return (
    low.end === high.start &&
    ((low.flags ^ high.flags) & ~VM_SOFTDIRTY) === 0 &&
    (low.flags & VM_SPECIAL) === 0 &&
    low.file === high.file &&
    low.opened === high.opened &&
    low.shared === high.shared &&
    low.name === high.name &&
    low.offset + low.size === high.offset
  );
}

/** Whether a mapping may take in another one, as far as their private pages go. Source: is_mergeable_anon_vma. */
function allowsJoin(target: Vma, source: Vma): boolean {
  if (!target.anon && source.anon) return !source.hasParents;
  if (target.anon && !source.anon) return !target.hasParents;
  return target.anon === source.anon;
}

function agree(one: Vma | undefined, other: Vma): boolean {
  return !one?.anon || !other.anon || one.anon === other.anon;
}

/** What a neighbour lends for first private pages, so that the two can be joined later. Source: find_mergeable_anon_vma. */
export function lendsAnon(low: Vma, high: Vma, lender: Vma): AnonVma | undefined {
  const alike =
    low.end === high.start &&
    low.file === high.file &&
    low.opened === high.opened &&
    ((low.flags ^ high.flags) & ~(VM_ACCESS_FLAGS | VM_SOFTDIRTY)) === 0 &&
    low.offset + low.size === high.offset;
  return alike && !lender.hasParents ? lender.anon : undefined;
}
