/** Far JMP, CALL and RET in 64-bit mode: through memory, through call gates, and what keeps them back. */
import { describe, expect, it } from "vitest";
import { ENGINES, type Engine } from "../../../src/machine/machine.js";
import { BareMachine, DATA, GDT, STACK_0, STACK_3 } from "./bare-machine.js";

const CODE_0 = 0x10;
const CODE_3 = 0x33;
/** Behind the descriptors that a bare machine has. */
const GATE = 0x50;
const CONFORMING = 0x38;

/** A far pointer at DATA. */
const pointer = (offset: string, selector: number) => `
  lea rax, [rip + ${offset}]
  mov [${DATA}], rax
  mov word ptr [${DATA + 8}], ${selector}
  mov dword ptr [${DATA + 0x100}], eax
  mov word ptr [${DATA + 0x104}], ${selector}`;

function machine(
  engine: Engine,
  source: string,
  ring: 0 | 3,
  gate?: { dpl: number; to: number; present?: boolean },
) {
  const bare = new BareMachine({ engine });
  const { memory, cpu } = bare.machine;
  cpu.system.gdtr.limit = GATE + 15;
  memory.write64(GDT + CONFORMING, 0x00af9e000000ffffn);
  bare.load(source, ring);
  if (gate) {
    const target = bare.at("target");
    const access = BigInt((gate.present === false ? 0 : 0x80) | (gate.dpl << 5) | 0xc);
    const low =
      (target & 0xffffn) | (BigInt(gate.to) << 16n) | (access << 40n) | (((target >> 16n) & 0xffffn) << 48n);
    memory.write64(GDT + GATE, low);
    memory.write64(GDT + GATE + 8, target >> 32n);
  }
  return bare;
}

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("JMP through memory goes to the same level, with pointers of 6 and of 10 bytes", () => {
    const bare = machine(
      engine,
      `${pointer("first", CODE_0)}
      jmp fword ptr [${DATA + 0x100}]
      hlt
    first:${pointer("second", CODE_0)}
      jmp tbyte ptr [${DATA}]
      hlt
    second:
      mov ecx, 7
      hlt`,
      0,
    );
    bare.run();
    expect(bare.machine.cpu.state.general[1]).toBe(7n);
  });

  it("CALL pushes CS and RIP of the operand size, and RETF of the same size brings both back", () => {
    for (const [call, back] of [
      [`call tbyte ptr [${DATA}]`, "retfq"],
      [`call fword ptr [${DATA + 0x100}]`, "retf"],
    ]) {
      const bare = machine(
        engine,
        `${pointer("there", CODE_0)}\n${call}\nmov ebx, 1\nhlt\nthere: mov rdx, rsp\n${back}`,
        0,
      );
      bare.run();
      const { general } = bare.machine.cpu.state;
      expect(general[3]).toBe(1n);
      expect(general[4]).toBe(BigInt(STACK_0));
      expect(general[2]).toBe(BigInt(STACK_0 - (back === "retfq" ? 16 : 8)));
    }
  });

  it("ring 3 cannot jump to code of ring 0: #GP with the selector", () => {
    const bare = machine(engine, `${pointer("there", CODE_0)}\nthere: jmp tbyte ptr [${DATA}]`, 3);
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: CODE_0, rip: bare.at("there") });
  });

  it("ring 3 goes to conforming code of ring 0 and stays ring 3", () => {
    const bare = machine(
      engine,
      `${pointer("there", CONFORMING)}\njmp tbyte ptr [${DATA}]\nthere: mov eax, cs\nud2`,
      3,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 6, cs: CONFORMING | 3 });
  });

  it("CALL through a gate enters ring 0 on its stack, with SS, RSP, CS and RIP there, and RETFQ leads back", () => {
    const bare = machine(
      engine,
      `${pointer("target", GATE | 3)}
      call fword ptr [${DATA + 0x100}]
    behind:
      mov ebx, cs
      ud2
    target:
      mov rdi, rsp
      mov rcx, [rsp]
      mov rdx, [rsp + 16]
      mov esi, cs
      retfq`,
      3,
      { dpl: 3, to: CODE_0 },
    );
    bare.runToStop();
    const { general } = bare.machine.cpu.state;
    const found = [general[7], general[1], general[2], general[6], general[3]];
    expect(found).toEqual([
      BigInt(STACK_0 - 32),
      bare.at("behind"),
      BigInt(STACK_3),
      BigInt(CODE_0),
      BigInt(CODE_3),
    ]);
  });

  it("JMP through a gate cannot change the level: #GP with the code segment", () => {
    const bare = machine(engine, `${pointer("target", GATE | 3)}\njmp tbyte ptr [${DATA}]\ntarget: hlt`, 3, {
      dpl: 3,
      to: CODE_0,
    });
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: CODE_0 });
  });

  it("a gate of ring 0 refuses ring 3, one that is absent raises #NP, both with the gate's selector", () => {
    for (const [gate, vector] of [
      [{ dpl: 0, to: CODE_0 }, 13],
      [{ dpl: 3, to: CODE_0, present: false }, 11],
    ] as const) {
      const bare = machine(
        engine,
        `${pointer("target", GATE | 3)}\ncall tbyte ptr [${DATA}]\ntarget: hlt`,
        3,
        gate,
      );
      expect(bare.runToStop()).toMatchObject({ vector, errorCode: GATE });
    }
  });

  it("a null selector, one beyond the GDT and a data segment raise #GP with what was asked for", () => {
    for (const [selector, errorCode] of [
      [0, 0],
      [0x1000, 0x1000],
      [0x18, 0x18],
    ] as const) {
      const bare = machine(engine, `${pointer("there", selector)}\nthere: call tbyte ptr [${DATA}]`, 0);
      expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode, rip: bare.at("there") });
    }
  });

  it("IRETQ and RETF to a 32-bit segment continue in compatibility mode", () => {
    const bare = new BareMachine({ engine });
    bare.machine.memory.write64(GDT + CONFORMING, 0x00cf9a000000ffffn);
    bare.load(
      `push ${CONFORMING}
      lea rax, [rip + narrow]
      push rax
      retfq
    .code32
    narrow:
      mov eax, -1
      inc eax
      .byte 0x48
      dec eax
      hlt`,
      0,
    );
    bare.run();
    // 48 is DEC EAX here, and what follows is another one.
    expect(bare.machine.cpu.state.general[0]).toBe(0xfffffffen);
    expect(bare.machine.cpu.codeSize).toBe(32);
  });
});
