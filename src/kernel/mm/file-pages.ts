/**
 * The pages of one file that are in memory: mappings of all processes share them, and reading and writing the file see what
 * was stored through them. The cache itself owns each page once; who maps it, once more.
 * Models struct address_space (Linux include/linux/fs.h, mm/filemap.c).
 * Leaves out: reading ahead.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import type { MappedPages } from "../fs/mapped-pages.js";
import type { AddressSpace } from "./address-space.js";
import { type FrameAllocator, HOLDS } from "./frames.js";
import { type MappingVisitor, type PageHolder, visitThrough } from "./page-holder.js";
import type { Reclaim } from "./reclaim/reclaim.js";
import type { MappedFile, Vma } from "./vma.js";
import { VM_MAYWRITE, VM_SHARED } from "./vma-flags.js";

/** With more free frames than this, pages may be fetched that nobody has asked for yet. */
const EASY = 256;

export class FilePages implements MappedPages, PageHolder {
  readonly kind = "file";
  private readonly frames = new Map<number, number>();
  /** Pages that were given up since memory was short: to get them again takes a disk. */
  private readonly lost = new Set<number>();
  /** Pages that programs may have stored into. */
  private readonly dirty = new Set<number>();
  /** Address spaces that map the file, or did. */
  readonly spaces = new Set<AddressSpace>();

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly allocator: FrameAllocator,
    private readonly file: MappedFile,
    private readonly reclaim?: Reclaim,
  ) {}

  visitMappings(index: number, frame: number, visitor: MappingVisitor): boolean {
    return visitThrough(this.spaces, this.file, index, frame, visitor);
  }

  /** Pages in memory. */
  get count(): number {
    return this.frames.size;
  }

  get dirtyCount(): number {
    return this.dirty.size;
  }

  get isMappedWritable(): boolean {
    const wanted = VM_SHARED | VM_MAYWRITE;
    const stores = ({ file, flags }: Vma) => file === this.file && (flags & wanted) === wanted;
    return [...this.spaces].some(({ vmas }) => vmas.some(stores));
  }

  get isMapped(): boolean {
    return this.spaces.size > 0;
  }

  /** The frame of a page, read from the file when it is not there yet; undefined when no frame is free. */
  frame(index: number): number | undefined {
    const known = this.frames.get(index);
    if (known !== undefined) return known;
    const frame = this.allocator.allocate();
    if (frame === undefined) return undefined;
    this.allocator.setHolds(frame, this.file.isMemory ? HOLDS.shared : HOLDS.file);
    this.memory.writeBytes(frame * PAGE_SIZE, this.file.readAt(index * PAGE_SIZE, PAGE_SIZE));
    this.frames.set(index, frame);
    this.reclaim?.residents.enter(frame, this, index);
    if (this.lost.delete(index)) this.reclaim?.cameBack("read-back", frame, "file", []);
    return frame;
  }

  /** Whether a page can be had without waiting for a disk. */
  isReady(index: number): boolean {
    return this.frames.has(index) || (this.file.isLoaded !== false && !this.lost.has(index));
  }

  /** Whether a page is in memory: all are of a file whose bytes are. */
  isInMemory(index: number): boolean {
    return this.isReady(index) && index * PAGE_SIZE < this.file.size;
  }

  /** As `frame`, for a page that nobody has asked for: only when it can be had easily. */
  readyFrame(index: number): number | undefined {
    if (!this.isReady(index) || index * PAGE_SIZE >= this.file.size) return undefined;
    return this.frames.get(index) ?? (this.allocator.available > EASY ? this.frame(index) : undefined);
  }

  /** Programs may have stored into the page since the file last took it. */
  isDirty(index: number): boolean {
    return this.dirty.has(index);
  }

  /** A page is mapped so that programs store into it. */
  mayBeStored(index: number): void {
    this.dirty.add(index);
  }

  /** What was read from the file at `position` becomes what programs have stored there. */
  overlay(into: Uint8Array, position: number): void {
    if (this.dirty.size === 0) return;
    this.visit(position, into.length, (frame, from, length, done) => {
      into.set(this.memory.bytes.subarray(frame + from, frame + from + length), done);
    });
  }

  /** The file was written: those who map it see that. */
  written(bytes: Uint8Array, position: number): void {
    if (this.frames.size === 0) return;
    this.visit(position, bytes.length, (frame, from, length, done) => {
      this.memory.writeBytes(frame + from, bytes.subarray(done, done + length));
    });
  }

  /** A space maps it no longer. */
  leave(space: AddressSpace): void {
    this.spaces.delete(space);
    if (this.spaces.size === 0) this.file.freeIfGone?.();
  }

  private visit(
    position: number,
    count: number,
    each: (frame: number, from: number, length: number, done: number) => void,
  ): void {
    for (let done = 0; done < count; ) {
      const at = position + done;
      const from = at % PAGE_SIZE;
      const length = Math.min(count - done, PAGE_SIZE - from);
      const frame = this.frames.get(Math.floor(at / PAGE_SIZE));
      if (frame !== undefined) each(frame * PAGE_SIZE, from, length, done);
      done += length;
    }
  }

  /** The file ends at `size` now: what lay behind is gone for those who map it, too. */
  truncated(size: number): void {
    if (this.frames.size === 0 && this.spaces.size === 0) return;
    for (const space of this.spaces) if (!space.unmapFile(this.file, size)) this.spaces.delete(space);
    const first = Math.ceil(size / PAGE_SIZE);
    for (const index of [...this.frames.keys()]) if (index >= first) this.drop(index);
    for (const index of [...this.lost]) if (index >= first) this.lost.delete(index);
    const last = this.frames.get(first - 1);
    const rest = first * PAGE_SIZE - size;
    if (last !== undefined && rest > 0) this.memory.fill((last + 1) * PAGE_SIZE - rest, rest);
  }

  /** The file holds again what programs have stored, from page `first` to before page `end`. */
  writeBack(first = 0, end = Number.POSITIVE_INFINITY): void {
    for (const index of [...this.dirty])
      if (index >= first && index < end && this.writePage(index)) this.clean(index);
  }

  /** The file has what is in the page: the next store must be noticed again. Files in memory are always as their pages are. */
  private clean(index: number): void {
    const frame = this.frames.get(index);
    if (frame === undefined || this.file.isMemory) return;
    this.dirty.delete(index);
    this.visitMappings(index, frame, (space, at) => {
      const entry = space.tables.read(at)!;
      space.tables.write(at, entry.frame, entry.flags & ~(PTE.D | PTE.RW));
      space.stale = true;
      return false;
    });
  }

  /** The frames of pages that nobody maps, of those that were stored into or of the others. */
  *unmapped(stored: boolean): Iterable<number> {
    for (const [index, frame] of this.frames)
      if (this.allocator.owners(frame) === 1 && this.dirty.has(index) === stored) yield frame;
  }

  /** The file holds what is in a page; false when it has no room. */
  save(index: number): boolean {
    return !this.dirty.has(index) || this.writePage(index);
  }

  /** The page leaves memory; nobody may map it any more. */
  giveUp(index: number): void {
    this.lost.add(index);
    this.drop(index);
  }

  /** Nothing need be remembered of the file. */
  get isIdle(): boolean {
    return this.frames.size === 0 && this.spaces.size === 0 && this.lost.size === 0;
  }

  private writePage(index: number): boolean {
    const frame = this.frames.get(index);
    const length = Math.min(PAGE_SIZE, this.file.size - index * PAGE_SIZE);
    if (frame === undefined || length <= 0 || !this.file.writeBack) return true;
    return this.file.writeBack(index * PAGE_SIZE, this.memory.readBytes(frame * PAGE_SIZE, length));
  }

  private drop(index: number): void {
    const frame = this.frames.get(index);
    if (frame === undefined) return;
    this.frames.delete(index);
    this.dirty.delete(index);
    this.allocator.release(frame);
  }
}
