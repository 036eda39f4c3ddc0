/**
 * Reading and writing a program's memory from a system call, with the program's own rights: a page that is not
 * there yet is faulted in, one that may not be touched gives EFAULT.
 * Models copy_from_user, copy_to_user and strncpy_from_user (Linux arch/x86/lib/usercopy.c, lib/strncpy_from_user.c).
 */
import { type PagingMode, walk } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { READ, WRITE } from "../../machine/memory/tlb.js";
import { E } from "../abi/errno.js";
import { type MemoryUser, nobody } from "./accounts.js";
import { type AddressSpace, TASK_SIZE } from "./address-space.js";
import { handlePageFault, isDone } from "./page-fault.js";

/** The user memory of one address space. The TLB is not consulted: entries in guest memory are what counts. */
export class UserMemory {
  private readonly mode: PagingMode;
  /** Bytes read and written since somebody set it to 0. */
  moved = 0;

  constructor(
    readonly space: AddressSpace,
    private readonly user: MemoryUser = nobody(),
  ) {
    this.mode = {
      enabled: true,
      levels: 4,
      root: space.tables.root * PAGE_SIZE,
      writeProtect: true,
      noExecute: true,
      smep: false,
      smap: false,
    };
  }

  /** The physical address of a user byte, faulted in if need be; -1 when the program may not touch it so. */
  private locate(address: number, write: boolean): number {
    if (!(address >= 0 && address < TASK_SIZE)) return -1;
    const { memory } = this.space;
    const lo = address | 0;
    const hi = Math.floor(address / 2 ** 32);
    for (let attempt = 0; attempt < 3; attempt++) {
      const found = walk(memory, this.mode, lo, hi, write ? WRITE : READ, true, true, true);
      if (found.error < 0) return found.physical;
      if (!isDone(handlePageFault(this.space, address, found.error, this.user))) return -1;
    }
    return -1;
  }

  /** Where a byte lies in physical memory, or undefined for EFAULT. */
  physical(address: number, write = true): number | undefined {
    const at = this.locate(address, write);
    return at < 0 ? undefined : at;
  }

  /** `length` bytes from `address`, or undefined for EFAULT. */
  read(address: number, length: number): Uint8Array | undefined {
    const result = new Uint8Array(length);
    this.moved += length;
    for (let done = 0; done < length; ) {
      const at = this.locate(address + done, false);
      if (at < 0) return undefined;
      const part = Math.min(length - done, PAGE_SIZE - (at % PAGE_SIZE));
      result.set(this.space.memory.bytes.subarray(at, at + part), done);
      done += part;
    }
    return result;
  }

  /** False for EFAULT; what lies before the bad page has then been written. */
  write(address: number, bytes: Uint8Array): boolean {
    this.moved += bytes.length;
    for (let done = 0; done < bytes.length; ) {
      const at = this.locate(address + done, true);
      if (at < 0) return false;
      const part = Math.min(bytes.length - done, PAGE_SIZE - (at % PAGE_SIZE));
      this.space.memory.writeBytes(at, bytes.subarray(done, done + part));
      done += part;
    }
    return true;
  }

  /** How many of `length` bytes from `address` may be written, from the first on. */
  writable(address: number, length: number): number {
    return this.reach(address, length, true);
  }

  /** How many of `length` bytes from `address` may be read, from the first on. */
  readable(address: number, length: number): number {
    return this.reach(address, length, false);
  }

  private reach(address: number, length: number, write: boolean): number {
    for (let done = 0; done < length; ) {
      const at = this.locate(address + done, write);
      if (at < 0) return done;
      done += PAGE_SIZE - (at % PAGE_SIZE);
    }
    return length;
  }

  /** A NUL-terminated text, one char a byte, of at most `limit` bytes; or EFAULT, or ENAMETOOLONG. */
  readString(address: number, limit = 4096): string | number {
    let text = "";
    while (text.length < limit) {
      const at = this.locate(address + text.length, false);
      if (at < 0) return E.EFAULT;
      const page = this.space.memory.bytes.subarray(
        at,
        at + Math.min(PAGE_SIZE - (at % PAGE_SIZE), limit - text.length),
      );
      const end = page.indexOf(0);
      text += latin1(end < 0 ? page : page.subarray(0, end));
      if (end >= 0) return text;
    }
    return E.ENAMETOOLONG;
  }

  read32(address: number): number | undefined {
    const bytes = this.read(address, 4);
    return bytes && new DataView(bytes.buffer).getUint32(0, true);
  }

  read64(address: number): bigint | undefined {
    const bytes = this.read(address, 8);
    return bytes && new DataView(bytes.buffer).getBigUint64(0, true);
  }

  write32(address: number, value: number): boolean {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return this.write(address, bytes);
  }

  write64(address: number, value: bigint): boolean {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    return this.write(address, bytes);
  }
}

/** One char a byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let n = 0; n < bytes.length; n += 4096) text += String.fromCharCode(...bytes.subarray(n, n + 4096));
  return text;
}
