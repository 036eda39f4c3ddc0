/**
 * The files of /proc/PID that are no texts: mem is the process's memory, pagemap tells where its pages are, clear_refs forgets
 * what was touched. They stand for the memory that the process had when they were opened.
 * Models mem_rw, pagemap_read and clear_refs_write (Linux 6.18, fs/proc/base.c, fs/proc/task_mmu.c).
 */
import { E } from "../abi/errno.js";
import { S_IFREG } from "../abi/file-modes.js";
import type { Blocking } from "./blocking.js";
import { fromBytes } from "./byte-string.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";
import type { ProcessMemory } from "./process-information.js";

abstract class MemoryFile extends Inode {
  private readonly opened = new Map<OpenFile, ProcessMemory>();

  constructor(
    system: FileSystem,
    protected readonly process: number,
    permissions: number,
  ) {
    super(system, S_IFREG | permissions, system.procDevice);
  }

  override get seekable(): boolean {
    return true;
  }

  /** It can be opened when there is no memory. */
  protected get canDoWithout(): boolean {
    return false;
  }

  override open(file: OpenFile): Blocking<0> {
    const { processes } = this.system;
    if (!processes?.mayInspect(this.process)) return E.EACCES;
    const memory = processes.memory(this.process);
    if (memory) this.opened.set(file, memory);
    return memory || this.canDoWithout ? 0 : E.ESRCH;
  }

  override release(file: OpenFile): void {
    this.opened.delete(file);
  }

  /** Undefined when the memory is gone. */
  protected memoryOf(file: OpenFile): ProcessMemory | undefined {
    const memory = this.opened.get(file);
    return memory?.isGone ? undefined : memory;
  }
}

/** /proc/PID/mem: positions are addresses. */
export class MemoryContents extends MemoryFile {
  constructor(system: FileSystem, process: number) {
    super(system, process, 0o600);
  }

  override read(file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    const memory = this.memoryOf(file);
    if (!memory || into.length === 0) return 0;
    return memory.read(position, into) || E.EIO;
  }

  override write(file: OpenFile, bytes: Uint8Array, position: number): Blocking<number> {
    const memory = this.memoryOf(file);
    if (!memory || bytes.length === 0) return 0;
    return memory.write(position, bytes) || E.EIO;
  }
}

const WORD = 8;

/** /proc/PID/pagemap: a word of 8 bytes a page. */
export class PageMap extends MemoryFile {
  constructor(system: FileSystem, process: number) {
    super(system, process, 0o400);
  }

  override read(file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    const memory = this.memoryOf(file);
    if (!memory) return 0;
    if (position % WORD !== 0 || into.length % WORD !== 0) return E.EINVAL;
    const words = memory.pagemap(position / WORD, into.length / WORD);
    into.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    return words.byteLength;
  }
}

/** /proc/PID/clear_refs: a digit says what is to be forgotten. */
export class ClearReferences extends MemoryFile {
  constructor(system: FileSystem, process: number) {
    super(system, process, 0o200);
  }

  protected override get canDoWithout(): boolean {
    return true;
  }

  override write(file: OpenFile, bytes: Uint8Array): Blocking<number> {
    const [, digits] = /^\s*\+?(\d+)\s*\n?$/.exec(fromBytes(bytes).replace(/\0.*$/s, "")) ?? [];
    if (digits === undefined) return E.EINVAL;
    const memory = this.memoryOf(file);
    if (!memory) return E.ESRCH;
    return memory.clearReferences(Number(digits)) || bytes.length;
  }
}
