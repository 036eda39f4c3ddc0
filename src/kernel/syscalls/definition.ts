/**
 * How a system call is written down: once, with its arguments' kinds, from which come the conversion of registers,
 * the trace in strace's form and the reference page. The calls themselves are in the files beside this one.
 * Models SYSCALL_DEFINEn (Linux include/linux/syscalls.h).
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E, type Errno, errnoName } from "../abi/errno.js";
import { type FlagTable, formatConstant, formatFlags } from "../abi/flag-names.js";
import type { Struct, ValueOf } from "../abi/layout.js";
import type { Blocked, Progress } from "../fs/blocking.js";
import type { Kernel } from "../kernel.js";
import { BEYOND_DOUBLES } from "../mm/user-addresses.js";
import type { UserMemory } from "../mm/user-memory.js";
import type { SavedRegisters } from "../process/saved-registers.js";
import type { Task } from "../process/task.js";

export type Abi = "x86-64" | "i386";

/** One call on its way: who makes it, and with what. */
export class Call {
  constructor(
    readonly kernel: Kernel,
    readonly task: Task,
    readonly abi: Abi,
    readonly registers: SavedRegisters,
    /** What the handler had done when it went to sleep; undefined the first time. */
    readonly progress: Progress | undefined,
    /** Clock time at which the call began. */
    readonly started: number,
    private readonly rawArguments: readonly bigint[],
  ) {}

  /** The raw register of argument `n`, for kinds whose text depends on a neighbour. */
  raw(n: number): bigint {
    return this.rawArguments[n] ?? 0n;
  }

  get memory(): UserMemory {
    return this.task.memory;
  }

  /** Writes a structure into the program's memory; 0 or EFAULT. */
  put<M extends object>(at: number, layout: Struct<M>, value: ValueOf<Struct<M>>): number {
    return this.memory.write(at, layout.encode(value)) ? 0 : E.EFAULT;
  }

  /** The structure at an address of the program, or undefined for EFAULT. */
  take<M extends object>(at: number, layout: Struct<M>): ValueOf<Struct<M>> | undefined {
    const bytes = this.memory.read(at, layout.size);
    return bytes && (layout.decode(bytes) as ValueOf<Struct<M>>);
  }

  /**
   * A structure of which the caller may know less than we, or more: what it leaves out is zero, and what we do not know must be.
   * EFAULT, or E2BIG for more than zeros. Models copy_struct_from_user (Linux include/linux/uaccess.h).
   */
  takeSized<M extends object>(at: number, length: number, layout: Struct<M>): ValueOf<Struct<M>> | Errno {
    const known = Math.min(length, layout.size);
    for (let place = at + known; place < at + length; ) {
      const part = Math.min(at + length - place, PAGE_SIZE - (place % PAGE_SIZE));
      const bytes = this.memory.read(place, part);
      if (!bytes) return E.EFAULT;
      if (bytes.some((byte) => byte !== 0)) return E.E2BIG;
      place += part;
    }
    const bytes = this.memory.read(at, known);
    if (!bytes) return E.EFAULT;
    const whole = new Uint8Array(layout.size);
    whole.set(bytes);
    return layout.decode(whole) as ValueOf<Struct<M>>;
  }

  /** Clock time now. */
  get now(): number {
    return this.kernel.machine.clock.now;
  }
}

/**
 * What a handler answers: a result or a negated errno; `Blocked` to sleep and be run again; `"gone"` when
 * RAX must stay as it is, since the registers are no longer the caller's (execve, exit).
 */
export type Outcome = number | bigint | Blocked | "gone";

/** How the raw register of one argument is understood, and shown. */
export interface ArgumentKind<T> {
  /** The C type, for the reference page. */
  readonly type: string;
  convert(raw: bigint, abi: Abi): T;
  /** As strace shows it; "" leaves it out. */
  format(value: T, call: Call, result: number): string;
  /** Formatted only after the call, because the kernel fills what it points to. */
  readonly late?: boolean;
}

/** A system call, with its arguments' types forgotten. */
export interface SystemCall {
  readonly name: string;
  /** One sentence: what it does. */
  readonly says: string;
  /** What this kernel leaves out, or "". */
  readonly omits: string;
  readonly parameters: readonly { readonly name: string; readonly kind: ArgumentKind<unknown> }[];
  run(call: Call, raw: readonly bigint[]): Outcome;
}

