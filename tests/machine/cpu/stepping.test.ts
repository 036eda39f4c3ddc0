/** Which instructions end with a single-step #DB. Source: Intel SDM Vol. 3B §17.3.1.4; MOV SS and POPF as a real processor has it. */
import { describe, expect, it } from "vitest";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { BareMachine, STACK_3 } from "../system/bare-machine.js";

/** Counts #DB and notes where it came, by a handler that stores RIP of its frame and returns. */
function tracesOf(code: string, ring: 0 | 3): { labels: (label: string) => number; traps: number[] } {
  const bare = new BareMachine();
  const log = 0x280000;
  bare.machine.memory.write64(log, 8n);
  bare.load(
    `pushfq\nor dword ptr [rsp], ${FLAG.TF}\npopfq\n${code}\nud2
     handler: push rax\npush rbx\nmov ebx, ${log}\nadd rbx, [rbx]\nmov rax, [rsp+16]\nmov [rbx], rax
     mov ebx, ${log}\nadd qword ptr [rbx], 8\npop rbx\npop rax\niretq`,
    ring,
  );
  bare.setGate(1, { handler: bare.at("handler") });
  expect(bare.runToStop().vector).toBe(6);
  const { memory } = bare.machine;
  const count = (Number(memory.read64(log)) - 8) / 8;
  const traps = Array.from({ length: count }, (_, n) => Number(memory.read64(log + 8 + n * 8)));
  return { traps, labels: (label) => Number(bare.at(label)) };
}

describe.each([0, 3] as const)("in ring %i, with TF set", (ring) => {
  it("every instruction traps behind itself, and POPF that clears TF still does", () => {
    const { traps, labels } = tracesOf(
      "nop\na: nop\nb: pushfq\nc: and dword ptr [rsp], ~0x100\nd: popfq\ne: nop",
      ring,
    );
    expect(traps).toEqual(["a", "b", "c", "d", "e"].map(labels));
  });

  it("MOV SS does not trap; the instruction behind it does", () => {
    const { traps, labels } = tracesOf("mov edx, ss\na: mov ss, edx\nb: nop\nc: nop\nd:", ring);
    expect(traps).toEqual(["a", "c", "d"].map(labels));
  });

  it("each iteration of a REP instruction traps", () => {
    const { traps, labels } = tracesOf("mov ecx, 3\na: lea rdi, [rsp-64]\nb: rep stosb\nc:", ring);
    expect(traps).toEqual(["a", "b", "b", "b", "c"].map(labels));
  });
});

it("INT n does not trap: its handler runs with TF clear, and the return sets it again", () => {
  const bare = new BareMachine();
  bare.load(
    `pushfq\nor dword ptr [rsp], ${FLAG.TF}\npopfq\nint 0x50\nbehind: nop\nlast: ud2\nhandler: inc ebx\niretq`,
    3,
  );
  bare.setGate(0x50, { dpl: 3, handler: bare.at("handler") });
  // IRETQ itself ran without TF, so the first trap comes behind the first instruction that it returned to.
  expect(bare.runToStop()).toMatchObject({ vector: 1, rip: bare.at("last") });
  expect(bare.machine.cpu.state.general[3]).toBe(1n);
});

const SYSCALL_SETUP = `
  mov ecx, 0xc0000081
  mov edx, 0x00230010
  xor eax, eax
  wrmsr
  mov ecx, 0xc0000082
  lea rax, [rip+entry]
  xor edx, edx
  wrmsr`;

describe("SYSCALL and SYSRET", () => {
  const start = `lea rcx, [rip+user]\nmov r11d, ${2 | FLAG.TF}\nmov rsp, ${STACK_3}\nsysretq`;

  it("SYSRET that sets TF traps at once, as if SYSCALL had just ended", () => {
    const bare = new BareMachine().load(`${SYSCALL_SETUP}\n${start}\nuser: nop\nentry: hlt`, 0);
    expect(bare.runToStop()).toMatchObject({ vector: 1, cs: 0x33, rip: bare.at("user") });
  });

  it("SYSCALL does not trap when FMASK clears TF", () => {
    const bare = new BareMachine();
    const mask = `mov ecx, 0xc0000084\nmov eax, ${FLAG.TF}\nxor edx, edx\nwrmsr`;
    bare.load(
      `${SYSCALL_SETUP}\n${mask}\nlea rcx, [rip+user]\nmov r11d, 2\nmov rsp, ${STACK_3}\nsysretq
      user: pushfq\nor dword ptr [rsp], ${FLAG.TF}\npopfq\nsyscall\nentry: nop\nud2`,
      0,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 6, cs: 0x10 });
  });
});

it("a fault ends the step: only its own exception is raised", () => {
  const bare = new BareMachine();
  bare.load(`pushfq\nor dword ptr [rsp], ${FLAG.TF}\npopfq\nhere: ud2`, 3);
  const stop = bare.runToStop();
  expect(stop).toMatchObject({ vector: 6, rip: bare.at("here") });
  expect(stop.flags & FLAG.TF).toBe(FLAG.TF);
});
