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
    space.insert(fileVma(base, clock, PROT_READ, "[vvar]", this.data));
    space.insert(new Vma(clock, image, PROT_READ, "[vvar_vclock]"));
    space.insert(fileVma(image, image + VDSO_BYTES, PROT_READ | PROT_EXEC, "[vdso]", this.image));
    return image;
  }
}

function fileVma(start: number, end: number, prot: number, name: string, file: RegularFile): Vma {
  const vma = new Vma(start, end, prot, name);
  vma.file = file;
  return vma;
}
