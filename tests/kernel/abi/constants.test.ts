import { describe, expect, it } from "vitest";
import { AUX_TABLE } from "../../../src/kernel/abi/auxiliary-vector.js";
import { E, ERRNO_TABLE, errnoName, failed } from "../../../src/kernel/abi/errno.js";
import {
  deviceNumber,
  deviceParts,
  directoryEntryType,
  FILE_KINDS,
  formatMode,
  formatModeAsListed,
} from "../../../src/kernel/abi/file-modes.js";
import { IOCTL } from "../../../src/kernel/abi/ioctls.js";
import * as memory from "../../../src/kernel/abi/memory-flags.js";
import * as open from "../../../src/kernel/abi/open-flags.js";
import { POLL_EVENTS } from "../../../src/kernel/abi/poll-events.js";
import * as processes from "../../../src/kernel/abi/process-flags.js";
import * as signals from "../../../src/kernel/abi/signals.js";
import { SYSTEM_CALLS_I386 } from "../../../src/kernel/abi/system-calls-i386.js";
import { SYSTEM_CALLS_X86_64 } from "../../../src/kernel/abi/system-calls-x86-64.js";
import * as termios from "../../../src/kernel/abi/termios-flags.js";
import { hasCompiler, outputOf, valuesOn32Bit } from "./native.js";

/** Every constant that a module exports under a name that C has too. */
function constantsOf(module: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(module).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number" && /^_*[A-Z]/.test(entry[0]),
    ),
  );
}

const HEADERS = [
  "fcntl.h",
  "sys/mman.h",
  "sched.h",
  "sys/wait.h",
  "signal.h",
  "sys/resource.h",
  "time.h",
  "poll.h",
  "sys/stat.h",
  "elf.h",
  "linux/auxvec.h",
  "errno.h",
  "sys/ioctl.h",
  "asm/termbits.h",
  "linux/futex.h",
  "asm/prctl.h",
  "linux/fs.h",
  "stdio.h",
  "unistd.h",
  "linux/sched.h",
];

/** The values that the headers give to those names that they know; unknown ones are absent. */
function valuesInHeaders(names: readonly string[]): Record<string, number> {
  const asks = names.map(
    (name) => `#ifdef ${name}\nprintf("${name} %lld\\n", (long long)(${name}));\n#endif`,
  );
  const source = `#define _GNU_SOURCE\n${HEADERS.map((h) => `#include <${h}>`).join("\n")}
    int main() {\n${asks.join("\n")}\n}`;
  const lines = outputOf(source).trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]));
}

/** Where glibc shows programs another value than the kernel's: O_LARGEFILE is 0, F_GETLK64 is F_GETLK, SIGRTMIN is 34. */
const DIFFERENT_IN_GLIBC = new Set(["O_LARGEFILE", "SIGRTMIN", "F_GETLK64", "F_SETLK64", "F_SETLKW64"]);

describe.skipIf(!hasCompiler)("constants against the headers of the system", () => {
  const families: Record<string, Record<string, number>> = {
    "open, fcntl, access and at flags": constantsOf(open),
    "memory flags": constantsOf(memory),
    "process flags": constantsOf(processes),
    "signal flags and codes": constantsOf(signals),
    "terminal modes": constantsOf(termios),
    "file kinds": { ...FILE_KINDS },
    "poll events": { ...POLL_EVENTS },
    "control requests": { ...IOCTL },
    resources: { ...processes.RESOURCES, ...processes.CLOCKS },
    "auxiliary vector": Object.fromEntries(AUX_TABLE.map((row) => [row.name, row.number])),
    "error numbers": Object.fromEntries(ERRNO_TABLE.map((row) => [row.name, row.number])),
    signals: { ...signals.SIGNAL },
  };

  it.each(Object.entries(families))("%s have the values of the C headers", (_, ours) => {
    const theirs = valuesInHeaders(Object.keys(ours));
    const comparable = Object.entries(ours).filter(
      ([name]) => name in theirs && !DIFFERENT_IN_GLIBC.has(name),
    );
    expect(Object.fromEntries(comparable.map(([name]) => [name, theirs[name]]))).toEqual(
      Object.fromEntries(comparable),
    );
    expect(comparable.length).toBeGreaterThan(Object.keys(ours).length * 0.6);
  });

  it("both system call tables agree with the numbers in the C headers", () => {
    const check = (
      header: string,
      table: typeof SYSTEM_CALLS_I386,
      values: (source: string) => number[],
    ): void => {
      const entries = table.entries().filter(([number]) => number <= 450 && number !== 335);
      const source = `#include <asm/${header}>\nint values[] = {-7, ${entries.map(([, name]) => `__NR_${name}`).join(", ")}};`;
      const found = values(source);
      expect(found.slice(found.indexOf(-7) + 1)).toEqual(entries.map(([number]) => number));
    };
    check("unistd_64.h", SYSTEM_CALLS_X86_64, valuesOn32Bit);
    check("unistd_32.h", SYSTEM_CALLS_I386, valuesOn32Bit);
  });
});

