/**
 * Moments of a graph of objects, such as the kernel in TypeScript: everything that can be reached from some roots is taken down,
 * and written back into the same objects. References and closures stay valid, and nothing has to know how to copy itself.
 * A moment shares with earlier ones whatever did not change.
 *
 * What is not looked into: functions (state hidden in a closure would be missed: there must be none), what is named as shared,
 * and objects with `immutable: true`.
 */
import { type Contents, contentsOf } from "./contents.js";

/** What is known of one object. */
interface Slot {
  /** What it held when somebody looked last. */
  contents: Contents;
  /** Number of the walk that met it last. */
  met: number;
}

/** A moment of all objects; to be given back to the memento that made it. */
export interface GraphMoment {
  readonly slots: readonly Slot[];
  /** Of each slot, in the same order. */
  readonly contents: readonly Contents[];
}

/** Slots of objects that can no longer be reached are forgotten when there are so many more of them. */
const SPARE_SLOTS = 1000;

export class Memento {
  /** `undefined`: the object is shared. */
  private slots = new Map<object, Slot | undefined>();
  private walk = 0;
  private readonly roots: object[];

  /**
   * @param roots where walks begin
   * @param shared objects that belong to somebody else, who keeps their moments
   */
  constructor(roots: readonly object[], shared: readonly object[] = []) {
    this.roots = [...roots];
    for (const one of shared) this.slots.set(one, undefined);
  }

  /** Another object whose moments are kept from now on. It stays as it is when an earlier moment is restored. */
  add(root: object): void {
    this.roots.push(root);
  }

  snapshot(): GraphMoment {
    const walk = ++this.walk;
    const slots: Slot[] = [];
    const contents: Contents[] = [];
    const waiting: object[] = [...this.roots];
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      const slot = this.slotOf(one);
      if (!slot || slot.met === walk) continue;
      if (slot.met > 0 && !slot.contents.isCurrent()) slot.contents = contentsOf(one, this.sift);
      slot.met = walk;
      slots.push(slot);
      contents.push(slot.contents);
      for (const part of slot.contents.parts) waiting.push(part);
    }
    if (this.slots.size > 2 * slots.length + SPARE_SLOTS) this.forgetUnmet(walk);
    return { slots, contents };
  }

  private slotOf(one: object): Slot | undefined {
    const known = this.slots.get(one);
    if (known || this.slots.has(one)) return known;
    const slot = isShared(one) ? undefined : { contents: contentsOf(one, this.sift), met: 0 };
    this.slots.set(one, slot);
    return slot;
  }

  private readonly sift = (values: readonly unknown[]): readonly object[] => {
    const objects = values.filter((value) => typeof value === "object" && value !== null) as object[];
    return objects.length === 0 ? NOTHING : objects;
  };

  private forgetUnmet(walk: number): void {
    for (const [one, slot] of this.slots) if (slot && slot.met !== walk) this.slots.delete(one);
  }

  /** Makes every object that the moment knows hold what it held then. */
  restore({ slots, contents }: GraphMoment): void {
    for (let n = 0; n < slots.length; n++) {
      const then = contents[n]!;
      if (!then.isCurrent()) then.putBack();
      slots[n]!.contents = then;
    }
  }
}

const NOTHING: readonly object[] = [];

/** Nobody will write into it. */
function isShared(one: object): boolean {
  return (one as { immutable?: unknown }).immutable === true;
}
