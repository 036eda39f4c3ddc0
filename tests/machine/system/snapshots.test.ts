/** A moment of the machine can be returned to, and the future from there is the same, byte for byte. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { Machine } from "../../../src/machine/machine.js";
import { BareMachine, DATA } from "./bare-machine.js";

const PROGRAM = `
  mov al, 0x11
  out 0x20, al
  mov al, 0x20
  out 0x21, al
  mov al, 4
  out 0x21, al
  mov al, 1
  out 0x21, al
  mov al, 0xfe
  out 0x21, al
  mov al, 0x34
  out 0x43, al
  mov al, 0x80
  out 0x40, al
  mov al, 0
  out 0x40, al
  mov ebx, ${DATA}
  sti
again:
  mov eax, [rbx]
  imul eax, eax, 1103515245
  add eax, 12345
  mov [rbx], eax
  and eax, 0xffff
  inc dword ptr [rbx+rax*4]
  cvtsi2sd xmm0, eax
  addsd xmm1, xmm0
  jmp again
handler:
  push rax
  rdtsc
  add [rbx+0x50000], eax
  mov al, 0x20
  out 0x20, al
  pop rax
  iretq`;

function start(): BareMachine {
  const bare = new BareMachine().load(PROGRAM, 0);
  bare.setGate(0x20, { handler: bare.at("handler") });
  return bare;
}

function digest(machine: Machine): string {
  const { cpu, memory } = machine;
  const registers = [
    ...cpu.state.general,
    ...cpu.state.vectors,
    cpu.rip,
    BigInt(cpu.flags),
    BigInt(cpu.time),
    BigInt(machine.clock.now),
  ];
  return createHash("sha256").update(memory.bytes).update(registers.join()).digest("hex");
}

it("running on from a restored snapshot gives the same bytes, on the same and on a fresh machine", () => {
  const bare = start();
  const { machine } = bare;
  bare.run(30_000);
  const snapshot = machine.snapshot();
  const there = digest(machine);
  bare.run(40_000);
  const later = digest(machine);
  expect(later).not.toBe(there);
  machine.restore(snapshot);
  expect(digest(machine)).toBe(there);
  bare.run(40_000);
  expect(digest(machine)).toBe(later);
  const fresh = Machine.create({ ram: 4 << 20 });
  fresh.restore(snapshot);
  fresh.run(fresh.cpu.time + 40_000);
  expect(digest(fresh)).toBe(later);
});

it("the way in which a run is cut into slices does not show", () => {
  const whole = start();
  whole.run(50_000);
  const cut = start();
  for (let n = 0; n < 5000; n++) cut.run(10);
  expect(digest(cut.machine)).toBe(digest(whole.machine));
});

it("what the TLB knows is part of a moment: stale entries stay as stale as on hardware", () => {
  const source = `
    mov ebx, ${DATA}
    mov eax, [rbx]
    mov [rbx+8], eax
    mov dword ptr [rcx], 7
    mov edx, [rbx]
    mov [rbx+16], edx
    invlpg [rbx]
    mov esi, [rbx]
    hlt`;
  for (const how of ["plain", "snapshot", "restored", "elsewhere", "watched"]) {
    const bare = new BareMachine().load(source, 0);
    let { machine } = bare;
    machine.memory.write32(DATA, 0x1111);
    machine.cpu.state.general[1] = BigInt(bare.entryOf(DATA));
    machine.run(4);
    machine.memory.write32(0, 0x2222);
    if (how === "watched")
      machine.watchpoints.add(
        { space: "linear", address: BigInt(DATA), length: 1, access: "access" },
        () => false,
      );
    if (how === "snapshot") machine.snapshot();
    if (how === "restored" || how === "elsewhere") {
      const moment = machine.snapshot();
      machine.run(7);
      if (how === "elsewhere") machine = Machine.create({ ram: 4 << 20 });
      machine.restore(moment);
    }
    expect(machine.run(100).reason, how).toBe("halted");
    const { general } = machine.cpu.state;
    expect([general[2], general[6]], how).toEqual([0x1111n, 0x2222n]);
    expect(machine.memory.read32(DATA + 16), how).toBe(0x1111);
  }
});

it("a snapshot shares the pages that did not change", () => {
  const bare = start();
  bare.run(1000);
  const first = bare.machine.snapshot();
  bare.run(10);
  const second = bare.machine.snapshot();
  const changed = second.memory.pagesUnlike(first.memory);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.length).toBeLessThan(8);
  expect(second.memory.pageCount).toBe(1024);
});
