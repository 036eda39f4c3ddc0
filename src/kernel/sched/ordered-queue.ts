/**
 * Entities in the order of a key, for policies that do not serve in the order of arrival. An array with binary search
 * takes the place of Linux's red-black tree: finding a place is O(log n), and moving what lies behind it is one copy.
 */
import type { SchedEntity } from "./policy.js";

export class OrderedQueue {
  readonly entities: SchedEntity[] = [];

  /** The key of an entity must not change while it is in the queue. Equal keys are ordered by pid. */
  constructor(private readonly key: "vruntime" | "deadline") {}

  add(entity: SchedEntity, now: number): void {
    if (entity.queued) throw new Error(`task ${entity.pid} is already in the run queue`);
    entity.queued = true;
    entity.waitingSince = now;
    this.entities.splice(this.placeOf(entity), 0, entity);
  }

  remove(entity: SchedEntity): boolean {
    if (!entity.queued) return false;
    const at = this.placeOf(entity);
    if (this.entities[at] !== entity) throw new Error(`task ${entity.pid} has moved in the run queue`);
    entity.queued = false;
    this.entities.splice(at, 1);
    return true;
  }

  /** Index of the first entity that is not before `entity`. */
  private placeOf(entity: SchedEntity): number {
    const { entities, key } = this;
    let low = 0;
    let high = entities.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = entities[middle]!;
      const before = other[key] - entity[key] || other.pid - entity.pid;
      if (before < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
