/** Exceptions: vector, error code, saved RIP, CR2, stack. Source: Intel SDM Vol. 3A chapter 6. */
import { describe, expect, it } from "vitest";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { BareMachine, DATA, IDT, IST_1, STACK_0, STACK_3, TSS } from "./bare-machine.js";

/** Code of ring 3 that faults at the label `here`, and what the processor reports. */
const FAULTS: readonly (readonly [
  name: string,
  code: string,
  vector: number,
  errorCode: number | undefined,
])[] = [
  ["division by zero", "xor edx, edx\nxor ecx, ecx\nhere: div ecx", 0, undefined],
  ["a quotient that does not fit", "mov edx, 5\nmov ecx, 2\nhere: div ecx", 0, undefined],
  ["an undefined instruction", "here: ud2", 6, undefined],
  ["vmcall in ring 3", "here: vmcall", 6, undefined],
  ["hlt in ring 3", "here: hlt", 13, 0],
  ["cli in ring 3", "here: cli", 13, 0],
  ["in without permission", "here: in al, 0x60", 13, 0],
  ["out without permission", "here: out 0x60, al", 13, 0],
  ["lgdt in ring 3", `here: lgdt [${DATA}]`, 13, 0],
  ["mov from cr0 in ring 3", "here: mov rax, cr0", 13, 0],
  ["rdmsr in ring 3", "here: rdmsr", 13, 0],
  ["swapgs in ring 3", "here: swapgs", 13, 0],
  ["invlpg in ring 3", `here: invlpg [${DATA}]`, 13, 0],
  ["a non-canonical address", "mov rax, 0x8000000000000000\nhere: mov al, [rax]", 13, 0],
  ["a non-canonical stack", "mov rsp, 0x8000000000000000\nhere: push rax", 12, 0],
  ["a non-canonical branch target", "mov rax, 0x8000000000000000\nhere: jmp rax", 13, 0],
  ["int n through a gate of DPL 0", "here: int 0x30", 13, 0x30 * 8 + 2],
  ["a kernel data selector in ring 3", "mov ax, 0x18\nhere: mov ds, ax", 13, 0x18],
  ["a selector beyond the GDT", "mov ax, 0x103\nhere: mov ds, ax", 13, 0x100],
  ["a null stack selector in ring 3", "xor eax, eax\nhere: mov ss, ax", 13, 0],
  ["a misaligned movaps", `mov eax, ${DATA + 8}\nhere: movaps xmm0, [rax]`, 13, 0],
  ["a read of a supervisor page", "here: mov al, [0x1000]", 14, 0b00101],
  ["a write to a supervisor page", "here: mov [0x1000], al", 14, 0b00111],
  ["a read where nothing is mapped", "here: mov al, [0x500000]", 14, 0b00100],
  ["a write where nothing is mapped", "here: mov [0x500000], al", 14, 0b00110],
];

describe("a fault in ring 3", () => {
  it.each(FAULTS)(
    "%s reports vector, error code and the instruction itself",
    (_name, code, vector, errorCode) => {
      const bare = new BareMachine().load(code, 3, 2 | FLAG.CF);
      const stop = bare.runToStop();
      expect(stop).toMatchObject({ vector, errorCode, rip: bare.at("here"), cs: 0x33, ss: 0x2b });
      // A frame of ring 3 lies on the stack that the TSS names, on a 16-byte boundary.
      const pushed = errorCode === undefined ? 40n : 48n;
      expect(stop.frame).toBe((BigInt(STACK_0) & ~0xfn) - pushed);
    },
  );

  it("fetching from a page without execute right sets the instruction bit of the error code", () => {
    const bare = new BareMachine();
    bare.setEntry(DATA, (1n << 63n) | BigInt(DATA | 7));
    const stop = bare.load(`mov eax, ${DATA}\njmp rax`, 3).runToStop();
    expect(stop).toMatchObject({ vector: 14, errorCode: 0b10101, rip: BigInt(DATA), cr2: BigInt(DATA) });
  });

  it("an instruction that crosses into an unmapped page reports the page's first byte", () => {
    const bare = new BareMachine();
    bare.setEntry(DATA + 0x1000, 0n);
    bare.machine.memory.writeBytes(DATA + 0xffe, Uint8Array.of(0x48, 0xb8));
    const stop = bare.load(`mov eax, ${DATA + 0xffe}\njmp rax`, 3).runToStop();
    expect(stop).toMatchObject({ vector: 14, rip: BigInt(DATA + 0xffe), cr2: BigInt(DATA + 0x1000) });
  });

  it("a write across two pages changes nothing when the second is missing", () => {
    const bare = new BareMachine();
    bare.setEntry(DATA + 0x1000, 0n);
    const stop = bare.load(`mov rax, -1\nhere: mov [${DATA + 0xffc}], rax`, 3).runToStop();
    expect(stop).toMatchObject({
      vector: 14,
      errorCode: 0b110,
      cr2: BigInt(DATA + 0x1000),
      rip: bare.at("here"),
    });
    expect(bare.machine.memory.read32(DATA + 0xffc)).toBe(0);
  });
});

