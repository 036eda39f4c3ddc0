/**
 * A file that lies in memory only and has no name: what memfd_create makes. Its owner can seal it, so that others to whom it is handed
 * can rely on what it holds.
 * Models mm/memfd.c and the checks of seals in mm/shmem.c (Linux 6.18). Leaves out: files of huge pages.
 */
import { E, type Errno } from "../abi/errno.js";
import {
  F_SEAL_EXEC,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
} from "../abi/open-flags.js";
import type { Blocking, Progress } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";
import { RegularFile } from "./regular-file.js";

/** What fcntl knows. */
export const ALL_SEALS =
  F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE | F_SEAL_EXEC;
const NO_WRITING = F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;
const ANYBODY_EXECUTES = 0o111;

export class MemoryFile extends RegularFile {
  /** Its mapped pages count as shared memory. */
  readonly isMemory = true;

  /** @param seals F_SEAL_*, from the start */
  constructor(
    system: FileSystem,
    permissions: number,
    public seals: number,
  ) {
    super(system, permissions);
    this.links = 0;
  }

  /** Its contents can never be changed any more, by write or through new mappings. */
  get isWriteSealed(): boolean {
    return (this.seals & NO_WRITING) !== 0;
  }

  /** fcntl F_ADD_SEALS; 0 or an errno. */
  addSeals(file: OpenFile, seals: number): number {
    if (!file.writable) return E.EPERM;
    if ((seals & ~ALL_SEALS) !== 0) return E.EINVAL;
    if ((this.seals & F_SEAL_SEAL) !== 0) return E.EPERM;
    if ((seals & F_SEAL_WRITE) !== 0 && (this.seals & F_SEAL_WRITE) === 0 && this.pages?.isMappedWritable)
      return E.EBUSY;
    // What can be run, and shall stay so, must not be changed either.
    const frozen = (seals & F_SEAL_EXEC) !== 0 && (this.mode & ANYBODY_EXECUTES) !== 0;
    this.seals |= seals | (frozen ? F_SEAL_SHRINK | F_SEAL_GROW | NO_WRITING : 0);
    return 0;
  }

  override write(file: OpenFile, bytes: Uint8Array, position: number, progress?: Progress): Blocking<number> {
    if (bytes.length > 0 && this.isWriteSealed) return E.EPERM;
    if (bytes.length > 0 && this.refusesSize(position + bytes.length, true)) return E.EPERM;
    return super.write(file, bytes, position, progress);
  }

  private refusesSize(size: number, onlyGrows = false): boolean {
    if (size > this.size) return (this.seals & F_SEAL_GROW) !== 0;
    return !onlyGrows && size < this.size && (this.seals & F_SEAL_SHRINK) !== 0;
  }

  override truncate(size: number): Errno | 0 {
    return this.refusesSize(size) ? E.EPERM : super.truncate(size);
  }

  override reserve(start: number, end: number, keepSize: boolean): Errno | 0 {
    return this.refusesSize(end, true) ? E.EPERM : super.reserve(start, end, keepSize);
  }

  override punch(start: number, end: number): Errno | 0 {
    return this.isWriteSealed ? E.EPERM : super.punch(start, end);
  }

  override mayChangeMode(mode: number): boolean {
    return (this.seals & F_SEAL_EXEC) === 0 || ((this.mode ^ mode) & ANYBODY_EXECUTES) === 0;
  }
}
