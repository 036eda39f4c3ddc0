/**
 * Where execve takes its arguments and its environment from: lists of pointers in a program's memory, or texts of the kernel
 * itself for the first program. Nothing is read before exec asks for it, since the order decides which error wins.
 * Models struct user_arg_ptr, count and get_user_arg_ptr (Linux 6.18, fs/exec.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E, failed, type Result } from "../abi/errno.js";
import type { UserMemory } from "../mm/user-memory.js";

/** Bytes of the longest argument with its NUL: 32 pages. Source: include/uapi/linux/binfmts.h. */
export const MAX_ARG_STRLEN = 131072;
/** The largest number of arguments. */
const MAX_ARG_STRINGS = 0x7fffffff;

export interface ArgumentList {
  /** How many there are. */
  count(): Result<number>;
  /** One of them, a byte string. */
  text(index: number): Result<string>;
}

/** Texts that the kernel has itself. */
export class KernelArguments implements ArgumentList {
  constructor(private readonly texts: readonly string[]) {}

  count(): number {
    return this.texts.length;
  }

  text(index: number): Result<string> {
    const text = this.texts[index] ?? "";
    return text.length < MAX_ARG_STRLEN ? text : E.E2BIG;
  }
}

/** Pointers in a program's memory; a null pointer ends the list, and stands for an empty list. */
export class UserArguments implements ArgumentList {
  /** @param width bytes of a pointer: 8, or 4 by INT 0x80 */
  constructor(
    private readonly memory: UserMemory,
    private readonly at: number,
    private readonly width: 4 | 8,
  ) {}

  count(): Result<number> {
    if (this.at === 0) return 0;
    for (let found = 0; ; ) {
      const part = this.pointersOfPage(found);
      if (failed(part)) return part;
      const end = part.indexOf(0);
      found += end < 0 ? part.length : end;
      if (found > MAX_ARG_STRINGS) return E.E2BIG;
      if (end >= 0) return found;
    }
  }

  /** The pointers from number `first` on that lie in one page, at least one. */
  private pointersOfPage(first: number): Result<readonly number[]> {
    const at = this.at + first * this.width;
    const room = Math.floor((PAGE_SIZE - (at % PAGE_SIZE)) / this.width);
    const bytes = this.memory.read(at, Math.max(1, room) * this.width);
    if (!bytes) return E.EFAULT;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Array.from({ length: bytes.length / this.width }, (_, n) =>
      this.width === 4 ? view.getUint32(n * 4, true) : Number(view.getBigUint64(n * 8, true)),
    );
  }

  text(index: number): Result<string> {
    const at = this.at + index * this.width;
    const pointer = this.width === 4 ? this.memory.read32(at) : this.memory.read64(at);
    if (pointer === undefined) return E.EFAULT;
    const text = this.memory.readString(Number(pointer), MAX_ARG_STRLEN);
    if (typeof text === "string") return text;
    return text === E.ENAMETOOLONG ? E.E2BIG : E.EFAULT;
  }
}