describe("traps and gates", () => {
  it("int3 in ring 3 needs a gate of DPL 3 and returns behind itself", () => {
    const bare = new BareMachine();
    bare.setGate(3, { dpl: 3 });
    const stop = bare.load("int3\nbehind: nop", 3).runToStop();
    expect(stop).toMatchObject({ vector: 3, errorCode: undefined, rip: bare.at("behind") });
  });

  it("an interrupt gate clears IF and a trap gate keeps it; both clear TF", () => {
    for (const trap of [false, true]) {
      const bare = new BareMachine();
      bare.setGate(0x80, { dpl: 3, trap });
      const stop = bare.load("int 0x80", 3, 2 | FLAG.IF).runToStop();
      expect(stop.flags & FLAG.IF).toBe(FLAG.IF);
      expect((bare.machine.cpu.flags & FLAG.IF) !== 0).toBe(trap);
    }
  });

  it("a gate with an IST number takes that stack, also from ring 0", () => {
    const bare = new BareMachine();
    bare.setGate(6, { ist: 1 });
    expect(bare.load("ud2", 0).runToStop()).toMatchObject({
      vector: 6,
      frame: BigInt(IST_1) - 40n,
      rsp: BigInt(STACK_0),
    });
  });

  it("an exception in ring 0 stays on its stack, aligned down to 16", () => {
    const bare = new BareMachine();
    const stop = bare.load("sub rsp, 8\nhere: ud2", 0).runToStop();
    expect(stop).toMatchObject({
      vector: 6,
      rsp: BigInt(STACK_0 - 8),
      frame: BigInt(STACK_0 - 16 - 40),
      cs: 0x10,
      ss: 0x18,
    });
  });

  it("a fault pushes RF set; the handler runs with RF clear", () => {
    const stop = new BareMachine().load("ud2", 3).runToStop();
    expect(stop.flags & FLAG.RF).toBe(FLAG.RF);
  });

  it("a gate that is not present raises #NP with the vector in the error code", () => {
    const bare = new BareMachine();
    const { memory } = bare.machine;
    memory.write64(IDT + 0x50 * 16, memory.read64(IDT + 0x50 * 16) & ~(0x80n << 40n));
    expect(bare.load("here: int 0x50", 0).runToStop()).toMatchObject({
      vector: 11,
      errorCode: 0x50 * 8 + 2,
      rip: bare.at("here"),
    });
  });

  it("a single step ends each instruction with #DB and sets DR6.BS", () => {
    const bare = new BareMachine();
    const stop = bare.load("nop\nsecond: nop", 3, 2 | FLAG.TF).runToStop();
    expect(stop).toMatchObject({ vector: 1, rip: bare.at("second") });
    expect(bare.machine.cpu.system.dr[6]! & (1n << 14n)).not.toBe(0n);
  });
});

describe("double and triple faults", () => {
  it("a page fault whose stack is missing becomes #DF on its own stack", () => {
    const bare = new BareMachine();
    bare.setGate(8, { ist: 1 });
    bare.machine.memory.write64(TSS + 4, 0x500000n);
    expect(bare.load("mov al, [0x600000]", 3).runToStop()).toMatchObject({
      vector: 8,
      errorCode: 0,
      frame: BigInt(IST_1) - 48n,
    });
  });

  it("when the double fault cannot be delivered either, the processor shuts down", () => {
    const bare = new BareMachine();
    bare.machine.memory.write64(TSS + 4, 0x500000n);
    const result = bare.load("mov al, [0x600000]", 3).run();
    expect(result.reason).toBe("shutdown");
    expect(bare.machine.cpu.shutDownReason).toMatch(/triple fault/);
    expect(bare.run().reason).toBe("shutdown");
  });

  it("an empty IDT is a triple fault", () => {
    const bare = new BareMachine();
    bare.machine.cpu.system.idtr = { base: 0n, limit: 0 };
    expect(bare.load("ud2", 0).run().reason).toBe("shutdown");
  });
});

it("the stack of ring 3 is free to hold anything: its frame goes to the kernel's", () => {
  const bare = new BareMachine();
  const stop = bare.load("xor esp, esp\nud2", 3).runToStop();
  expect(stop).toMatchObject({ vector: 6, rsp: 0n });
  expect(STACK_3).toBeGreaterThan(0);
});
