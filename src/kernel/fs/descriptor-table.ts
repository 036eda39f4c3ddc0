/**
 * The table from descriptor numbers to open file descriptions. Threads of a process share one; `fork` copies it.
 * Models struct files_struct (Linux fs/file.c).
 */
import { E, type Result } from "../abi/errno.js";
import type { OpenFile } from "./open-file.js";

/** One entry. */
export interface Descriptor {
  readonly file: OpenFile;
  /** Closed when another program is executed. */
  closeOnExec: boolean;
}

export class DescriptorTable {
  /** Tasks that use it. */
  users = 1;
  private entries: (Descriptor | undefined)[] = [];

  /** The entry of a number, or undefined when it is closed. */
  entry(fd: number): Descriptor | undefined {
    return Number.isInteger(fd) && fd >= 0 ? this.entries[fd] : undefined;
  }

  /** The description behind a number; EBADF when it is closed. */
  file(fd: number): Result<OpenFile> {
    return this.entry(fd)?.file ?? E.EBADF;
  }

  /** The lowest free number from `least` on; EMFILE when there is none below `limit`. */
  lowestFree(limit: number, least = 0): Result<number> {
    let fd = least;
    while (this.entries[fd]) fd++;
    return fd < limit ? fd : E.EMFILE;
  }

  /** Enters a description under a free number. The table takes over the caller's reference. */
  install(fd: number, file: OpenFile, closeOnExec: boolean): void {
    this.entries[fd] = { file, closeOnExec };
  }

  /** Enters a description under this number; what was there is closed. The table takes over the caller's reference. */
  replace(fd: number, file: OpenFile, closeOnExec = false): void {
    this.close(fd);
    this.entries[fd] = { file, closeOnExec };
  }

  /** Closes a number. */
  close(fd: number): Result<0> {
    const entry = this.entry(fd);
    if (!entry) return E.EBADF;
    this.entries[fd] = undefined;
    entry.file.inode.locks?.forget(this);
    entry.file.release();
    return 0;
  }

  /** The table of a forked process: the same descriptions, shared. */
  clone(): DescriptorTable {
    const copy = new DescriptorTable();
    copy.entries = this.entries.map((entry) => entry && { ...entry, file: entry.file.share() });
    return copy;
  }

  /** Closes those that another program shall not inherit. */
  closeOnExec(): void {
    for (const fd of this.numbers()) {
      if (this.entry(fd)?.closeOnExec) this.close(fd);
    }
  }

  /** One thread leaves; the last one closes all. */
  leave(): void {
    if (--this.users > 0) return;
    for (const fd of this.numbers()) this.close(fd);
  }

  /** The open numbers, ascending. */
  numbers(): readonly number[] {
    return [...this.entries.keys()].filter((fd) => this.entries[fd]);
  }
}
