/**
 * /proc/PID/maps: one line a mapping. Models show_map_vma (Linux fs/proc/task_mmu.c).
 */
import { deviceNumber, deviceParts } from "../abi/file-modes.js";
import type { AddressSpace } from "../mm/address-space.js";
import { HugeTlbFile } from "../mm/huge-tlb.js";
import type { Vma } from "../mm/vma.js";
import { VM_EXEC, VM_MAYSHARE, VM_READ, VM_WRITE } from "../mm/vma-flags.js";

/** Names begin in this column. */
const NAME_COLUMN = 73;
/** The device of memory that has no file system of its own: shared memory. */
const SHARED_MEMORY_DEVICE = deviceNumber(0, 1);

/** That of the file system of huge pages. */
const HUGE_PAGE_DEVICE = deviceNumber(0, 16);

const hex = (n: number, width: number): string => n.toString(16).padStart(width, "0");

export function mapsText(space: AddressSpace): string {
  return space.vmas.map((vma) => mapLine(space, vma)).join("");
}

/** "00400000-00401000 r-xp 00000000 08:01 131                              /bin/true" */
export function mapLine(space: AddressSpace, vma: Vma): string {
  const [major, minor] = deviceParts(deviceOf(vma));
  const offset =
    vma.isAnonymous || !(vma.dentry || vma.shared || vma.file instanceof HugeTlbFile) ? 0 : vma.offset;
  const place = `${hex(vma.start, 8)}-${hex(vma.end, 8)} ${rights(vma)} ${hex(offset, 8)}`;
  const start = `${place} ${hex(major, 2)}:${hex(minor, 2)} ${inodeOf(vma)} `;
  const name = space.nameOf(vma);
  return name === "" ? `${start}\n` : paddedName(start, name);
}

/** A line that ends in a name. */
export function paddedName(start: string, name: string): string {
  return `${start.padEnd(NAME_COLUMN)}${name}\n`;
}

function rights({ flags }: Vma): string {
  const right = (flag: number, letter: string) => ((flags & flag) !== 0 ? letter : "-");
  const kind = (flags & VM_MAYSHARE) !== 0 ? "s" : "p";
  return right(VM_READ, "r") + right(VM_WRITE, "w") + right(VM_EXEC, "x") + kind;
}

function deviceOf({ dentry, file, shared }: Vma): number {
  if (file instanceof HugeTlbFile) return HUGE_PAGE_DEVICE;
  return shared ? SHARED_MEMORY_DEVICE : (dentry?.inode.device ?? 0);
}

function inodeOf({ dentry, file, shared }: Vma): number {
  if (file instanceof HugeTlbFile) return file.inode;
  return shared?.inode ?? dentry?.inode.number ?? 0;
}
