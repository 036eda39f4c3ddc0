/**
 * Taking swap areas into use, and out of it again.
 * Models swapon and swapoff (Linux mm/swapfile.c). Leaves out: discarding, and areas on network file systems.
 */
import { PAGE_SIZE } from "../../../machine/memory/physical-memory.js";
import { E } from "../../abi/errno.js";
import { S_IFBLK } from "../../abi/file-modes.js";
import { BlockDevice } from "../../fs/block-device.js";
import type { FileSystem } from "../../fs/file-system.js";
import type { Inode } from "../../fs/inode.js";
import { RegularFile } from "../../fs/regular-file.js";
import type { LogLevel } from "../../log.js";
import type { SwapStore } from "./swap-area.js";
import { readSwapHeader } from "./swap-header.js";
import type { SwapSpace } from "./swap-space.js";

/** Where complaints go. */
interface Speaker {
  say(level: LogLevel, text: string): void;
}

/** The file or disk that an inode stands for, if pages can be kept there. */
export function storeOf(system: FileSystem, inode: Inode): SwapStore | undefined {
  const behind = system.devices.get(`${S_IFBLK}:${inode.represents}`);
  if (inode.kind === S_IFBLK) return behind instanceof BlockDevice ? behind : undefined;
  return inode instanceof RegularFile ? inode : undefined;
}

/** 0, or why the store cannot be used. The path is for /proc/swaps. */
export function swapOn(
  swap: SwapSpace,
  store: SwapStore,
  path: string,
  priority: number | undefined,
  log: Speaker,
): number {
  if (store.isSwap) return E.EBUSY;
  const isFile = store instanceof RegularFile;
  const header = readSwapHeader(store.readAt(0, PAGE_SIZE), Math.floor(store.size / PAGE_SIZE), isFile);
  if (typeof header === "string") {
    if (header !== "") log.say("error", header);
    return E.EINVAL;
  }
  if (isFile && store.next(0, false) < store.size) {
    log.say("error", "swapon: swapfile has holes");
    return E.EINVAL;
  }
  const kind = isFile ? "file" : "partition";
  const area = swap.add(store, { path, kind, ...header }, priority);
  const kilobytes = (pages: number) => (pages * PAGE_SIZE) / 1024;
  log.say(
    "info",
    `Adding ${kilobytes(area.size)}k swap on ${path}.  Priority:${area.priority} extents:1 across:${kilobytes(area.size)}k `,
  );
  return 0;
}
