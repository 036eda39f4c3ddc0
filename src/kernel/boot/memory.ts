/**
 * The boot parameters of memory, and what belongs to it in the tree of files: the swap partition, /proc/sys/vm and
 * /sys/kernel/mm/lru_gen.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { BlockDevice } from "../fs/block-device.js";
import { SettingFile, type SettingRange } from "../fs/setting-file.js";
import type { Kernel } from "../kernel.js";
import { MemoryEvents } from "../memory-events.js";
import { makeReplacementPolicy, type ReplacementPolicyName } from "../mm/replacement/policies.js";
import type { ReplacementPolicy } from "../mm/replacement/policy.js";
import { makeSwapHeader } from "../mm/swap/swap-header.js";
import { swapOn } from "../mm/swap/swapon.js";
import { addHugePageFiles } from "./huge-pages.js";

export interface MemoryOptions {
  /** Bytes of the swap partition /dev/sda2, which is in use from the start. Default 0: there is none. */
  swap?: number;
  /** Whose page leaves memory when a frame is needed: a policy by name, or an object. Default "second-chance". */
  replacement?: ReplacementPolicyName | ReplacementPolicy;
  /** Huge pages of 2 MiB that are kept for MAP_HUGETLB. Default 0. */
  hugePages?: number;
  /** Most pages that are made free at a time; with 1 each is chosen when it must go. Default 32. */
  reclaimBatch?: number;
  /**
   * What was used in the last so many milliseconds of the machine's time stays in memory, or a process dies: min_ttl_ms of Linux's
   * multi-generational LRU. Default 0: programs go on, however slowly.
   */
  minTtl?: number;
  /**
   * Whether untouched private memory that is read is a page of zeros that all share (Linux's mm_forbids_zeropage says the
   * opposite). Default true.
   */
  zeroPage?: boolean;
  /** Asked before each allocation of a frame, with a number that counts them, for injecting failures: true lets it fail. */
  refuseFrame?: (allocation: number) => boolean;
}

const SWAP_PARTITION = "/dev/sda2";
const SWAP_MAJOR = 8;
const SWAP_MINOR = 2;
/** The header and one page. */
const SMALLEST_SWAP = 2 * PAGE_SIZE;

/** Another policy takes over, with all pages that are in memory. */
export function changeReplacement(kernel: Kernel, policy: ReplacementPolicyName | ReplacementPolicy): void {
  kernel.reclaim.residents.policy = makeReplacementPolicy(policy);
}

/** Carries out the options on a kernel whose frames have just been counted. */
export function setUpMemory(kernel: Kernel, options: MemoryOptions): void {
  const { reclaim, frames } = kernel;
  frames.reclaimer = reclaim;
  reclaim.watcher = new MemoryEvents(kernel);
  frames.sharesZeros = options.zeroPage ?? true;
  frames.refuses = options.refuseFrame;
  reclaim.batch = options.reclaimBatch ?? reclaim.batch;
  reclaim.thrashing.minTtl.value = options.minTtl ?? 0;
  if (options.replacement !== undefined) changeReplacement(kernel, options.replacement);
  addSwapPartition(kernel, options.swap ?? 0);
  addSettings(kernel);
  kernel.systemMemory.pool.value = options.hugePages ?? 0;
  addHugePageFiles(kernel);
}

function addSwapPartition(kernel: Kernel, bytes: number): void {
  const { files, systemMemory } = kernel;
  const pages = Math.floor(bytes / PAGE_SIZE);
  if (bytes === 0) return;
  if (!(pages * PAGE_SIZE >= SMALLEST_SWAP))
    throw new RangeError(`swap of ${bytes} bytes: ${SMALLEST_SWAP} or more are needed, or 0 for none`);
  const partition = new BlockDevice(files, SWAP_MAJOR, SWAP_MINOR, pages * PAGE_SIZE);
  partition.writeBack(0, makeSwapHeader(pages));
  if (files.find("/dev")) files.put(SWAP_PARTITION, partition);
  swapOn(systemMemory.swap, partition, SWAP_PARTITION, undefined, kernel);
}

function addSettings(kernel: Kernel): void {
  const { files, overcommit, oomKiller, reclaim } = kernel;
  if (files.find("/sys/kernel")) {
    const { minTtl } = reclaim.thrashing;
    files.put("/sys/kernel/mm/lru_gen/min_ttl_ms", new SettingFile(files, minTtl, { least: 0 }));
  }
  if (!files.find("/proc/sys/vm")) return;
  const put = (name: string, setting: { value: number }, range?: SettingRange) =>
    files.put(`/proc/sys/vm/${name}`, new SettingFile(files, setting, range));
  put("overcommit_memory", overcommit.mode, { least: 0, most: 2 });
  put("overcommit_ratio", overcommit.ratio, { least: 0 });
  put("overcommit_kbytes", overcommit.kilobytes, { least: 0 });
  put("admin_reserve_kbytes", overcommit.adminReserve, { least: 0 });
  put("user_reserve_kbytes", overcommit.userReserve, { least: 0 });
  put("oom_kill_allocating_task", oomKiller.killsAllocating);
  put("oom_dump_tasks", oomKiller.dumpsTasks);
}
