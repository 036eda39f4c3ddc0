/**
 * A file that holds bytes. One that comes from outside is read when its bytes are first needed.
 * Models fs/ramfs and mm/shmem.c as far as programs see them. Leaves out: locks, sealing.
 */
import { E, type Errno } from "../abi/errno.js";
import { S_IFREG } from "../abi/file-modes.js";
import type { Blocking, Progress } from "./blocking.js";
import { CHUNK_SIZE, FileContent, ImmutableBytes } from "./file-content.js";
import type { SourcePlace, SourceStatus } from "./file-source.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { MappedPages } from "./mapped-pages.js";
import type { OpenFile } from "./open-file.js";

/** Files beyond this are refused with EFBIG: positions must stay exact numbers. */
export const LARGEST_FILE = 2 ** 48;

export class RegularFile extends Inode {
  /** Processes that run this file; while there are any it cannot be opened for writing, nor run while open for it. */
  executing = 0;
  /** A swap area in use lies here: nobody may write it, or take its name away. */
  isSwap = false;
  /** Descriptions open for writing. */
  writers = 0;
  /** Undefined until the bytes of `origin` are needed. */
  private content: FileContent | undefined;
  /** Its pages that are in memory, when anybody has mapped it. */
  pages: MappedPages | undefined;
  private origin: { readonly place: SourcePlace; readonly size: number } | undefined;

  constructor(system: FileSystem, permissions: number, bytes?: Uint8Array, device?: number) {
    super(system, S_IFREG | permissions, device);
    this.content = new FileContent(system.spaceOf(this.device), bytes && new ImmutableBytes(bytes));
  }

  /** A file whose bytes lie outside. */
  static from(system: FileSystem, place: SourcePlace, status: SourceStatus): RegularFile {
    const file = new RegularFile(system, status.mode);
    file.content = undefined;
    file.origin = { place, size: status.size };
    return file;
  }

  /** False while its bytes have not been fetched from outside. */
  get isLoaded(): boolean {
    return this.content !== undefined;
  }

  override get size(): number {
    return this.content?.size ?? this.origin?.size ?? 0;
  }

  override get blocks(): number {
    const chunks = this.content ? this.content.allocated : Math.ceil(this.size / CHUNK_SIZE);
    return chunks * (CHUNK_SIZE / 512);
  }

  override get seekable(): boolean {
    return true;
  }

  override open(file: OpenFile): Blocking<0> {
    if (file.writable && this.executing > 0) return E.ETXTBSY;
    if (file.writable && countsAsWriter(file)) this.writers++;
    return 0;
  }

  override release(file: OpenFile): void {
    if (file.writable && countsAsWriter(file)) this.writers--;
  }

  protected override get isGone(): boolean {
    return super.isGone && this.executing === 0 && !this.pages?.isMapped;
  }

  protected override free(): void {
    this.content?.resize(0);
    this.pages?.truncated(0);
  }

  override read(_file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    const content = this.load();
    if (!content) return E.EIO;
    const count = content.read(into, position);
    this.pages?.overlay(into.subarray(0, count), position);
    if (into.length > 0) this.noteAccess();
    return count;
  }

  override write(
    _file: OpenFile,
    bytes: Uint8Array,
    position: number,
    _progress?: Progress,
  ): Blocking<number> {
    if (this.isSwap) return E.ETXTBSY;
    if (bytes.length === 0) return 0;
    if (position + bytes.length > LARGEST_FILE) return E.EFBIG;
    const content = this.load();
    if (!content) return E.EIO;
    const written = content.write(bytes, position);
    if (written === 0) return E.ENOSPC;
    this.pages?.written(bytes.subarray(0, written), position);
    this.noteModification();
    return written;
  }

  /** The next data or hole from `position` on, for lseek. */
  next(position: number, data: boolean): number {
    return this.load()?.next(position, data) ?? this.size;
  }

  /** Sets the length; new bytes are zero. */
  truncate(size: number): Errno | 0 {
    if (this.isSwap) return E.ETXTBSY;
    if (size > LARGEST_FILE) return E.EFBIG;
    if (size === 0) {
      this.content?.resize(0);
      this.content ??= new FileContent(this.system.spaceOf(this.device));
    } else {
      const content = this.load();
      if (!content) return E.EIO;
      content.resize(size);
    }
    this.pages?.truncated(size);
    this.noteModification();
    return 0;
  }

  /** fallocate: takes room from `start` to `end`, all of it or none; grows the file unless `keepSize`. */
  reserve(start: number, end: number, keepSize: boolean): Errno | 0 {
    if (this.isSwap) return E.ETXTBSY;
    const content = this.load();
    if (!content) return E.EIO;
    if (!content.reserve(start, end)) return E.ENOSPC;
    if (!keepSize && end > content.size) content.resize(end);
    this.noteModification();
    return 0;
  }

  /** fallocate: makes `start` to `end` read as zeros and gives whole pages back. */
  punch(start: number, end: number): Errno | 0 {
    if (this.isSwap) return E.ETXTBSY;
    const content = this.load();
    if (!content) return E.EIO;
    const last = Math.min(end, content.size);
    content.punch(start, last);
    if (last > start) this.pages?.written(new Uint8Array(last - start), start);
    this.noteModification();
    return 0;
  }

  /** Up to `length` bytes from `offset` on, fewer at the end of the file: what exec and mmap read. */
  readAt(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    const count = this.load()?.read(bytes, offset) ?? 0;
    this.pages?.overlay(bytes.subarray(0, count), offset);
    return count === bytes.length ? bytes : bytes.subarray(0, count);
  }

  /** What programs have stored through a mapping; false when there is no room for it. */
  writeBack(offset: number, bytes: Uint8Array): boolean {
    return this.load()?.write(bytes, offset) === bytes.length;
  }

  /** The content, fetched from outside if need be; undefined when it cannot be had. */
  private load(): FileContent | undefined {
    if (this.content || !this.origin) return this.content;
    const bytes = this.origin.place.source.read(this.origin.place.path);
    if (bytes) this.content = new FileContent(this.system.spaceOf(this.device), new ImmutableBytes(bytes));
    return this.content;
  }
}

/** What memfd_create makes may be run although its maker can write it; files in the tree may not. */
function countsAsWriter(file: OpenFile): boolean {
  return !file.dentry.isTop;
}
