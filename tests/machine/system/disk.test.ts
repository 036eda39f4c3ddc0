/** The disk as a driver in ring 0 meets it. Sources: ATA/ATAPI-6, SFF-8038i. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Engine, Machine } from "../../../src/machine/machine.js";
import { BareMachine, DATA } from "./bare-machine.js";

const SECTORS = 4096;
const image = Uint8Array.from({ length: SECTORS * 512 }, (_, n) => (n * 2654435761) >>> 13);
const TABLE = DATA + 0x8000;
const BUFFER = DATA + 0x10000;
const WORD = DATA + 0x4000;

const out = (port: number, value: number) => `mov edx, ${port}\nmov al, ${value}\nout dx, al`;

/** Vectors from 20h and 28h, only the disk open. */
const CONTROLLERS = (
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

const command = (code: number, sector: number, count: number) =>
  [
    out(0x1f6, 0xe0 | (sector >> 24)),
    out(0x1f2, count),
    ...[0, 1, 2].map((n) => out(0x1f3 + n, (sector >> (8 * n)) & 0xff)),
    out(0x1f7, code),
  ].join("\n");

/** Looks through bus 0 for a mass storage controller of kind IDE; its bus master's port comes into EBP. */
const FIND = `
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
const HANDLER = `
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

const region = (n: number, address: number, bytes: number, last: boolean) =>
  `mov dword ptr [${TABLE + 8 * n}], ${address}\nmov dword ptr [${TABLE + 8 * n + 4}], ${bytes + (last ? 0x80000000 : 0)}`;

const goDma = (direction: number) => `
  lea edx, [rbp+4]
  mov eax, ${TABLE}
  out dx, eax
  mov edx, ebp
  mov al, ${direction | 1}
  out dx, al`;

const stopDma = "mov edx, ebp\nmov al, 0\nout dx, al";

/** Reads 20 sectors from 100 by DMA, writes 7 of them to 3000, and counts in a loop while it waits. */
const COPY = `
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

function driver(source: string, engine: Engine = "auto"): BareMachine {
  const bare = new BareMachine({ disk: image, engine }).load(source, 0);
  bare.setGate(0x2e, { handler: bare.at("handler") });
  return bare;
}

const contents = (machine: Machine): Uint8Array => machine.devices.disk!.state.contents.toBytes();
const digest = (machine: Machine): string =>
  createHash("sha256")
    .update(machine.memory.bytes)
    .update(contents(machine))
    .update([machine.cpu.time, machine.clock.now, machine.cpu.rip, ...machine.cpu.state.general].join())
    .digest("hex");

describe("a driver", () => {
  it("reads sectors by PIO, told of each by an interrupt", () => {
    const bare = driver(`
${CONTROLLERS}
  mov ebp, 0xc000
  mov edi, ${BUFFER}
${command(0x20, 321, 3)}
  sti
  mov ebx, 1
again: hlt
  cmp dword ptr [${WORD}], ebx
  jb again
  mov edx, 0x1f0
  mov ecx, 256
  rep insw
  inc ebx
  cmp ebx, 4
  jb again
  cli
  hlt
${HANDLER}`);
    expect(bare.run().reason).toBe("halted");
    const { memory } = bare.machine;
    expect([memory.read32(WORD), memory.read8(WORD + 4)]).toEqual([3, 0x58]);
    const wanted = image.subarray(321 * 512, 324 * 512);
    expect(Buffer.compare(memory.readBytes(BUFFER, 1536), wanted)).toBe(0);
  });

  it("writes sectors by PIO and polls for them", () => {
    const ready = (label: string) => `mov edx, 0x1f7\n${label}: in al, dx\ntest al, 0x80\njnz ${label}b`;
    const bare = driver(`
${out(0x3f6, 2)}
  mov edi, ${BUFFER}
  mov ecx, 256
  mov eax, 0x11223344
  rep stosd
  mov esi, ${BUFFER}
${command(0x30, 9, 2)}
${ready("1")}
  mov edx, 0x1f0
  mov ecx, 128
  rep outsd
${ready("2")}
  mov edx, 0x1f0
  mov ecx, 256
  rep outsw
${ready("3")}
  hlt
handler: iretq`);
    expect(bare.run().reason).toBe("halted");
    const written = contents(bare.machine);
    expect([...written.subarray(9 * 512, 9 * 512 + 4)]).toEqual([0x44, 0x33, 0x22, 0x11]);
    expect([...written.subarray(11 * 512 - 4, 11 * 512)]).toEqual([0x44, 0x33, 0x22, 0x11]);
    expect(written[11 * 512]).toBe(image[11 * 512]);
  });

  it("finds the bus master by PCI, reads and writes by DMA, and computes meanwhile", () => {
    const bare = driver(COPY);
    expect(bare.run().reason).toBe("halted");
    const { memory } = bare.machine;
    expect(memory.read32(WORD)).toBe(2);
    expect(memory.read8(WORD + 4)).toBe(0x50);
    expect(memory.read32(WORD + 16)).toBeGreaterThan(200);
    const read = image.subarray(100 * 512, 120 * 512);
    expect(Buffer.compare(memory.readBytes(BUFFER, read.length), read)).toBe(0);
    const written = contents(bare.machine);
    expect(
      Buffer.compare(written.subarray(3000 * 512, 3007 * 512), memory.readBytes(BUFFER + 512, 7 * 512)),
    ).toBe(0);
  });

  it("sees the same at the same time on every engine", () => {
    const ends = (["evaluator", "translator"] as const).map((engine) => {
      const bare = driver(COPY, engine);
      bare.run(5000);
      const middle = digest(bare.machine);
      bare.run();
      return [middle, digest(bare.machine)];
    });
    expect(ends[1]).toEqual(ends[0]);
  });

  it("may load code over code that has been executed: the new instructions count", () => {
    const code = new Uint8Array(512).fill(0x90);
    // mov eax, 2; ret
    code.set([0xb8, 2, 0, 0, 0, 0xc3]);
    const bare = new BareMachine({ disk: code }).load(`
${CONTROLLERS}
${FIND}
  call ${BUFFER}
  mov esi, eax
${region(0, BUFFER, 512, true)}
  sti
${command(0xc8, 0, 1)}
${goDma(8)}
1: hlt
  cmp dword ptr [${WORD}], 1
  jb 1b
  call ${BUFFER}
  cli
  hlt
${HANDLER}`);
    bare.setGate(0x2e, { handler: bare.at("handler") });
    bare.machine.memory.writeBytes(BUFFER, Uint8Array.of(0xb8, 1, 0, 0, 0, 0xc3));
    expect(bare.run().reason).toBe("halted");
    expect([bare.machine.cpu.state.general[6], bare.machine.cpu.state.general[0]]).toEqual([1n, 2n]);
  });
});

describe("a moment in the middle of a DMA command", () => {
  it("goes on to the same bytes, on the same and on another machine, and however the run is cut", () => {
    const bare = driver(COPY);
    const { machine } = bare;
    while ((machine.devices.disk!.state.left | 0) !== 11) bare.run(10);
    const snapshot = machine.snapshot();
    const there = digest(machine);
    bare.run();
    const end = digest(machine);
    expect(end).not.toBe(there);
    machine.restore(snapshot);
    expect(digest(machine)).toBe(there);
    for (let n = 0; n < 500; n++) bare.run(7);
    bare.run();
    expect(digest(machine)).toBe(end);
    const other = new BareMachine({ disk: new Uint8Array(512) }).machine;
    other.restore(snapshot);
    other.run(other.time + 100_000);
    expect(digest(other)).toBe(end);
  });

  it("shares the sectors that did not change", () => {
    const bare = driver(COPY);
    const first = bare.machine.snapshot();
    bare.run();
    const second = bare.machine.snapshot();
    const [one, two] = [first, second].map((moment) => moment.devices.disk!.contents);
    expect(one!.sector(3000)).not.toEqual(two!.sector(3000));
    expect(one!.sector(2999).buffer).toBe(two!.sector(2999).buffer);
    expect(bare.machine.snapshot().devices.disk!.contents).toBe(two);
  });

  it("is undone step by step, sectors included", () => {
    const bare = driver(COPY);
    const { machine } = bare;
    while (machine.memory.read32(WORD) < 1) bare.run(10);
    const before = digest(machine);
    const { time } = machine;
    machine.journal.record(true);
    bare.run();
    expect(machine.devices.disk!.state.contents.sector(3001)).toEqual(
      machine.memory.readBytes(BUFFER + 1024, 512),
    );
    while (machine.time > time) machine.stepBack();
    expect(digest(machine)).toBe(before);
  });
});