/** Defines a call; `parameters` maps names to kinds in their order. */
export function systemCall<P extends Readonly<Record<string, ArgumentKind<never> | ArgumentKind<unknown>>>>(
  name: string,
  says: string,
  parameters: P,
  handler: (
    call: Call,
    values: { [K in keyof P]: P[K] extends ArgumentKind<infer T> ? T : never },
  ) => Outcome,
  omits = "",
): SystemCall {
  const list = Object.entries(parameters).map(([key, kind]) => ({
    name: key,
    kind: kind as ArgumentKind<unknown>,
  }));
  return {
    name,
    says,
    omits,
    parameters: list,
    run(call, raw) {
      const values: Record<string, unknown> = {};
      for (let n = 0; n < list.length; n++) {
        const { name: key, kind } = list[n]!;
        values[key] = kind.convert(raw[n] ?? 0n, call.abi);
      }
      return handler(call, values as Parameters<typeof handler>[1]);
    },
  };
}

const bits = (abi: Abi): number => (abi === "i386" ? 32 : 64);
const hex = (n: number): string => (n === 0 ? "NULL" : `0x${n.toString(16)}`);

/** A signed 32-bit number. */
export const int: ArgumentKind<number> = {
  type: "int",
  convert: (raw) => Number(BigInt.asIntN(32, raw)),
  format: (value) => String(value),
};

/** An unsigned 32-bit number. */
export const unsignedInt: ArgumentKind<number> = {
  type: "unsigned int",
  convert: (raw) => Number(BigInt.asUintN(32, raw)),
  format: (value) => String(value),
};

/** An unsigned number as wide as the ABI's registers. Beyond 2^53 it loses low bits, which no valid one has. */
export const size: ArgumentKind<number> = {
  type: "size_t",
  convert: (raw, abi) => Number(BigInt.asUintN(bits(abi), raw)),
  format: (value) => String(value),
};

/** A signed number as wide as the ABI's registers. */
export const long: ArgumentKind<number> = {
  type: "long",
  convert: (raw, abi) => Number(BigInt.asIntN(bits(abi), raw)),
  format: (value) => String(value),
};

/** All bits of the register. */
export const word: ArgumentKind<bigint> = {
  type: "unsigned long",
  convert: (raw) => raw,
  format: (value) => `0x${value.toString(16)}`,
};

const LOWER = 0xffff_ffff_ffffn;

/** A pointer that is shown as a number. One that no program can own keeps its lower 48 bits, of which some calls look at the last. */
export const address: ArgumentKind<number> = {
  type: "void *",
  convert(raw, abi) {
    const value = size.convert(raw, abi);
    return value < BEYOND_DOUBLES ? value : BEYOND_DOUBLES + Number(raw & LOWER);
  },
  format: (value) =>
    value < BEYOND_DOUBLES ? hex(value) : `0xffff${(value - BEYOND_DOUBLES).toString(16).padStart(12, "0")}`,
};

/** A pointer to a NUL-terminated text, shown as the text. */
export const text: ArgumentKind<number> = {
  type: "const char *",
  convert: size.convert,
  format(value, call) {
    const read = call.memory.readString(value);
    return typeof read === "string" ? quote(read) : hex(value);
  },
};

/** A pointer to what the kernel fills with as many bytes as the call returns, shown as a text. */
export const filledBuffer: ArgumentKind<number> = {
  type: "void *",
  convert: size.convert,
  late: true,
  format: (value, call, result) => shownBytes(value, call, result),
};

/** A pointer to bytes whose number is the argument after it. */
export function shownBytes(at: number, call: Call, length: number): string {
  if (length < 0) return hex(at);
  const read = call.memory.read(at, Math.min(length, SHOWN));
  if (!read) return hex(at);
  return quote(String.fromCharCode(...read)) + (length > SHOWN ? "..." : "");
}

/** strace shows this many bytes of a buffer. */
const SHOWN = 32;

/** Bits by name, in strace's form. */
export function flags(table: FlagTable): ArgumentKind<number> {
  return { type: "int", convert: unsignedInt.convert, format: (value) => formatFlags(table, value) };
}

/** One value by name. */
export function choice(table: FlagTable): ArgumentKind<number> {
  return { type: "int", convert: int.convert, format: (value) => formatConstant(table, value) };
}

/** A text in C's notation. */
export function quote(value: string): string {
  const escapes: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
    "\v": "\\v",
    "\f": "\\f",
  };
  let result = "";
  for (let n = 0; n < value.length; n++) {
    const char = value[n]!;
    const code = char.charCodeAt(0);
    const digitFollows = /[0-7]/.test(value[n + 1] ?? "");
    if (escapes[char] !== undefined) result += escapes[char];
    else if (code >= 32 && code < 127) result += char;
    else result += `\\${digitFollows ? code.toString(8).padStart(3, "0") : code.toString(8)}`;
  }
  return `"${result}"`;
}

/** A result in strace's form: a number, or -1 with the error's name. */
export function formatResult(result: number): string {
  if (result < 0 && result > -4096) return `-1 ${errnoName(result)}`;
  return result > 0xffff ? `0x${result.toString(16)}` : String(result);
}

/** -ENOSYS, for a number that has no handler here. */
export const NO_SUCH_CALL = E.ENOSYS;
