/** SWAPGS, VMCALL, control registers, MSRs, the I/O bitmap and CPUID. Source: Intel SDM Vol. 2. */
import { describe, expect, it } from "vitest";
import { RAX } from "../../../src/machine/isa/registers.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, DATA } from "./bare-machine.js";

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("swapgs exchanges the base of GS with KERNEL_GS_BASE", () => {
    const bare = new BareMachine({ engine });
    bare.machine.memory.write64(DATA + 8, 0x1234n);
    bare
      .load(`mov ecx, 0xc0000102\nmov eax, ${DATA}\nxor edx, edx\nwrmsr\nswapgs\nmov rbx, gs:[8]\nhlt`, 0)
      .run();
    expect(bare.machine.cpu.state.general[3]).toBe(0x1234n);
  });

  it("vmcall in ring 0 calls the hypercall and goes on behind itself", () => {
    const bare = new BareMachine({ engine });
    bare.machine.cpu.hypercall = (cpu) => {
      cpu.state.general[RAX] = 42n;
    };
    bare.load("vmcall\nmov ebx, eax\nhlt", 0).run();
    expect(bare.machine.cpu.state.general[3]).toBe(42n);
  });

  it("an unknown MSR is #GP(0), and so are reserved bits of EFER and CR4", () => {
    for (const code of [
      "mov ecx, 0x12345\nhere: rdmsr",
      "mov ecx, 0xc0000080\nmov eax, 0xffffffff\nhere: wrmsr",
      "mov rax, cr4\nbts rax, 22\nhere: mov cr4, rax",
    ]) {
      const bare = new BareMachine({ engine }).load(code, 0);
      expect(bare.runToStop(), code).toMatchObject({ vector: 13, errorCode: 0, rip: bare.at("here") });
    }
  });

  it("there is no CR1", () => {
    expect(new BareMachine({ engine }).load(".byte 0x0f, 0x20, 0xc8", 0).runToStop().vector).toBe(6);
  });

  it("the I/O bitmap of the TSS opens single ports", () => {
    const bare = new BareMachine({ engine });
    const { memory, cpu } = bare.machine;
    cpu.system.tr.limit = 0x3000 - 1;
    memory.fill(0x3000 + 104, 0x100, 0xff);
    memory.write8(0x3000 + 104 + (0x3f8 >> 3), 0xfe);
    expect(
      bare.load("mov dx, 0x3f8\nin al, dx\nmov dx, 0x3f9\nhere: in al, dx", 3).runToStop(),
    ).toMatchObject({ vector: 13, errorCode: 0, rip: bare.at("here") });
  });

  it("cpuid announces the vendor, SSE2 and NX, and nothing of AVX", () => {
    const bare = new BareMachine({ engine });
    bare.load("mov eax, 1\ncpuid\nmov esi, edx\nmov edi, ecx\nhlt", 0).run();
    const [edx, ecx] = [bare.machine.cpu.state.general[6]!, bare.machine.cpu.state.general[7]!];
    expect(edx & (1n << 26n)).not.toBe(0n);
    expect(ecx & ((1n << 28n) | (1n << 19n))).toBe(0n);
  });
});
