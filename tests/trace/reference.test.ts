/** References: their texts, and which of them mean the same. */
import { describe, expect, it } from "vitest";
import { type Reference, sameThing } from "../../src/trace/reference.js";
import { formatReference, parseReference, referenceProblem } from "../../src/trace/reference-text.js";

const TEXTS = [
  ...["register:rax", "register:xmm3 high", "register:cs.base", "flag:ZF", "memory:0x401000+3"],
  ...["memory:0xffffffff80200000+8@2", "physical:0x1000+8", "instruction:0x401003", "instruction:0x401003@4"],
  ...["line:3", "gate:0x80", "segment:0x33", "entry:PML4/3", "entry:PT/0/2/1/511", "entry:PT/9/0/2/1/5@7"],
  ...["entry:PML5/1", "saved:2/rip", "process:2", "descriptor:2/1", "call:5", "event:17", "time:1234"],
  ...["port:0x43", "device:timer.channels.0.reload", "parameter:slice", "word:frame"],
];

const reference = (text: string): Reference => {
  const parsed = parseReference(text);
  if (!parsed) throw new Error(referenceProblem(text));
  return parsed;
};

describe("the text of a reference", () => {
  it.each(TEXTS)("%s leads to a value and back", (text) => {
    expect(formatReference(reference(text))).toBe(text);
    expect(referenceProblem(text)).toBeUndefined();
  });

  it("may say numbers in either base, and leave out that one byte is meant", () => {
    expect(formatReference(reference("gate:14"))).toBe("gate:0xe");
    expect(formatReference(reference("memory:4096"))).toBe("memory:0x1000+1");
  });

  it.each([
    ["rax", /write a kind and a colon first/],
    ["toString:1", /write a kind and a colon first/],
    ["memory:rax", /not written like memory:0x401000\+3/],
    ["memory:0x11112222333344445", /not written like/],
    ["memory:0x1000+0", /out of range/],
    ["gate:256", /out of range/],
    ["line:0", /out of range/],
    ["entry:PT/1/2", /out of range/],
    ["entry:PML4/512", /out of range/],
    ["entry:PMD/1/2/3", /out of range/],
    ["", /names nothing/],
  ])("“%s” is refused with a reason", (text, reason) => {
    expect(parseReference(text)).toBeUndefined();
    expect(referenceProblem(text)).toMatch(reason);
  });
});

describe("the same thing is meant by", () => {
  const same = (a: string, b: string) => {
    const [one, other] = [reference(a), reference(b)];
    const answer = sameThing(one, other);
    expect(sameThing(other, one)).toBe(answer);
    return answer;
  };

  it("equal references, and only by them where nothing overlaps", () => {
    for (const a of TEXTS) expect(same(a, a)).toBe(true);
    expect(same("line:3", "line:4")).toBe(false);
    expect(same("call:5", "event:5")).toBe(false);
    expect(same("descriptor:2/1", "descriptor:3/1")).toBe(false);
  });

  it("ranges of memory with a byte in common", () => {
    expect(same("memory:0x1000+4", "memory:0x1003+4")).toBe(true);
    expect(same("memory:0x1000+4", "memory:0x1004+4")).toBe(false);
    expect(same("memory:0x1000+4", "physical:0x1000+4")).toBe(false);
  });

  it("an instruction and its first byte", () => {
    expect(same("instruction:0x401003", "memory:0x401000+4")).toBe(true);
    expect(same("instruction:0x401003", "memory:0x401000+3")).toBe(false);
  });

  it("a register and its parts", () => {
    expect(same("register:rax", "register:al")).toBe(true);
    expect(same("register:RAX", "register:ah")).toBe(true);
    expect(same("register:r8d", "register:r9")).toBe(false);
    expect(same("saved:2/rax", "saved:2/eax")).toBe(true);
  });

  it("a flag and the register that it is in, but not two flags", () => {
    expect(same("flag:ZF", "register:rflags")).toBe(true);
    expect(same("flag:ZF", "flag:zf")).toBe(true);
    expect(same("flag:ZF", "flag:CF")).toBe(false);
  });

  it("selectors of any privilege", () => {
    expect(same("segment:0x33", "segment:0x30")).toBe(true);
    expect(same("segment:0x33", "segment:0x37")).toBe(false);
  });

  it("a device and a part of it, but not two parts", () => {
    expect(same("device:timer", "device:timer.channels.0")).toBe(true);
    expect(same("device:timer.a", "device:timer.b")).toBe(false);
  });

  it("addresses of one process and of whichever runs, but not of two", () => {
    expect(same("memory:0x1000+4@2", "memory:0x1000+4")).toBe(true);
    expect(same("memory:0x1000+4@2", "memory:0x1000+4@3")).toBe(false);
    expect(same("entry:PML4/3@2", "entry:PML4/3@3")).toBe(false);
    expect(same("entry:PML4/3@2", "entry:PML4/3")).toBe(true);
  });
});
