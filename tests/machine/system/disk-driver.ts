/** Parts of a disk's driver in assembly, and a program that reads and writes by DMA. Sources: ATA/ATAPI-6, SFF-8038i. */
import { createHash } from "node:crypto";
import type { Engine, Machine } from "../../../src/machine/machine.js";
import { BareMachine, DATA } from "./bare-machine.js";

export const SECTORS = 4096;
export const image = Uint8Array.from({ length: SECTORS * 512 }, (_, n) => (n * 2654435761) >>> 13);
export const TABLE = DATA + 0x8000;
export const BUFFER = DATA + 0x10000;
export const WORD = DATA + 0x4000;

export const out = (port: number, value: number) => `mov edx, ${port}\nmov al, ${value}\nout dx, al`;

/** Vectors from 20h and 28h, only the disk open. */
export const CONTROLLERS = (
  [
    ...[
      [0x20, 0x11],
      [0x21, 0x20],
      [0x21, 4],
      [0x21, 1],
      [0x21, 0xfb],
    ],
    ...[
      [0xa0, 0x11],
      [0xa1, 0x28],
      [0xa1, 2],
      [0xa1, 1],
      [0xa1, 0xbf],
    ],
  ] as [number, number][]
)
  .map(([port, value]) => out(port, value))
  .join("\n");

export const command = (code: number, sector: number, count: number) =>
  [
    out(0x1f6, 0xe0 | (sector >> 24)),
    out(0x1f2, count),
    ...[0, 1, 2].map((n) => out(0x1f3 + n, (sector >> (8 * n)) & 0xff)),
    out(0x1f7, code),
  ].join("\n");

/** Looks through bus 0 for a mass storage controller of kind IDE; its bus master's port comes into EBP. */
export const FIND = `
  mov ebx, 0x80000008
next:
  add ebx, 0x100
  mov edx, 0xcf8
  mov eax, ebx
  out dx, eax
  mov edx, 0xcfe
  in ax, dx
  cmp ax, 0x0101
  jne next
  mov edx, 0xcf8
  lea eax, [rbx-4]
  out dx, eax
  mov edx, 0xcfc
  mov ax, 5
  out dx, ax
  mov edx, 0xcf8
  lea eax, [rbx+0x18]
  out dx, eax
  mov edx, 0xcfc
  in eax, dx
  and eax, 0xfffc
  mov ebp, eax`;

/** Counts interrupts at WORD, and takes back the disk's and the bus master's. */
export const HANDLER = `
handler:
  push rax
  push rdx
  inc dword ptr [${WORD}]
  mov edx, 0x1f7
  in al, dx
  mov [${WORD} + 4], al
  lea edx, [rbp+2]
  mov al, 4
  out dx, al
  mov al, 0x20
  out 0xa0, al
  out 0x20, al
  pop rdx
  pop rax
  iretq`;

export const region = (n: number, address: number, bytes: number, last: boolean) =>
  `mov dword ptr [${TABLE + 8 * n}], ${address}\nmov dword ptr [${TABLE + 8 * n + 4}], ${bytes + (last ? 0x80000000 : 0)}`;

export const goDma = (direction: number) => `
  lea edx, [rbp+4]
  mov eax, ${TABLE}
  out dx, eax
  mov edx, ebp
  mov al, ${direction | 1}
  out dx, al`;

export const stopDma = "mov edx, ebp\nmov al, 0\nout dx, al";

/** Reads 20 sectors from 100 by DMA, writes 7 of them to 3000, and counts in a loop while it waits. */
export const COPY = `
${CONTROLLERS}
${FIND}
  sti
${region(0, BUFFER, 0x1200, false)}
${region(1, BUFFER + 0x1200, 20 * 512 - 0x1200, true)}
${command(0xc8, 100, 20)}
${goDma(8)}
1: inc qword ptr [${WORD} + 16]
  cmp dword ptr [${WORD}], 1
  jb 1b
${stopDma}
${region(0, BUFFER + 512, 7 * 512, true)}
${command(0xca, 3000, 7)}
${goDma(0)}
2: hlt
  cmp dword ptr [${WORD}], 2
  jb 2b
${stopDma}
  cli
  hlt
${HANDLER}`;

export function driver(source: string, engine: Engine = "auto"): BareMachine {
  const bare = new BareMachine({ disk: image, engine }).load(source, 0);
  bare.setGate(0x2e, { handler: bare.at("handler") });
  return bare;
}

export const contents = (machine: Machine): Uint8Array => machine.devices.disk!.state.contents.toBytes();
export const digest = (machine: Machine): string =>
  createHash("sha256")
    .update(machine.memory.bytes)
    .update(contents(machine))
    .update([machine.cpu.time, machine.clock.now, machine.cpu.rip, ...machine.cpu.state.general].join())
    .digest("hex");
