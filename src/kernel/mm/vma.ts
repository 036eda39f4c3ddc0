/**
 * A stretch of an address space whose pages have the same rights and the same source.
 * Models `struct vm_area_struct` (Linux include/linux/mm_types.h).
 */

import type { Dentry } from "../fs/dentry.js";
import type { MappedPages } from "../fs/mapped-pages.js";
import type { AddressSpace } from "./address-space.js";
import type { SharedPages } from "./shared-pages.js";
import {
  rightsOf,
  VM_GROWSDOWN,
  VM_MAY_ANY,
  VM_MAYSHARE,
  VM_MAYWRITE,
  VM_READ,
  VM_SHARED,
  VM_WRITE,
} from "./vma-flags.js";

/** What pages of a file mapping are filled from. */
export interface MappedFile {
  /** In bytes. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  readAt(offset: number, length: number): Uint8Array;
  /** Takes what programs have stored through a mapping; false without room. A file without it is never cached. */
  writeBack?(offset: number, bytes: Uint8Array): boolean;
  /** Makes a hole: bytes from `start` to `end` are zeros that take no room; 0 or an errno. */
  punch?(start: number, end: number): number;
  /** Its pages that are in memory. */
  pages?: MappedPages | undefined;
  /** A space maps it; one of the mappings is gone. */
  entered?(space: AddressSpace): void;
  left?(space: AddressSpace, vma: Vma): void;
  /** Nobody maps it any more: its bytes may go if nothing else keeps it. */
  freeIfGone?(): void;
  /** False while its bytes have not been fetched from outside. */
  readonly isLoaded?: boolean;
  /** Its bytes lie in memory only, as those of memfd_create: mapped pages of it count as shared memory. */
  readonly isMemory?: boolean;
}

/**
 * Whose private pages may lie beside each other in one mapping. A mapping has none before its first private page comes.
 * Models struct anon_vma (Linux include/linux/rmap.h), reduced to its identity.
 */
export class AnonVma {}

export class Vma {
  /** VM_* */
  flags: number;
  /** For private and shared file mappings: where the pages come from. */
  file: MappedFile | undefined;
  /** The file's name, and what it was opened by: only mappings of one description are joined. */
  dentry: Dentry | undefined;
  opened: object | undefined;
  /** Offset in the file of `start`, a multiple of the page size; of private memory without a file the address where it was made. */
  offset: number;
  /** Anonymous pages that processes share. */
  shared: SharedPages | undefined;
  anon: AnonVma | undefined;
  /** Private huge pages of the pool that were promised to it, by number within the file, and do not exist yet. */
  reserved: Set<number> | undefined;
  /** Some of its private pages may still be a parent process's, too. */
  hasParents = false;

  /**
   * @param start first address, @param end address behind the last, both multiples of 4096
   * @param prot PROT_* bits
   * @param name of what is no file and neither heap nor stack: "[vdso]"; else ""
   */
  constructor(
    public start: number,
    public end: number,
    prot: number,
    public name = "",
  ) {
    this.flags = rightsOf(prot) | VM_MAY_ANY;
    this.offset = start;
  }

  /** PROT_* bits. */
  get prot(): number {
    return rightsOf(this.flags);
  }

  get size(): number {
    return this.end - this.start;
  }

  /** Several processes see what one stores. */
  get isShared(): boolean {
    return (this.flags & VM_MAYSHARE) !== 0;
  }

  /** MAP_SHARED of a file: what is stored goes to the file and to all who map it. */
  get storesToFile(): boolean {
    return this.file !== undefined && this.isShared;
  }

  /** Private memory without a file. */
  get isAnonymous(): boolean {
    return !this.file && !this.shared;
  }

  get isWritable(): boolean {
    return (this.flags & VM_WRITE) !== 0;
  }

  get isReadable(): boolean {
    return (this.flags & VM_READ) !== 0;
  }

  /** A stack: grows downwards when the page below is touched. */
  get growsDown(): boolean {
    return (this.flags & VM_GROWSDOWN) !== 0;
  }

  /** Makes it one that processes share; of a file that may not be written, one that is never written. */
  share(writable = true): void {
    this.flags |= VM_MAYSHARE | (writable ? VM_SHARED : 0);
    if (!writable) this.flags &= ~VM_MAYWRITE;
  }

  /** Maps a file from `offset` on. */
  mapFile(file: MappedFile, offset: number, dentry?: Dentry, opened: object = file): void {
    this.file = file;
    this.offset = offset;
    this.dentry = dentry;
    this.opened = opened;
  }

  /** Where in the file, or in the shared memory, an address lies. */
  offsetOf(address: number): number {
    return this.offset + (address - this.start);
  }

  /** A part of this mapping with everything else equal. */
  part(start: number, end: number): Vma {
    const part = new Vma(start, end, 0, this.name);
    part.flags = this.flags;
    part.file = this.file;
    part.dentry = this.dentry;
    part.opened = this.opened;
    part.shared = this.shared;
    part.anon = this.anon;
    part.hasParents = this.hasParents;
    part.reserved = this.reserved;
    part.offset = this.offsetOf(start);
    return part;
  }
}
