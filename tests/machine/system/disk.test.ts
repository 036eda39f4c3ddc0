/** The disk as a driver in ring 0 meets it. Sources: ATA/ATAPI-6, SFF-8038i. */
import { describe, expect, it } from "vitest";
import { BareMachine } from "./bare-machine.js";
import {
  BUFFER,
  CONTROLLERS,
  COPY,
  command,
  contents,
  digest,
  driver,
  FIND,
  goDma,
  HANDLER,
  image,
  out,
  region,
  WORD,
} from "./disk-driver.js";

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
