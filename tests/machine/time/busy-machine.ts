/**
 * A machine on which much goes on at once: a loop that computes and writes all over its data, a timer that interrupts it,
 * and a serial port whose bytes, as they come in, are mixed into the data and sent back.
 */
import { createHash } from "node:crypto";
import type { Machine } from "../../../src/machine/machine.js";
import { BareMachine, DATA } from "../system/bare-machine.js";

const PROGRAM = `
  mov al, 0x11
  out 0x20, al
  mov al, 0x20
  out 0x21, al
  mov al, 4
  out 0x21, al
  mov al, 1
  out 0x21, al
  mov al, 0xee
  out 0x21, al
  mov al, 0x34
  out 0x43, al
  mov al, 0x80
  out 0x40, al
  mov al, 0
  out 0x40, al
  mov edx, 0x3f9
  mov al, 1
  out dx, al
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
  lea rdi, [rbx+0x41000]
  mov ecx, 5
  rep stosd
  test eax, 0x3f
  jnz again
  hlt
  jmp again
timer:
  push rax
  rdtsc
  add [rbx+0x50000], eax
  mov al, 0x20
  out 0x20, al
  pop rax
  iretq
serial:
  push rax
  push rdx
another:
  mov edx, 0x3f8
  in al, dx
  add [rbx], al
  out dx, al
  mov edx, 0x3fd
  in al, dx
  test al, 1
  jnz another
  mov al, 0x20
  out 0x20, al
  pop rdx
  pop rax
  iretq`;

/** Not yet started. */
export function busyMachine(): BareMachine {
  const bare = new BareMachine().load(PROGRAM, 0);
  bare.setGate(0x20, { handler: bare.at("timer") });
  bare.setGate(0x24, { handler: bare.at("serial") });
  return bare;
}

/** Stands for everything that decides the future of a machine. */
export function digest(machine: Machine): string {
  const { cpu, memory } = machine;
  const moment = cpu.snapshot();
  const { x87, system } = moment.state;
  const plain = JSON.stringify(
    [
      [...moment.state.general, ...moment.state.vectors, moment.rip, moment.flags, moment.time],
      [moment.halted, moment.deliveries, moment.shutDownReason, moment.shadow, moment.stepped],
      [...x87.significands, x87.top, x87.status, x87.control, x87.tags],
      [system, machine.clock.now, machine.clock.skipped],
      [machine.devices.look(), machine.devices.disk?.state.contents.toBytes().join()],
    ],
    (_, value) => (typeof value === "bigint" ? value.toString(16) : value),
  );
  return createHash("sha256").update(memory.bytes).update(plain).digest("hex");
}
