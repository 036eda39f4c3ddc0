/**
 * What follows from pages that leave and come back, outside of memory itself: time passes for disks, observers are told, and
 * somebody dies when nothing is left.
 */
import type { Kernel } from "./kernel.js";
import type { MemoryWatcher, PageMovement } from "./mm/reclaim/page-movement.js";

/** A page's movement as observers are told of it. */
export interface PageEvent extends Omit<PageMovement, "mappings"> {
  /** Clock time. */
  readonly time: number;
  /** The replacement policy in force. */
  readonly policy: string;
  /** Whose page it was, or is now, and at which address. */
  readonly users: readonly { readonly pid: number; readonly address: number }[];
}

export class MemoryEvents implements MemoryWatcher {
  constructor(private readonly kernel: Kernel) {}

  moved(movement: PageMovement): void {
    const { kernel } = this;
    const { costs, observer, reclaim, machine } = kernel;
    const comesIn = movement.kind === "swapped-in" || movement.kind === "read-back";
    if (movement.transferred) kernel.charge(comesIn ? costs.pageIn : costs.pageOut);
    if (comesIn)
      reclaim.thrashing.cameBack(reclaim.residents, machine.clock.now, machine.clock.stepsPerSecond);
    if (!observer.pageMoved) return;
    const { mappings, ...rest } = movement;
    observer.pageMoved({
      ...rest,
      time: machine.clock.now,
      policy: reclaim.residents.policy.name,
      users: mappings.flatMap(({ space, address }) => {
        const task = [...kernel.processes()].find((one) => one.space === space);
        return task ? [{ pid: task.pid, address }] : [];
      }),
    });
  }

  outOfMemory(): boolean {
    return this.kernel.oomKiller.run();
  }
}
