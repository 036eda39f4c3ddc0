import { describe, expect, it } from "vitest";
import { E } from "../../../src/kernel/abi/errno.js";
import { examineElf } from "../../../src/kernel/exec/elf-examination.js";
import { planLoad } from "../../../src/kernel/exec/elf-load-plan.js";
import { type Refusal, refused } from "../../../src/kernel/exec/refusal.js";
import { BytesFile, tailOffset, tinyElf } from "./tiny-elf.js";

function examine(file: Uint8Array): ReturnType<typeof examineElf> {
  return examineElf(new BytesFile(file), () => E.ENOENT);
}

function refusal(file: Uint8Array): Refusal {
  const result = examine(file);
  if (!refused(result)) throw new Error("the file was accepted");
  return result;
}

function patched(changes: Readonly<Record<number, number>>): Uint8Array {
  const file = tinyElf();
  for (const [at, byte] of Object.entries(changes)) file[Number(at)] = byte;
  return file;
}

describe("a file that cannot run says why and what to do", () => {
  it("when it was made for another processor", () => {
    expect(refusal(patched({ 18: 183 }))).toMatchObject({ errno: E.ENOEXEC, place: "e_machine at 0x12" });
    expect(refusal(patched({ 18: 183 })).reason).toMatch(/^this is an aarch64/);
    expect(refusal(patched({ 18: 3 })).message).toMatch(/^this is a 32-bit i386 program.*gcc -m64/);
  });

  it("when it is an object file", () => {
    expect(refusal(patched({ 16: 1 })).message).toMatch(/not linked yet; link it/);
  });

  it("when its program headers are cut off", () => {
    expect(refusal(tinyElf().slice(0, 100)).reason).toBe(
      "truncated: program headers at 0x40 need 56 bytes, the file has 100",
    );
  });

  it("when its interpreter is missing", () => {
    const path = "/lib64/ld-linux-x86-64.so.2\0";
    const file = tinyElf([{ p_type: 3, p_offset: tailOffset(1), p_filesz: BigInt(path.length) }], path);
    expect(refusal(file)).toMatchObject({ errno: E.ENOENT });
    expect(refusal(file).message).toBe(
      "needs the interpreter /lib64/ld-linux-x86-64.so.2, which is not in this machine's file tree; link with -static",
    );
  });

  it.each([
    ["MZ\x90\0", /Windows/],
    ["#!/bin/sh\n", /script/],
    ["echo hello\n", /text without a #! line/],
    ["\x1f\x8b\x08", /gzip/],
    ["", /empty/],
    ["\x01\x02\x03\x04", /7f 45 4c 46/],
  ])("when it begins with %j", (text, reason) => {
    const file = Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect(refusal(file)).toMatchObject({ errno: E.ENOEXEC });
    expect(refusal(file).reason).toMatch(reason);
  });

  it("and kills the process when the segments are wrong, since the old program is gone by then", () => {
    const program = examine(tinyElf([{ p_type: 1, p_vaddr: 0x500000n, p_filesz: 9n, p_memsz: 8n }]));
    if (refused(program)) throw new Error(program.message);
    expect(planLoad(program)).toMatchObject({ isFatal: true, errno: E.EINVAL, place: "program header 1" });
  });
});

describe("the plan of a program", () => {
  it("zeroes the rest of the file's last page and adds pages of zeros up to memsz", () => {
    const program = examine(
      tinyElf([
        { p_type: 1, p_flags: 6, p_vaddr: 0x601000n, p_offset: 0n, p_filesz: 0x10n, p_memsz: 0x2345n },
      ]),
    );
    if (refused(program)) throw new Error(program.message);
    const plan = planLoad(program);
    if (refused(plan)) throw new Error(plan.message);
    expect(plan.segments[1]).toEqual({
      index: 1,
      mapping: { address: 0x601000, length: 0x1000, offset: 0, protection: 3 },
      zeroed: { address: 0x601010, length: 0xff0 },
      anonymous: { address: 0x602000, length: 0x2000, protection: 3 },
    });
    expect([plan.brk, plan.programHeaders]).toEqual([0x604000, 0x400040]);
  });
});
