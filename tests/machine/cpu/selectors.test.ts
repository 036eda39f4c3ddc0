/** LAR, LSL, VERR, VERW and far returns. Values marked "Linux" are what a real processor answered under Linux. */
import { describe, expect, it } from "vitest";
import { segmentDescriptor } from "../../../src/machine/cpu/descriptors.js";
import { FLAG, RAX, RBX, RCX } from "../../../src/machine/isa/registers.js";
import { BareMachine, GDT, IDT, STACK_3 } from "../system/bare-machine.js";

const UNTOUCHED = 0xdeadbeefn;

/** Asks all four questions about a selector in ring 3; undefined for what stays unanswered (ZF = 0). */
function ask(selector: number, prepare: (bare: BareMachine) => void = () => {}) {
  const bare = new BareMachine();
  prepare(bare);
  bare.load(
    `mov ecx, ${selector}
     mov eax, 0xdeadbeef
     mov ebx, 0xdeadbeef
     lar eax, ecx
     setz r8b
     lsl ebx, ecx
     setz r9b
     verr cx
     setz r10b
     verw cx
     setz r11b
     ud2`,
    3,
  );
  expect(bare.runToStop().vector).toBe(6);
  const { general } = bare.machine.cpu.state;
  const [rights, limit, readable, writable] = [8, 9, 10, 11].map(
    (register) => (general[register]! & 1n) === 1n,
  );
  if (!rights) expect(general[RAX]).toBe(UNTOUCHED);
  if (!limit) expect(general[RBX]).toBe(UNTOUCHED);
  return {
    rights: rights ? general[RAX] : undefined,
    limit: limit ? general[RBX] : undefined,
    readable,
    writable,
  };
}

const NOTHING = { rights: undefined, limit: undefined, readable: false, writable: false };

describe("a question of ring 3 about a selector", () => {
  it("is answered for its own segments as Linux's are", () => {
    expect(ask(0x2b)).toEqual({ rights: 0xcff300n, limit: 0xffffffffn, readable: true, writable: true });
    expect(ask(0x33)).toEqual({ rights: 0xaffb00n, limit: 0xffffffffn, readable: true, writable: false });
  });

  it.each([
    ["null", 0],
    ["null with an RPL", 3],
    ["ring 0's code", 0x10],
    ["ring 0's data", 0x18],
    ["a TSS of ring 0", 0x40],
    ["one beyond the table", 0x103],
    ["the last there could be", 0xfff8],
  ])("is not answered for %s, and nothing faults", (_name, selector) => {
    expect(ask(selector)).toEqual(NOTHING);
  });

  it("is answered for a conforming segment of ring 0", () => {
    const conforming = segmentDescriptor({ code: true, dpl: 0 }) | (4n << 40n);
    const answer = ask(0x20, (bare) => bare.machine.memory.write64(GDT + 0x20, conforming));
    expect(answer).toMatchObject({ limit: 0xffffffffn, readable: true, writable: false });
  });

  it("in 16 bits shows the low half", () => {
    const bare = new BareMachine().load("mov ecx, 0x2b\nmov rax, -1\nlar ax, cx\nud2", 3);
    bare.runToStop();
    expect(bare.machine.cpu.state.general[RAX]).toBe(0xfffffffffffff300n);
  });
});

