/** Address spaces on very little memory, with a swap area and a replacement policy, for tests without a processor. */
import { FileSystem } from "../../../../src/kernel/fs/file-system.js";
import { RegularFile } from "../../../../src/kernel/fs/regular-file.js";
import { AddressSpace } from "../../../../src/kernel/mm/address-space.js";
import { FrameAllocator } from "../../../../src/kernel/mm/frames.js";
import type { PageMovement } from "../../../../src/kernel/mm/reclaim/page-movement.js";
import type { ReplacementPolicy } from "../../../../src/kernel/mm/replacement/policy.js";
import { makeSwapHeader } from "../../../../src/kernel/mm/swap/swap-header.js";
import { swapOn } from "../../../../src/kernel/mm/swap/swapon.js";
import { SystemMemory } from "../../../../src/kernel/mm/system-memory.js";
import { UserMemory } from "../../../../src/kernel/mm/user-memory.js";
import { PAGE_SIZE, PhysicalMemory } from "../../../../src/machine/memory/physical-memory.js";

export class ScarceMemory {
  readonly files = new FileSystem();
  readonly memory: PhysicalMemory;
  readonly frames: FrameAllocator;
  readonly system: SystemMemory;
  readonly movements: PageMovement[] = [];
  /** Asked when no frame can be made free. */
  onOutOfMemory = (): boolean => false;

  /** @param pages frames of memory, @param swapPages pages of swap, 0 for none */
  constructor(pages: number, swapPages: number, policy?: ReplacementPolicy) {
    this.memory = new PhysicalMemory((pages + 2) * PAGE_SIZE);
    this.frames = new FrameAllocator(this.memory, 2, pages + 2);
    this.system = new SystemMemory(this.memory, this.frames, policy);
    this.frames.reclaimer = this.system.reclaim;
    this.system.reclaim.watcher = {
      moved: (movement) => this.movements.push(movement),
      outOfMemory: () => this.onOutOfMemory(),
    };
    if (swapPages > 0) this.addSwap("/swap", swapPages);
  }

  /** A swap file; its pages, less one for the header, are room. */
  addSwap(path: string, pages: number, priority?: number): RegularFile {
    const file = new RegularFile(this.files, 0o600, new Uint8Array(pages * PAGE_SIZE));
    file.writeBack(0, makeSwapHeader(pages));
    const result = swapOn(this.system.swap, file, path, priority, { say: () => {} });
    if (result !== 0) throw new Error(`swapon: ${result}`);
    return file;
  }

  newSpace(): AddressSpace {
    return new AddressSpace(this.memory, this.frames, this.frames.allocate()!, this.system);
  }

  get swapUsed(): number {
    return this.system.swap.total - this.system.swap.free;
  }
}

export const get = (space: AddressSpace, at: number): number | undefined =>
  new UserMemory(space).read(at, 1)?.[0];
export const put = (space: AddressSpace, at: number, value: number): boolean =>
  new UserMemory(space).write(at, Uint8Array.of(value));

/** Seeded numbers below a limit. */
export function dice(seed: number): (limit: number) => number {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % limit;
  };
}
