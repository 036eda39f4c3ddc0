import { describe, expect, it } from "vitest";
import type { Struct } from "../../../src/kernel/abi/layout.js";
import { array, i386, struct, text, u8, u16, u32, u64 } from "../../../src/kernel/abi/layout.js";
import { PT_REGS } from "../../../src/kernel/abi/pt-regs.js";
import * as native64 from "../../../src/kernel/abi/structs.js";
import * as native32 from "../../../src/kernel/abi/structs-i386.js";
import { hasCompiler, outputOf, valuesOn32Bit } from "./native.js";

type AnyStruct = Pick<Struct<object>, "fields" | "size">;

/** C's name of the structure and the kernel header that has it. */
const ON_64_BIT: readonly [header: string, c: string, ours: AnyStruct][] = [
  ["asm/stat.h", "struct stat", native64.STAT],
  ["linux/stat.h", "struct statx", native64.STATX],
  ["asm/statfs.h", "struct statfs", native64.STATFS],
  ["linux/uio.h", "struct iovec", native64.IOVEC],
  ["linux/time_types.h", "struct __kernel_timespec", native64.TIMESPEC],
  ["linux/time_types.h", "struct __kernel_old_timeval", native64.TIMEVAL],
  ["linux/time_types.h", "struct __kernel_old_itimerval", native64.ITIMERVAL],
  ["linux/utsname.h", "struct new_utsname", native64.UTSNAME],
  ["linux/resource.h", "struct rlimit", native64.RLIMIT],
  ["linux/sysinfo.h", "struct sysinfo", native64.SYSINFO],
  ["asm/signal.h", "stack_t", native64.STACK_T],
  ["asm/termbits.h", "struct termios", native64.TERMIOS],
  ["asm/termios.h", "struct winsize", native64.WINSIZE],
  ["linux/resource.h", "struct rusage", native64.RUSAGE],
  ["linux/times.h", "struct tms", native64.TMS],
  ["asm/poll.h", "struct pollfd", native64.POLLFD],
  ["linux/sched.h", "struct clone_args", native64.CLONE_ARGS],
  ["linux/signalfd.h", "struct signalfd_siginfo", native64.SIGNALFD_SIGINFO],
  ["asm/ptrace.h", "struct pt_regs", PT_REGS],
];

const ON_32_BIT: readonly [header: string, c: string, ours: AnyStruct][] = [
  ["asm/stat.h", "struct stat64", native32.STAT64_I386],
  ["asm/stat.h", "struct stat", native32.STAT_I386],
  ["asm/statfs.h", "struct statfs", native32.STATFS_I386],
  ["linux/uio.h", "struct iovec", native32.IOVEC_I386],
  ["linux/time_types.h", "struct __kernel_old_timeval", native32.TIMEVAL_I386],
  ["linux/resource.h", "struct rlimit", native32.RLIMIT_I386],
  ["linux/sysinfo.h", "struct sysinfo", native32.SYSINFO_I386],
  ["asm/signal.h", "stack_t", native32.STACK_T_I386],
  ["linux/resource.h", "struct rusage", native32.RUSAGE_I386],
  ["linux/times.h", "struct tms", native32.TMS_I386],
];

const isPadding = (name: string): boolean => /^(__pad|__spare|__unused|__reserved|pad|f_spare|_f)/.test(name);

/** Size and offsets as expressions of C. */
function questions(c: string, ours: AnyStruct): string[] {
  const fields = ours.fields.filter((field) => !isPadding(field.name));
  return [`sizeof(${c})`, ...fields.map((field) => `__builtin_offsetof(${c}, ${field.name})`)];
}

function answers(ours: AnyStruct): number[] {
  const fields = ours.fields.filter((field) => !isPadding(field.name));
  return [ours.size, ...fields.map((field) => field.offset)];
}

describe.skipIf(!hasCompiler)("structures against the compiler", () => {
  it.each(ON_64_BIT)("x86-64: %s gives %s the same size and offsets", (header, c, ours) => {
    const source = `#include <linux/types.h>\n#include <linux/time_types.h>\n#include <${header}>\n
      int printf(const char *, ...);
      int main() { long v[] = {${questions(c, ours).join(", ")}};
      for (int i = 0; i < sizeof v / sizeof *v; i++) printf("%ld ", v[i]); }`.replaceAll(
      "linux/resource.h",
      "sys/resource.h",
    );
    expect(outputOf(source).trim().split(" ").map(Number)).toEqual(answers(ours));
  });

  it.each(ON_32_BIT)("i386: %s gives %s the same size and offsets", (header, c, ours) => {
    const source = `#include <linux/types.h>\n#include <linux/time.h>\n#include <${header}>\n
      int values[] = {-7, ${questions(c, ours).join(", ")}};`;
    const values = valuesOn32Bit(source);
    expect(values.slice(values.indexOf(-7) + 1, values.indexOf(-7) + 1 + answers(ours).length)).toEqual(
      answers(ours),
    );
  });
});

describe("the layout language", () => {
  it("aligns each field and rounds the size up to the strictest field", () => {
    const mixed = struct("mixed", { a: u8, b: u64, c: u16 });
    expect(mixed.fields.map((field) => field.offset)).toEqual([0, 8, 16]);
    expect(mixed.size).toBe(24);
  });

  it("aligns 64-bit numbers to 4 bytes on i386", () => {
    const mixed = struct("mixed", { a: u8, b: i386.u64 });
    expect([mixed.offsetOf("b"), mixed.size]).toEqual([4, 12]);
  });

  it("reads back what it wrote, with 64-bit numbers as bigint", () => {
    const inner = struct("inner", { n: u32 });
    const outer = struct("outer", { name: text(8), list: array(u16, 3), inner, big: u64 });
    const value = { name: "hi", list: [1, 2, 3], inner: { n: 0xffffffff }, big: 0xffff_ffff_ffff_fffen };
    expect(outer.decode(outer.encode(value))).toEqual(value);
  });

  it("cuts a text that is too long and always ends it with NUL", () => {
    const named = struct("named", { name: text(4), after: u8 });
    expect([...named.encode({ name: "abcdef", after: 9 })]).toEqual([97, 98, 99, 0, 9]);
  });

  it("writes into the middle of a larger buffer", () => {
    const pair = struct("pair", { a: u16, b: u16 });
    const memory = new Uint8Array(8);
    pair.write(new DataView(memory.buffer, 2), 2, { a: 0x0102, b: 0x0304 });
    expect([...memory]).toEqual([0, 0, 0, 0, 2, 1, 4, 3]);
  });

  it("throws for a field that does not exist, since that is our own mistake", () => {
    expect(() => PT_REGS.offsetOf("eax" as "rax")).toThrow(/no field eax/);
  });
});
