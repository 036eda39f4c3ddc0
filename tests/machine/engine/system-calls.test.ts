/**
 * SYSCALL, SYSRET and SWAPGS in generated code, between timer interrupts, single steps and alignment checks: whenever one looks, the
 * processor is as it would be without a translator.
 */
import { describe, expect, it } from "vitest";
import { FLAG } from "../../../src/machine/isa/registers.js";
import type { Engine } from "../../../src/machine/machine.js";
import { BareMachine, DATA, STACK_3 } from "../system/bare-machine.js";
import { numbers } from "./random-program.js";

const CALLS = 15_000;
const TOO_LONG = 10_000_000;

/** A program of ring 3 that makes system calls, and a kernel that returns with `r11` changed now and then. */
const program = (masked: number, now_and_then: string): string => `
    mov ecx, 0xc0000081
    mov edx, 0x00230010
    xor eax, eax
    wrmsr
    mov ecx, 0xc0000082
    lea rax, [rip+entry]
    xor edx, edx
    wrmsr
    mov ecx, 0xc0000084
    mov eax, ${masked}
    wrmsr
    mov ecx, 0xc0000101
    mov eax, ${DATA + 0x1000}
    wrmsr
    mov ecx, 0xc0000102
    mov eax, ${DATA + 0x2000}
    wrmsr
    mov al, 0x34
    out 0x43, al
    mov al, 0xd3
    out 0x40, al
    mov al, 0x01
    out 0x40, al
    lea rcx, [rip+user]
    mov r11d, ${2 | FLAG.IF}
    mov rsp, ${STACK_3}
    mov r15d, ${CALLS}
    sysretq
user:
    add r14, r15
    rol r14, 3
    mov gs:[16], r14
    syscall
    adc r13, r11
    dec r15d
    jnz user
    ud2
entry:
    swapgs
    mov gs:[8], rsp
    add r12, gs:[0]
    inc qword ptr gs:[0]
    mov rax, gs:[0]
    test al, 31
    jnz 1f
    ${now_and_then}
1:  swapgs
    sysretq
debug:
    inc qword ptr [${DATA}]
    btr qword ptr [rsp+16], 8
    iretq
tick:
    push rax
    inc qword ptr [${DATA + 8}]
    mov al, 0x20
    out 0x20, al
    pop rax
    iretq`;

function machineFor(source: string, engine: Engine): BareMachine {
  const bare = new BareMachine({ engine, instructionsPerSecond: 1_000_000 }).load(source, 0);
  for (const [vector, label] of [
    [1, "debug"],
    [0x20, "tick"],
  ] as const)
    bare.setGate(vector, { handler: bare.at(label) });
  const { ports, cpu } = bare.machine;
  cpu.system.cr0 |= 1n << 18n;
  cpu.pagingChanged();
  for (const [port, value] of [
    ...[[0x20, 0x11] as const, [0x21, 0x20] as const, [0x21, 4] as const, [0x21, 1] as const],
    [0x21, 0xfe] as const,
  ])
    ports.write(port, 1, value);
  return bare;
}

/** Everything that tells one moment from another. */
function stateOf({ machine }: BareMachine): Record<string, unknown> {
  const { cpu, memory } = machine;
  const { system, state } = cpu;
  const words = [0, 8, 0x1000, 0x1008, 0x1010, 0x2000, 0x2008, 0x2010];
  return {
    rip: cpu.rip.toString(16),
    flags: cpu.flags.toString(16),
    time: cpu.time,
    deliveries: cpu.deliveries,
    general: [...state.general].map((value) => value.toString(16)),
    cpl: system.cpl,
    segments: system.segments.map((one) => JSON.stringify({ ...one, base: one.base.toString(16) })),
    kernelGsBase: system.kernelGsBase,
    memory: words.map((at) => memory.read64(DATA + at).toString(16)),
  };
}

const ordinary = FLAG.IF | FLAG.DF;
const CASES = [
  ["nothing unusual", ordinary, "nop"],
  ["a kernel that lets interrupts in", FLAG.DF, "nop"],
  ["single steps after the return", ordinary | FLAG.TF, `or r11, ${FLAG.TF}`],
  ["single steps into the kernel", ordinary, `or r11, ${FLAG.TF}`],
  ["alignment checks", ordinary | FLAG.AC, `xor r11, ${FLAG.AC}`],
  ["status flags in r11", ordinary, `xor r11, ${FLAG.CF | FLAG.ZF}`],
  ["interrupts off in the program", ordinary, `xor r11, ${FLAG.IF}`],
  ["a way back by iretq", ordinary, "push 0x2b\npush rsp\npush r11\npush 0x33\npush rcx\nadd rsp, 40"],
  ["another kernel GS", ordinary, "swapgs\nswapgs"],
  [
    "an address that is not canonical",
    ordinary,
    "cmp r15d, 100\nja 1f\nmov rcx, 0x8000000000000000\nswapgs\nsysretq",
  ],
] as const;

describe("system calls in generated code", () => {
  it.each(CASES)("leave the processor as the evaluator does: %s", (_name, masked, rarely) => {
    const source = program(masked, rarely);
    const [evaluated, translated] = (["evaluator", "translator"] as const).map((engine) =>
      machineFor(source, engine),
    ) as [BareMachine, BareMachine];
    const next = numbers(7);
    for (let ended = false; !ended; ) {
      const until = evaluated.machine.time + 1 + next(next(3) === 0 ? 10 : 20_000);
      for (const { machine } of [evaluated, translated]) {
        const { reason } = machine.run(until);
        ended = reason !== "limit" || machine.time > TOO_LONG;
      }
      expect(stateOf(translated)).toEqual(stateOf(evaluated));
    }
    expect(evaluated.machine.time).toBeLessThan(TOO_LONG);
    const { translatedSteps, time } = translated.machine.cpu;
    expect(translatedSteps / time).toBeGreaterThan(1 / 3);
  });

  it("stop at a breakpoint on system calls that is set while they are made, and go on without it", () => {
    const bare = machineFor(program(ordinary, "nop"), "translator");
    const { machine } = bare;
    machine.run(30_000);
    const breakpoint = machine.breakpoints.add({ kind: "systemCall" });
    for (let n = 0; n < 3; n++) {
      expect(machine.run(TOO_LONG)).toMatchObject({ reason: "breakpoint", rip: bare.at("entry") });
      expect(machine.cpu.system.cpl).toBe(0);
    }
    breakpoint.remove();
    expect(machine.run(TOO_LONG).reason).toBe("halted");
  });
});
