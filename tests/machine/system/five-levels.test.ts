/** 5-level paging (CR4.LA57): linear addresses of 57 bits, one more table to walk. */
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../../src/machine/machine.js";
import { PTE } from "../../../src/machine/memory/page-table.js";
import { BareMachine, DATA, ROOT_5 } from "./bare-machine.js";

/** In the half that only five levels reach: entry 0FEh of the root, then as the lower half. */
const HIGH = 0x00fe_0000_0000_0000n;
const ROOT = 0x10000;

function highHalf(engine: (typeof ENGINES)[number]): BareMachine {
  const bare = new BareMachine({ engine }).useFiveLevels();
  bare.machine.memory.write64(ROOT_5 + 0xfe * 8, BigInt(ROOT | PTE.P | PTE.RW | PTE.US));
  return bare;
}

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("an address with bits 55:48 is walked through the fifth level, whose entry becomes accessed", () => {
    const bare = highHalf(engine).load(`
      mov rbx, ${HIGH + BigInt(DATA)}
      mov eax, 0x1234
      mov [rbx], eax
      mov ecx, [${DATA}]
      hlt`);
    bare.run();
    expect(bare.machine.cpu.state.general[1]).toBe(0x1234n);
    expect(bare.machine.memory.read64(ROOT_5 + 0xfe * 8) & BigInt(PTE.A)).not.toBe(0n);
  });

  it("without it the same address is not canonical: #GP(0)", () => {
    const bare = new BareMachine({ engine }).load(`mov rbx, ${HIGH}\nmov eax, [rbx]\nhlt`);
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0 });
  });

  it("bits 63:56 must still be equal", () => {
    for (const address of [0x0100_0000_0000_0000n, 0xfe00_0000_0000_0000n]) {
      const bare = highHalf(engine).load(`mov rbx, ${address}\nmov eax, [rbx]\nhlt`);
      expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0 });
    }
    const bare = highHalf(engine).load(`mov rbx, ${0xff00_0000_0000_0000n}\nmov eax, [rbx]\nhlt`);
    expect(bare.runToStop()).toMatchObject({ vector: 14, errorCode: 0, cr2: 0xff00_0000_0000_0000n });
  });

  it("code runs there, calls and returns", () => {
    const bare = highHalf(engine).load(`
      mov rax, ${HIGH}
      lea rbx, [rip + there]
      add rbx, rax
      call rbx
      hlt
    there:
      lea rcx, [rip]
    here:
      ret`);
    bare.run();
    const { general } = bare.machine.cpu.state;
    expect(general[1]).toBe(HIGH + bare.at("here"));
  });

  it("a branch to where bits 63:56 differ is #GP at the branch", () => {
    const bare = highHalf(engine).load(`mov rbx, ${1n << 56n}\nbranch: jmp rbx\nhlt`);
    expect(bare.runToStop()).toMatchObject({ vector: 13, rip: bare.at("branch") });
  });

  it("an entry of the root with PS is malformed, and one that is absent is said so", () => {
    for (const [entry, errorCode] of [
      [BigInt(ROOT | PTE.P | PTE.RW | PTE.PS), 9],
      [0n, 0],
    ] as const) {
      const bare = highHalf(engine);
      bare.machine.memory.write64(ROOT_5 + 0xfd * 8, entry);
      const address = 0x00fd_0000_0000_0000n + BigInt(DATA);
      bare.load(`mov rbx, ${address}\nmov eax, [rbx]\nhlt`);
      expect(bare.runToStop()).toMatchObject({ vector: 14, errorCode, cr2: address });
    }
  });

  it("CR4.LA57 cannot change while in long mode, either way", () => {
    for (const bare of [new BareMachine({ engine }), highHalf(engine)]) {
      bare.load("mov rax, cr4\nxor rax, 0x1000\nwrite: mov cr4, rax\nhlt");
      expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0, rip: bare.at("write") });
    }
  });

  it("registers take bases of 57 bits whether it is on or off, and refuse more", () => {
    const write = (base: bigint) => `
      mov ecx, 0xc0000102
      mov eax, ${base & 0xffffffffn}
      mov edx, ${base >> 32n}
      wrmsr
      hlt`;
    const bare = new BareMachine({ engine }).load(write(HIGH));
    bare.run();
    expect(bare.machine.cpu.system.kernelGsBase).toBe(HIGH);
    expect(new BareMachine({ engine }).load(write(1n << 56n)).runToStop()).toMatchObject({ vector: 13 });
  });

  it("CPUID announces it, and linear addresses of 57 bits", () => {
    const bare = new BareMachine({ engine }).load(`
      mov eax, 7
      xor ecx, ecx
      cpuid
      mov esi, ecx
      mov eax, 0x80000008
      cpuid
      hlt`);
    bare.run();
    const { general } = bare.machine.cpu.state;
    expect([(general[6]! >> 16n) & 1n, (general[0]! >> 8n) & 0xffn]).toEqual([1n, 57n]);
  });
});
