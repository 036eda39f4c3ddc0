/** The counters that `--stats` writes. */
import type { Kernel } from "../kernel/kernel.js";

/** The shape of the JSON. */
export interface RunStatistics {
  instructions: number;
  wallSeconds: number;
  /** Million instructions a second. */
  mips: number;
  systemCalls: Record<string, number>;
  pageFaults: { minor: number; major: number; copyOnWrite: number };
  contextSwitches: number;
  forks: number;
  framesPeak: number;
  translatedRegions: number;
}

export function statisticsOf(kernel: Kernel, wallSeconds: number): RunStatistics {
  const { cpu } = kernel.machine;
  const { statistics, frames } = kernel;
  const instructions = cpu.time - cpu.deliveries;
  return {
    instructions,
    wallSeconds,
    mips: instructions / wallSeconds / 1e6,
    systemCalls: Object.fromEntries([...statistics.systemCalls].sort(([a], [b]) => (a < b ? -1 : 1))),
    // There is no disk yet, so no fault waits for one.
    pageFaults: {
      minor: statistics.minorFaults,
      major: statistics.majorFaults,
      copyOnWrite: statistics.copyOnWrite,
    },
    contextSwitches: statistics.contextSwitches,
    forks: statistics.forks,
    framesPeak: frames.peak,
    translatedRegions: cpu.translatedRegions,
  };
}
