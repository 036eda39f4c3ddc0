/** Timer, interrupt controllers and serial port as a program meets them. Sources: data sheets of 8254, 8259A, 16550. */
import { describe, expect, it } from "vitest";
import { COM1 } from "../../../src/machine/devices/serial-port.js";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { BareMachine, DATA } from "./bare-machine.js";

const out = (port: number, value: number) => `mov al, ${value}\nout ${port}, al`;

/** Vectors from 0x20, only the timer open. */
const CONTROLLERS = [
  [0x20, 0x11],
  [0x21, 0x20],
  [0x21, 4],
  [0x21, 1],
  [0xa0, 0x11],
  [0xa1, 0x28],
  [0xa1, 2],
  [0xa1, 1],
  [0x21, 0xfe],
  [0xa1, 0xff],
]
  .map(([port, value]) => out(port!, value!))
  .join("\n");
const timer = (mode: number, count: number) =>
  [out(0x43, 0x30 | (mode << 1)), out(0x40, count & 0xff), out(0x40, count >> 8)].join("\n");

describe("the timer", () => {
  it("in mode 2 interrupts once a period, and HLT sleeps until then", () => {
    const bare = new BareMachine();
    const handler = "handler: inc dword ptr [rbx]\nmov al, 0x20\nout 0x20, al\niretq";
    bare.load(
      `${CONTROLLERS}\n${timer(2, 11932)}\nmov ebx, ${DATA}\nsti\nagain: hlt\ncmp dword ptr [rbx], 5\njb again\ncli\nhlt\n${handler}`,
      0,
    );
    bare.setGate(0x20, { handler: bare.at("handler") });
    expect(bare.run().reason).toBe("halted");
    expect(bare.machine.memory.read32(DATA)).toBe(5);
    // Five periods of 10 ms at the nominal ten million steps a second, and no steps while asleep.
    expect(bare.machine.clock.now).toBeGreaterThanOrEqual(500_000);
    expect(bare.machine.clock.now).toBeLessThan(502_000);
    expect(bare.machine.cpu.time).toBeLessThan(200);
  });

  it("in mode 0 interrupts once", () => {
    const bare = new BareMachine();
    const handler = "handler: inc dword ptr [rbx]\nmov al, 0x20\nout 0x20, al\niretq";
    bare.load(
      `${CONTROLLERS}\n${timer(0, 1000)}\nmov ebx, ${DATA}\nsti\nagain: hlt\njmp again\n${handler}`,
      0,
    );
    bare.setGate(0x20, { handler: bare.at("handler") });
    expect(bare.run(1000).reason).toBe("halted");
    expect(bare.machine.memory.read32(DATA)).toBe(1);
  });

  it("interrupts a busy loop, at the same step in every run", () => {
    const times = [0, 1].map(() => {
      const bare = new BareMachine();
      bare.load(`${CONTROLLERS}\n${timer(2, 1193)}\nsti\nagain: jmp again`, 0);
      bare.run(50_000);
      return bare.machine.cpu.time - bare.machine.cpu.deliveries;
    });
    expect(times[0]).toBe(times[1]);
  });

  it("counts down and can be latched", () => {
    const bare = new BareMachine();
    bare
      .load(
        `${timer(2, 0xffff)}\nmov ecx, 10000\n1: dec ecx\njnz 1b\n${out(0x43, 0)}\nin al, 0x40\nmov bl, al\nin al, 0x40\nmov bh, al\nhlt`,
        0,
      )
      .run();
    const count = Number(bare.machine.cpu.state.general[3]! & 0xffffn);
    expect(0xffff - count).toBeGreaterThan(2380);
    expect(0xffff - count).toBeLessThan(2395);
  });
});

describe("the interrupt controllers", () => {
  it("hold a masked request until it is unmasked", () => {
    const bare = new BareMachine();
    bare.load(
      `${CONTROLLERS}\n${out(0x21, 0xff)}\n${timer(2, 100)}\nsti\nmov ecx, 5000\n1: dec ecx\njnz 1b\nhere: ${out(0x21, 0xfe)}\nnop\nhlt`,
      0,
    );
    const stop = bare.runToStop();
    expect(stop.vector).toBe(0x20);
    expect(stop.rip).toBeGreaterThan(bare.at("here"));
  });

  it("give no second interrupt of the same or lower priority before the end of interrupt", () => {
    const bare = new BareMachine();
    bare.load(
      `${CONTROLLERS}\n${timer(2, 100)}\nmov ebx, ${DATA}\nsti\nagain: hlt\njmp again\nhandler: inc dword ptr [rbx]\nsti\nhere: jmp here`,
      0,
    );
    bare.setGate(0x20, { handler: bare.at("handler") });
    bare.run(20_000);
    expect(bare.machine.memory.read32(DATA)).toBe(1);
  });

  it("lead the second chip's inputs through input 2 of the first", () => {
    const bare = new BareMachine();
    bare.load(`${CONTROLLERS}\n${out(0x21, 0xfb)}\n${out(0xa1, 0xfe)}\nsti\nagain: jmp again`, 0);
    bare.run(500);
    bare.machine.interruptController.setInput(8, true);
    expect(bare.runToStop()).toMatchObject({ vector: 0x28 });
  });

  it("wait until STI's successor has been executed", () => {
    const bare = new BareMachine();
    bare.load(
      `${CONTROLLERS}\n${timer(2, 10)}\nmov ecx, 1000\n1: dec ecx\njnz 1b\nsti\nhere: nop\nbehind: nop`,
      0,
      2,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 0x20, rip: bare.at("behind") });
    expect(FLAG.IF).toBe(512);
  });
});

describe("the serial port", () => {
  it("sends what is written and receives what arrives", () => {
    const bare = new BareMachine();
    const sent: number[] = [];
    bare.machine.serialPort.output = (byte) => sent.push(byte);
    bare.machine.serialPort.receive(Uint8Array.of(0x41));
    bare
      .load(
        `mov dx, ${COM1 + 5}\n1: in al, dx\ntest al, 1\njz 1b\nmov dx, ${COM1}\nin al, dx\ninc al\nout dx, al\nhlt`,
        0,
      )
      .run();
    expect(sent).toEqual([0x42]);
  });

  it("interrupts on IRQ 4 when data arrives and IER asks for it", () => {
    const bare = new BareMachine();
    bare.load(
      `${CONTROLLERS}\n${out(0x21, 0xef)}\nmov dx, ${COM1 + 1}\nmov al, 1\nout dx, al\nsti\nagain: jmp again`,
      0,
    );
    bare.run(200);
    bare.machine.serialPort.receive(Uint8Array.of(1));
    expect(bare.runToStop()).toMatchObject({ vector: 0x24 });
  });
});
