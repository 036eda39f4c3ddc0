/**
 * What the kernel's work costs in machine time. The kernel is TypeScript and retires no instructions of its own, so its
 * time is charged to the clock from this table, which a reader may change. The figures are instructions of a small
 * kernel's order of magnitude, not measurements.
 */
export interface Costs {
  systemCall: number;
  interrupt: number;
  /** A switch to another task: saving and loading registers; */
  switchRegisters: number;
  /** … walking page tables again for what the TLB lost, when CR3 is written; */
  switchTlb: number;
  /** … and fetching again what others have driven out of the caches, when it comes from other memory. */
  switchCache: number;
  /** Two roots: to load the kernel's on the way in and the program's on the way out, beyond the instructions themselves. */
  rootSwitches: number;
  pageFault: number;
  copyPage: number;
  /** A page read from a disk, and one written to it. */
  pageIn: number;
  pageOut: number;
  fork: number;
  execve: number;
}

export const DEFAULT_COSTS: Costs = {
  systemCall: 100,
  interrupt: 200,
  switchRegisters: 200,
  switchTlb: 300,
  switchCache: 500,
  rootSwitches: 200,
  pageFault: 500,
  copyPage: 600,
  pageIn: 20000,
  pageOut: 5000,
  fork: 5000,
  execve: 20000,
};

/** What a switch to another task costs, by where the time goes. */
export interface SwitchCost {
  /** Saving and loading registers. */
  readonly registers: number;
  /** Walking page tables again, for translations that were lost with CR3. */
  readonly tlb: number;
  /** Fetching from memory again what the others have driven out of the caches. */
  readonly cache: number;
}

export const totalCost = ({ registers, tlb, cache }: SwitchCost): number => registers + tlb + cache;
