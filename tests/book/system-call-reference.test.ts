/** The page of all system calls: complete, and honest about what is missing. */
import { describe, expect, it } from "vitest";
import { missingCalls, systemCallEntries, systemCallPage } from "../../src/book/system-call-reference.js";
import { SYSTEM_CALLS_X86_64 } from "../../src/kernel/abi/system-calls-x86-64.js";
import { SYSTEM_CALLS } from "../../src/kernel/syscalls/table.js";

describe("the reference of system calls", () => {
  it("has every call that the kernel answers, each once", () => {
    expect(systemCallEntries()).toHaveLength(SYSTEM_CALLS.length);
    expect(new Set(systemCallEntries().map(({ call }) => call.name)).size).toBe(SYSTEM_CALLS.length);
    expect(systemCallPage().match(/<details class="system-call"/g)).toHaveLength(SYSTEM_CALLS.length);
  });

  it("gives the numbers of Linux", () => {
    const number = (name: string) => systemCallEntries().find(({ call }) => call.name === name)?.number;
    expect([number("read"), number("execve"), number("openat"), number("epoll_pwait2")]).toEqual([
      0, 59, 257, 441,
    ]);
  });

  it("declares each call as C would, with an example", () => {
    const read = systemCallEntries().find(({ call }) => call.name === "read");
    expect(read?.declaration).toBe("long read(int fd, void *buf, size_t count);");
    expect(read?.example).toEqual([
      "char buf[4096];",
      'int fd = open("notes.txt", O_RDWR);',
      "read(fd, buf, sizeof buf);",
    ]);
  });

  it("names every call of Linux, as answered or as missing", () => {
    const answered = systemCallEntries().flatMap(({ call, number }) =>
      number === undefined ? [] : [call.name],
    );
    expect([...answered, ...missingCalls()].sort()).toEqual(
      SYSTEM_CALLS_X86_64.entries()
        .map(([, name]) => name)
        .sort(),
    );
  });
});