describe("a far return", () => {
  it.each([
    ["retfq", "push 0x33\nlea rax, [rip+there]\npush rax", 0],
    ["retfq 24", "push 0x33\nlea rax, [rip+there]\npush rax", 24],
    [".byte 0xcb", "sub rsp, 8\nlea eax, [rip+there]\nmov [rsp], eax\nmov dword ptr [rsp+4], 0x33", 0],
  ])("by %s in the same ring drops the pointer and the parameters", (code, prepare, extra) => {
    const bare = new BareMachine().load(`${prepare}\n${code}\nhlt\nthere: ud2`, 3);
    expect(bare.runToStop()).toMatchObject({
      vector: 6,
      cs: 0x33,
      rip: bare.at("there"),
      rsp: BigInt(STACK_3 + extra),
    });
  });

  it("to ring 3 takes the stack that lies behind the parameters", () => {
    const bare = new BareMachine().load(
      `push 0x2b\nmov eax, ${STACK_3 - 64}\npush rax\nsub rsp, 16\npush 0x33\nlea rax, [rip+there]\npush rax\nretfq 16\nhlt\nthere: ud2`,
      0,
    );
    expect(bare.runToStop()).toMatchObject({
      vector: 6,
      cs: 0x33,
      ss: 0x2b,
      rip: bare.at("there"),
      rsp: BigInt(STACK_3 - 48),
    });
  });

  it("cannot lead inwards", () => {
    const bare = new BareMachine().load("push 0x10\nlea rax, [rip+here]\npush rax\nhere: retfq", 3);
    expect(bare.runToStop()).toMatchObject({
      vector: 13,
      errorCode: 0x10,
      rip: bare.at("here"),
      rsp: BigInt(STACK_3 - 16),
    });
  });
});

describe("iret with a narrow frame", () => {
  it("takes 4 bytes for each part", () => {
    const frame = [
      ["lea eax, [rip+there]", "eax"],
      ["", "0x33"],
      ["", "0x203"],
      ["", `${STACK_3 - 8}`],
      ["", "0x2b"],
    ];
    const stores = frame
      .map(([first, value], n) => `${first}\nmov dword ptr [rsp+${n * 4}], ${value}`)
      .join("\n");
    const bare = new BareMachine().load(`sub rsp, 32\n${stores}\niretd\nthere: ud2`, 0);
    const stop = bare.runToStop();
    expect(stop).toMatchObject({
      vector: 6,
      cs: 0x33,
      ss: 0x2b,
      rip: bare.at("there"),
      rsp: BigInt(STACK_3 - 8),
    });
    expect(stop.flags & (FLAG.IF | FLAG.CF)).toBe(FLAG.IF | FLAG.CF);
  });
});

it("a delivery through a gate with a bad selector reports EXT when the event was not an INT n", () => {
  for (const [code, ext] of [
    ["div ecx", 1],
    ["int 0", 0],
  ] as const) {
    const bare = new BareMachine();
    // Selector 0x100 in gate 0, which lies beyond the GDT.
    const { memory } = bare.machine;
    memory.write16(IDT + 2, 0x100);
    bare.setGate(13, { ist: 1 });
    bare.load(`xor ecx, ecx\n${code}`, 0);
    const stop = bare.runToStop();
    // #DE and then #GP are both contributory: #DF. INT 0 is not a fault, and its #GP stands alone.
    expect(stop.vector).toBe(ext === 1 ? 8 : 13);
    expect(stop.errorCode).toBe(ext === 1 ? 0 : 0x100);
  }
  const bare = new BareMachine();
  bare.machine.memory.write16(IDT + 6 * 16 + 2, 0x100);
  expect(bare.load("ud2", 0).runToStop()).toMatchObject({ vector: 13, errorCode: 0x101 });
});

it("a handler in a conforming segment stays in the ring that it interrupts", () => {
  const bare = new BareMachine();
  bare.machine.memory.write64(GDT + 0x20, segmentDescriptor({ code: true, dpl: 0 }) | (4n << 40n));
  bare.load("int 0x50\nhlt\nhandler: mov ecx, cs\nud2", 3);
  bare.setGate(0x50, { dpl: 3, handler: bare.at("handler") });
  bare.machine.memory.write16(IDT + 0x50 * 16 + 2, 0x20);
  expect(bare.runToStop()).toMatchObject({ vector: 6, cs: 0x23, ss: 0x2b });
  expect(bare.machine.cpu.state.general[RCX]).toBe(0x23n);
});
