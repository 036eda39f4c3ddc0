/**
 * The vDSO in a program's address space: its code, and before it the data that the code reads.
 *
 *     [vvar] 4 pages · [vvar_vclock] 2 pages · [vdso] 2 pages       sizes and order as Linux has them
 *
 * Models map_vdso (Linux 6.18, arch/x86/entry/vdso/vma.c).
 */
import { PROT_EXEC, PROT_READ } from "../abi/memory-flags.js";
import type { FileSystem } from "../fs/file-system.js";
import { RegularFile } from "../fs/regular-file.js";
import type { AddressSpace } from "../mm/address-space.js";
import { Vma } from "../mm/vma.js";
import { VM_DONTDUMP, VM_DONTEXPAND, VM_IO, VM_MAYEXEC, VM_MAYWRITE, VM_PFNMAP } from "../mm/vma-flags.js";
import { VDSO_BYTES, vdsoImage } from "./vdso-image.js";
import { encodeVdsoData, VCLOCK_BYTES, type VdsoData, VVAR_BYTES } from "./vdso-source.js";

export class Vdso {
  /** Files without a name, so that their pages are mapped as those of any file are. */
  private readonly image: RegularFile;
  private readonly data: RegularFile;

  constructor(system: FileSystem, data: VdsoData) {
    const encoded = encodeVdsoData(data);
    const pages = new Uint8Array(VVAR_BYTES);
    pages.set(encoded);
    this.image = new RegularFile(system, 0o555, vdsoImage());
    this.data = new RegularFile(system, 0o444, pages);
  }

  /** Maps it where mmap would; its address, or undefined when there is no room. */
  map(space: AddressSpace): number | undefined {
    const base = space.findGap(VVAR_BYTES + VCLOCK_BYTES + VDSO_BYTES);
    if (base === undefined) return undefined;
    const clock = base + VVAR_BYTES;
    const image = clock + VCLOCK_BYTES;
    space.insert(dataVma(base, clock, "[vvar]", this.data));
    space.insert(dataVma(clock, image, "[vvar_vclock]"));
    const code = new Vma(image, image + VDSO_BYTES, PROT_READ | PROT_EXEC, "[vdso]");
    code.flags |= VM_DONTEXPAND;
    code.mapFile(this.image, 0);
    space.insert(code);
    return image;
  }
}

/** What the kernel writes there is no memory of the program. */
function dataVma(start: number, end: number, name: string, file?: RegularFile): Vma {
  const vma = new Vma(start, end, PROT_READ, name);
  vma.flags |= VM_IO | VM_DONTEXPAND | VM_DONTDUMP | VM_PFNMAP;
  vma.flags &= ~(VM_MAYWRITE | VM_MAYEXEC);
  if (file) vma.mapFile(file, 0);
  return vma;
}
