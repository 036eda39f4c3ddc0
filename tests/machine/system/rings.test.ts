/** Crossing between rings: iretq, syscall, sysret, swapgs, vmcall, control registers and MSRs. Source: Intel SDM Vol. 2. */
import { describe, expect, it } from "vitest";
import { FLAG, R11, RAX, RCX, RSP } from "../../../src/machine/isa/registers.js";
import { BareMachine, DATA, STACK_3 } from "./bare-machine.js";

const frame = (cs: number, ss: number, flags: number, rip = "user", rsp = STACK_3) =>
  `push ${ss}\nmov rax, ${rsp}\npush rax\npush ${flags}\npush ${cs}\nlea rax, [rip+${rip}]\npush rax\nhere: iretq\nuser: ud2`;

describe("iretq", () => {
  it("leads to ring 3 with the frame's stack and flags", () => {
    const bare = new BareMachine().load(frame(0x33, 0x2b, 2 | FLAG.CF | FLAG.IF | FLAG.AC), 0);
    const stop = bare.runToStop();
    expect(stop).toMatchObject({ vector: 6, cs: 0x33, ss: 0x2b, rsp: BigInt(STACK_3), rip: bare.at("user") });
    expect(stop.flags & (FLAG.CF | FLAG.IF | FLAG.AC)).toBe(FLAG.CF | FLAG.IF | FLAG.AC);
  });

  it.each([
    ["a null code segment", 0x0, 0x2b, 0],
    ["a data segment as code", 0x18, 0x18, 0x18],
    ["a code segment of ring 0 asked for as ring 3", 0x13, 0x2b, 0x10],
    ["a null stack segment for ring 3", 0x33, 0x0, 0],
    ["a stack segment of ring 0 for ring 3", 0x33, 0x18, 0x18],
    ["a code segment beyond the GDT", 0x103, 0x2b, 0x100],
  ])("refuses %s with #GP and changes nothing", (_name, cs, ss, errorCode) => {
    const bare = new BareMachine().load(frame(cs, ss, 2), 0);
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode, cs: 0x10, rip: bare.at("here") });
  });

  it("in ring 3 cannot become ring 0, nor change IF or IOPL", () => {
    const up = new BareMachine().load(frame(0x10, 0x18, 2), 3);
    expect(up.runToStop()).toMatchObject({ vector: 13, errorCode: 0x10 });
    const same = new BareMachine().load(frame(0x33, 0x2b, 2 | FLAG.IF | FLAG.IOPL | FLAG.DF), 3);
    const { flags } = same.runToStop();
    expect(flags & (FLAG.IF | FLAG.IOPL | FLAG.DF)).toBe(FLAG.DF);
  });

  it("refuses a return address that is not canonical", () => {
    const bare = new BareMachine().load(
      "push 0x2b\npush 0\npush 2\npush 0x33\nmov rax, 0x8000000000000000\npush rax\nhere: iretq",
      0,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0, rip: bare.at("here") });
  });
});

const SETUP = `
  mov ecx, 0xc0000081
  mov edx, 0x00230010
  xor eax, eax
  wrmsr
  mov ecx, 0xc0000082
  lea rax, [rip+entry]
  xor edx, edx
  wrmsr
  mov ecx, 0xc0000084
  mov eax, ${FLAG.IF | FLAG.DF}
  wrmsr`;

describe("syscall and sysret", () => {
  it("syscall goes to LSTAR in ring 0 with RIP in RCX, RFLAGS in R11, masked flags, and the stack as it was", () => {
    const bare = new BareMachine().load(
      `${SETUP}\nlea rcx, [rip+user]\nmov r11d, ${2 | FLAG.IF | FLAG.DF | FLAG.CF}\nmov rsp, ${STACK_3}\nsysretq
       user: syscall\nbehind: ud2\nentry: hlt`,
      0,
    );
    bare.run();
    const { cpu } = bare.machine;
    expect(cpu.system.cpl).toBe(0);
    expect(cpu.rip).toBe(bare.at("entry") + 1n);
    expect(cpu.state.general[RCX]).toBe(bare.at("behind"));
    expect(cpu.state.general[RSP]).toBe(BigInt(STACK_3));
    expect(Number(cpu.state.general[R11]) & (FLAG.IF | FLAG.DF | FLAG.CF)).toBe(FLAG.IF | FLAG.DF | FLAG.CF);
    expect(cpu.flags & (FLAG.IF | FLAG.DF | FLAG.CF)).toBe(FLAG.CF);
    expect(cpu.system.segments.map((one) => one.selector).slice(1, 3)).toEqual([0x10, 0x18]);
  });

  it("sysretq leads to ring 3 with the selectors that STAR gives", () => {
    const bare = new BareMachine().load(
      `${SETUP}\nlea rcx, [rip+user]\nmov r11d, 2\nsysretq\nuser: ud2\nentry: hlt`,
      0,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 6, cs: 0x33, ss: 0x2b, rip: bare.at("user") });
  });

  it("sysretq to an address that is not canonical faults in ring 0", () => {
    const bare = new BareMachine().load("mov rcx, 0x8000000000000000\nmov r11d, 2\nhere: sysretq", 0);
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0, cs: 0x10, rip: bare.at("here") });
  });

  it("both are undefined while EFER.SCE is off", () => {
    const bare = new BareMachine();
    bare.machine.cpu.system.efer &= ~1n;
    expect(bare.load("here: syscall", 3).runToStop()).toMatchObject({ vector: 6, rip: bare.at("here") });
  });
});

describe("other privileged state", () => {
  it("swapgs exchanges the base of GS with KERNEL_GS_BASE", () => {
    const bare = new BareMachine();
    bare.machine.memory.write64(DATA + 8, 0x1234n);
    bare
      .load(`mov ecx, 0xc0000102\nmov eax, ${DATA}\nxor edx, edx\nwrmsr\nswapgs\nmov rbx, gs:[8]\nhlt`, 0)
      .run();
    expect(bare.machine.cpu.state.general[3]).toBe(0x1234n);
  });

  it("vmcall in ring 0 calls the hypercall and goes on behind itself", () => {
    const bare = new BareMachine();
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
      const bare = new BareMachine().load(code, 0);
      expect(bare.runToStop(), code).toMatchObject({ vector: 13, errorCode: 0, rip: bare.at("here") });
    }
  });

  it("there is no CR1", () => {
    expect(new BareMachine().load(".byte 0x0f, 0x20, 0xc8", 0).runToStop().vector).toBe(6);
  });

  it("the I/O bitmap of the TSS opens single ports", () => {
    const bare = new BareMachine();
    const { memory, cpu } = bare.machine;
    cpu.system.tr.limit = 0x3000 - 1;
    memory.fill(0x3000 + 104, 0x100, 0xff);
    memory.write8(0x3000 + 104 + (0x3f8 >> 3), 0xfe);
    expect(
      bare.load("mov dx, 0x3f8\nin al, dx\nmov dx, 0x3f9\nhere: in al, dx", 3).runToStop(),
    ).toMatchObject({ vector: 13, errorCode: 0, rip: bare.at("here") });
  });

  it("cpuid announces the vendor, SSE2 and NX, and nothing of AVX", () => {
    const bare = new BareMachine();
    bare.load("mov eax, 1\ncpuid\nmov esi, edx\nmov edi, ecx\nhlt", 0).run();
    const [edx, ecx] = [bare.machine.cpu.state.general[6]!, bare.machine.cpu.state.general[7]!];
    expect(edx & (1n << 26n)).not.toBe(0n);
    expect(ecx & ((1n << 28n) | (1n << 19n))).toBe(0n);
  });
});
