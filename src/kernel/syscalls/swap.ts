/** Swap areas for programs. Models swapon and swapoff (Linux mm/swapfile.c). */
import { CAP } from "../abi/capabilities.js";
import { E, failed } from "../abi/errno.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import type { Inode } from "../fs/inode.js";
import { lookUp } from "../fs/path-walk.js";
import { RegularFile } from "../fs/regular-file.js";
import { storeOf, swapOn } from "../mm/swap/swapon.js";
import { emptyArea } from "../mm/swap/unuse.js";
import { type Call, flags, type SystemCall, systemCall, text } from "./definition.js";
import { pathAt } from "./file-arguments.js";

const SWAP_FLAG_PREFER = 0x8000;
const SWAP_FLAG_PRIO_MASK = 0x7fff;
const SWAP_FLAGS = { SWAP_FLAG_PREFER, SWAP_FLAG_DISCARD: 0x10000 };
const KNOWN = 0x7ffff;

/** What a path leads to, opened for reading and writing as far as that can fail. */
function openForSwap(call: Call, at: number): { inode: Inode; path: string } | number {
  const path = pathAt(call, at);
  if (typeof path === "number") return path;
  const found = lookUp(call.task.files, AT_FDCWD, path, "follow");
  if (failed(found)) return found;
  const { inode } = found;
  if (inode.isDirectory) return E.EISDIR;
  if (inode instanceof RegularFile && inode.executing > 0) return E.ETXTBSY;
  return { inode, path: found.path() };
}

const swapon = systemCall(
  "swapon",
  "Lets the kernel keep pages in a file or partition.",
  { path: text, swapflags: flags(SWAP_FLAGS) },
  (call, { path, swapflags }) => {
    const { kernel, task } = call;
    const { swap } = kernel.reclaim;
    if ((swapflags & ~KNOWN) !== 0) return E.EINVAL;
    if (!task.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
    if (swap.isFull) return E.EPERM;
    const opened = openForSwap(call, path);
    if (typeof opened === "number") return opened;
    const store = storeOf(kernel.files, opened.inode);
    if (!store) return E.EINVAL;
    const priority = (swapflags & SWAP_FLAG_PREFER) !== 0 ? swapflags & SWAP_FLAG_PRIO_MASK : undefined;
    return swapOn(swap, store, opened.path, priority, kernel);
  },
  "discarding",
);

const swapoff = systemCall(
  "swapoff",
  "Brings all pages back from a swap area and leaves it.",
  { path: text },
  (call, { path }) => {
    const { kernel, task } = call;
    if (!task.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
    const opened = openForSwap(call, path);
    if (typeof opened === "number") return opened;
    const store = storeOf(kernel.files, opened.inode);
    const area = kernel.reclaim.swap.active.find((one) => one.store === store);
    return area ? emptyArea(kernel, task, area) : E.EINVAL;
  },
);

export const SWAP_CALLS: readonly SystemCall[] = [swapon, swapoff];
