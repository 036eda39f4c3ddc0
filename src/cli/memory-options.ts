/** The words of `youcpu run` about memory beyond its size: swap, whose page leaves first, huge pages, roots of page tables. */
import type { KernelOptions } from "../kernel/kernel.js";
import { REPLACEMENT_POLICY_NAMES, type ReplacementPolicyName } from "../kernel/mm/replacement/policies.js";
import { parseCount, parseSize } from "./option-numbers.js";
import { UsageError } from "./usage-error.js";

export type MemoryOptions = Pick<KernelOptions, "swap" | "replacement" | "minTtl" | "hugePages" | "pti">;

/** As `parseArgs` wants them. */
export const MEMORY_WORDS = {
  swap: { type: "string" },
  replacement: { type: "string" },
  "min-ttl": { type: "string" },
  "huge-pages": { type: "string" },
  pti: { type: "boolean" },
} as const;

export const MEMORY_HELP = `\
  --swap SIZE             a swap partition for pages that memory has no room for (default 0)
  --replacement NAME      which page leaves memory first: fifo, lru, clock, second-chance (the
                          default) or enhanced-second-chance
  --min-ttl MS            a process dies when the pages that were used within so many milliseconds do
                          not fit into memory (default 0: all go on, however slowly)
  --huge-pages N          pages of 2 MiB that are kept for MAP_HUGETLB (default 0)
  --pti                   while a program runs, its page tables have next to nothing of the kernel`;

export interface MemoryValues {
  swap?: string | undefined;
  replacement?: string | undefined;
  "min-ttl"?: string | undefined;
  "huge-pages"?: string | undefined;
  pti?: boolean | undefined;
}

const LARGEST_SWAP = 2 ** 34;

/** Throws UsageError. */
export function memoryOptions(values: MemoryValues): MemoryOptions {
  const { swap, replacement, "min-ttl": minTtl, "huge-pages": hugePages, pti } = values;
  return {
    ...(swap === undefined ? {} : { swap: parseSize("swap", swap, 0, LARGEST_SWAP) }),
    ...(replacement === undefined ? {} : { replacement: parseReplacement(replacement) }),
    ...(minTtl === undefined ? {} : { minTtl: parseCount("min-ttl", minTtl, 0) }),
    ...(hugePages === undefined ? {} : { hugePages: parseCount("huge-pages", hugePages, 0) }),
    ...(pti === undefined ? {} : { pti }),
  };
}

function parseReplacement(name: string): ReplacementPolicyName {
  const known = REPLACEMENT_POLICY_NAMES.find((one) => one === name);
  if (!known) throw new UsageError(`--replacement ${name}: use ${REPLACEMENT_POLICY_NAMES.join(", ")}`);
  return known;
}
