/** Faults of ring 3: vector, error code, saved RIP, CR2. Source: Intel SDM Vol. 3A chapter 6. */
import { describe, expect, it } from "vitest";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, DATA, STACK_0 } from "./bare-machine.js";

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

describe.each(ENGINES)("on the engine %s", (engine) => {
  describe("a fault in ring 3", () => {
    it.each(FAULTS)(
      "%s reports vector, error code and the instruction itself",
      (_name, code, vector, errorCode) => {
        const bare = new BareMachine({ engine }).load(code, 3, 2 | FLAG.CF);
        const stop = bare.runToStop();
        expect(stop).toMatchObject({ vector, errorCode, rip: bare.at("here"), cs: 0x33, ss: 0x2b });
        // A frame of ring 3 lies on the stack that the TSS names, on a 16-byte boundary.
        const pushed = errorCode === undefined ? 40n : 48n;
        expect(stop.frame).toBe((BigInt(STACK_0) & ~0xfn) - pushed);
      },
    );

    it("fetching from a page without execute right sets the instruction bit of the error code", () => {
      const bare = new BareMachine({ engine });
      bare.setEntry(DATA, (1n << 63n) | BigInt(DATA | 7));
      const stop = bare.load(`mov eax, ${DATA}\njmp rax`, 3).runToStop();
      expect(stop).toMatchObject({ vector: 14, errorCode: 0b10101, rip: BigInt(DATA), cr2: BigInt(DATA) });
    });

    it("an instruction that crosses into an unmapped page reports the page's first byte", () => {
      const bare = new BareMachine({ engine });
      bare.setEntry(DATA + 0x1000, 0n);
      bare.machine.memory.writeBytes(DATA + 0xffe, Uint8Array.of(0x48, 0xb8));
      const stop = bare.load(`mov eax, ${DATA + 0xffe}\njmp rax`, 3).runToStop();
      expect(stop).toMatchObject({ vector: 14, rip: BigInt(DATA + 0xffe), cr2: BigInt(DATA + 0x1000) });
    });

    it("a write across two pages changes nothing when the second is missing", () => {
      const bare = new BareMachine({ engine });
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
});
