/** Keys as a program in ring 0 meets them, and interrupts of several devices at once. Source: data sheets of 8042 and 8259A. */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../../src/machine/machine.js";
import { Timeline } from "../../../src/machine/time/timeline.js";
import { BareMachine, DATA } from "./bare-machine.js";

const out = (port: number, value: number) => `mov al, ${value}\nout ${port}, al`;
const program = (list: readonly (readonly [number, number])[]) =>
  list.map(([port, value]) => out(port, value)).join("\n");

/** Vectors from 20h and 28h; open are the inputs that are clear in `mask`. */
const controllers = (mask: number) =>
  program([
    ...([
      [0x20, 0x11],
      [0x21, 0x20],
      [0x21, 4],
      [0x21, 1],
      [0x21, mask],
    ] as const),
    ...([
      [0xa0, 0x11],
      [0xa1, 0x28],
      [0xa1, 2],
      [0xa1, 1],
      [0xa1, 0xff],
    ] as const),
  ]);

/** Interrupts on, translation on. */
const KEYBOARD = program([
  [0x64, 0x60],
  [0x60, 0x65],
]);

/** Stores what comes from the keyboard at DATA + 16, and how much at DATA. */
const HANDLER = `
keyboard:
  push rax
  push rcx
  in al, 0x60
  mov ecx, [${DATA}]
  mov [${DATA} + 16 + rcx], al
  inc dword ptr [${DATA}]
  mov al, 0x20
  out 0x20, al
  pop rcx
  pop rax
  iretq`;

function typist(source: string): BareMachine {
  const bare = new BareMachine().load(`${source}\n${HANDLER}`, 0);
  bare.setGate(0x21, { handler: bare.at("keyboard") });
  return bare;
}

const received = ({ memory }: Machine): number[] => [...memory.readBytes(DATA + 16, memory.read32(DATA))];

describe("the keyboard", () => {
  it("interrupts on IRQ 1 with each byte of a key that goes down and up", () => {
    const bare = typist(`${controllers(0xfd)}\n${KEYBOARD}\nsti\nagain: hlt\njmp again`);
    expect(bare.run().reason).toBe("halted");
    bare.machine.devices.keyboard.pressKey("KeyK");
    bare.machine.devices.keyboard.releaseKey("KeyK");
    expect(bare.run().reason).toBe("halted");
    expect(received(bare.machine)).toEqual([0x25, 0xa5]);
  });

  it("answers a program that polls for it", () => {
    const bare = new BareMachine();
    const take = (n: number) => `${n}: in al, 0x64\ntest al, 1\njz ${n}b\nin al, 0x60\nstosb`;
    bare
      .load(
        `mov edi, ${DATA}\n${program([
          [0x64, 0x60],
          [0x60, 0],
          [0x60, 0xf2],
        ])}\n${take(1)}\n${take(2)}\n${take(3)}\nhlt`,
      )
      .run(200_000);
    expect([...bare.machine.memory.readBytes(DATA, 3)]).toEqual([0xfa, 0xab, 0x83]);
  });

  it("repeats a key that is held while the processor sleeps", () => {
    const bare = typist(
      `${controllers(0xfd)}\n${KEYBOARD}\nsti\nagain: hlt\ncmp dword ptr [${DATA}], 6\njb again\ncli\nhlt`,
    );
    bare.run();
    bare.machine.devices.keyboard.pressKey("Space");
    bare.run();
    expect(received(bare.machine)).toEqual(new Array(6).fill(0x39));
    // Half a second until it repeats, four times a tenth of one.
    expect(bare.machine.clock.now).toBeGreaterThan(8_000_000);
    expect(bare.machine.clock.now).toBeLessThan(10_000_000);
    expect(bare.machine.cpu.time).toBeLessThan(300);
  });

  it("is a part of a recorded run: keys come again at their time", () => {
    const bare = typist(`${controllers(0xfd)}\n${KEYBOARD}\nsti\nagain: jmp again`);
    const { machine } = bare;
    const timeline = new Timeline(machine);
    for (const [time, key] of [
      [1000, "KeyY"],
      [40_000, "KeyO"],
      [90_000, "KeyU"],
    ] as const) {
      timeline.run(time);
      timeline.send({ device: "keyboard", key, down: true });
    }
    timeline.run(200_000);
    expect(received(machine)).toEqual([0x15, 0x18, 0x16]);
    timeline.seek(60_000);
    expect(received(machine)).toEqual([0x15, 0x18]);
    timeline.seek(200_000);
    expect(received(machine)).toEqual([0x15, 0x18, 0x16]);
  });
});

describe("several devices", () => {
  it("interrupt in the order of their inputs, and one of higher priority interrupts a handler", () => {
    const bare = typist(`
${controllers(0xfc)}
${KEYBOARD}
${program([
  [0x43, 0x30],
  [0x40, 0x20],
  [0x40, 0x10],
])}
  sti
again: hlt
  jmp again
slow:
  sti
  mov eax, [${DATA} + 8]
  mov ecx, 40000
1: loop 1b
  mov eax, [${DATA}]
  mov [${DATA} + 8], eax
  cli
  in al, 0x60
  mov al, 0x20
  out 0x20, al
  iretq
timer:
  inc dword ptr [${DATA}]
  mov al, 0x20
  out 0x20, al
  iretq`);
    bare.setGate(0x21, { handler: bare.at("slow") });
    bare.setGate(0x20, { handler: bare.at("timer") });
    bare.machine.devices.keyboard.pressKey("KeyA");
    bare.machine.devices.keyboard.releaseKey("KeyA");
    expect(bare.run(300_000).reason).toBe("halted");
    // The timer came after about 36 000 steps, within the first key's handler, which the second key did not interrupt.
    expect([bare.machine.memory.read32(DATA), bare.machine.memory.read32(DATA + 8)]).toEqual([1, 1]);
  });

  it("that are polled at the controller need no interrupt", () => {
    const bare = new BareMachine();
    bare.load(`
${controllers(0xfe)}
${program([
  [0x43, 0x30],
  [0x40, 0x20],
  [0x40, 0],
])}
1: mov al, 0x0c
  out 0x20, al
  in al, 0x20
  test al, 0x80
  jz 1b
  hlt`);
    expect(bare.run().reason).toBe("halted");
    expect(bare.machine.cpu.state.general[0]! & 0xffn).toBe(0x80n);
  });

  it("wake a processor that sleeps past a timer that is masked", () => {
    const bare = typist(
      `${controllers(0xfd)}\n${KEYBOARD}\n${program([
        [0x43, 0x34],
        [0x40, 50],
        [0x40, 0],
      ])}\nsti\nagain: hlt\njmp again`,
    );
    bare.machine.devices.keyboard.pressKey("KeyB");
    bare.machine.devices.keyboard.releaseKey("KeyB");
    expect(bare.run(100_000).reason).toBe("halted");
    expect(received(bare.machine)).toEqual([0x30, 0xb0]);
  });
});