describe("error numbers", () => {
  it("are returned negated", () => {
    expect([E.EPERM, E.ENOENT, E.ENOSYS]).toEqual([-1, -2, -38]);
    expect(failed(E.ENOENT)).toBe(true);
    expect([0, 5, -4096, "x", undefined].map(failed)).toEqual([false, false, false, false, false]);
  });

  it("have a name and one sentence each", () => {
    expect(ERRNO_TABLE.every((row) => /^[A-Z].*\.$/.test(row.meaning))).toBe(true);
    expect(errnoName(-2)).toBe("ENOENT");
    expect(errnoName(41)).toBe("E??? (41)");
  });
});

describe("system call tables", () => {
  it("give different numbers to the same call on the two ABIs", () => {
    expect([SYSTEM_CALLS_X86_64.number("write"), SYSTEM_CALLS_I386.number("write")]).toEqual([1, 4]);
    expect([SYSTEM_CALLS_X86_64.name(59), SYSTEM_CALLS_I386.name(11)]).toEqual(["execve", "execve"]);
    expect(SYSTEM_CALLS_X86_64.name(400)).toBeUndefined();
  });

  it("share numbers from 424 on", () => {
    for (const [number, name] of SYSTEM_CALLS_X86_64.entries()) {
      if (number >= 424) expect(SYSTEM_CALLS_I386.name(number)).toBe(name);
    }
  });
});

describe("flags in strace's form", () => {
  it("names the access mode first, then the flags", () => {
    expect(open.formatOpenFlags(0)).toBe("O_RDONLY");
    expect(open.formatOpenFlags(0o1101)).toBe("O_WRONLY|O_CREAT|O_TRUNC");
    expect(open.formatOpenFlags(0o2000000 | 0o200000)).toBe("O_RDONLY|O_CLOEXEC|O_DIRECTORY");
  });

  it("prefers the name of several bits to its parts", () => {
    expect(open.formatOpenFlags(open.O_RDWR | open.O_SYNC)).toBe("O_RDWR|O_SYNC");
    expect(open.formatOpenFlags(open.O_RDWR | open.O_TMPFILE)).toBe("O_RDWR|O_TMPFILE");
  });

  it("leaves unknown bits in hexadecimal", () => {
    expect(memory.formatMapFlags(0x22 | 0x2000000)).toBe("MAP_PRIVATE|MAP_ANONYMOUS|0x2000000");
  });

  it("appends the signal to the flags of clone", () => {
    expect(processes.formatCloneFlags(0x01200011n)).toBe("CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD");
    expect(processes.formatCloneFlags(0x11n)).toBe("SIGCHLD");
  });

  it("inverts a signal set that is nearly full", () => {
    expect(signals.formatSignalSet(0n)).toBe("[]");
    expect(signals.formatSignalSet(0x10002n)).toBe("[INT CHLD]");
    expect(signals.formatSignalSet(0xffff_ffff_ffff_ffffn & ~0x40100n)).toBe("~[KILL STOP]");
  });

  it("writes modes for strace and for ls", () => {
    expect(formatMode(0o100644)).toBe("S_IFREG|0644");
    expect([0o40755, 0o104755, 0o41777, 0o20666, 0o100001].map(formatModeAsListed)).toEqual([
      "drwxr-xr-x",
      "-rwsr-xr-x",
      "drwxrwxrwt",
      "crw-rw-rw-",
      "---------x",
    ]);
  });
});

describe("modes and device numbers", () => {
  it("gives directory entries the kind bits of the mode", () => {
    expect([0o100644, 0o40755, 0o120777, 0o20666, 0o10600].map(directoryEntryType)).toEqual([8, 4, 10, 2, 1]);
  });

  it("takes a device number apart as it was put together", () => {
    expect(deviceNumber(1, 3)).toBe(0x103);
    expect(deviceNumber(136, 300)).toBe(0x10882c);
    const pairs: [number, number][] = [
      [1, 3],
      [5, 0],
      [136, 300],
      [4095, 0xfffff],
    ];
    for (const parts of pairs) {
      expect(deviceParts(deviceNumber(...parts))).toEqual(parts);
    }
  });
});

describe("the status word of wait", () => {
  it.skipIf(!hasCompiler)("is read by the C macros as it was meant", () => {
    const words = [
      processes.exitedStatus(42),
      processes.killedStatus(9),
      processes.killedStatus(11, true),
      processes.stoppedStatus(19),
      processes.CONTINUED_STATUS,
    ];
    const source = `#define _GNU_SOURCE\n#include <sys/wait.h>\n#include <stdio.h>
      int main() { int w[] = {${words.join(",")}};
      for (int i = 0; i < 5; i++) { int s = w[i];
        if (WIFEXITED(s)) printf("exit %d;", WEXITSTATUS(s));
        else if (WIFSIGNALED(s)) printf("kill %d %d;", WTERMSIG(s), !!WCOREDUMP(s));
        else if (WIFSTOPPED(s)) printf("stop %d;", WSTOPSIG(s));
        else if (WIFCONTINUED(s)) printf("cont;"); } }`;
    expect(outputOf(source)).toBe("exit 42;kill 9 0;kill 11 1;stop 19;cont;");
  });
});
