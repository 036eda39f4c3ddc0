/** Steps are undone from the journal of what they changed, with nothing run again. */
import { describe, expect, it } from "vitest";
import { Machine } from "../../../src/machine/machine.js";
import { COUNTER, numbers, pieces, randomProgram } from "../engine/random-program.js";
import { BareMachine, DATA } from "../system/bare-machine.js";
import { busyMachine, digest } from "./busy-machine.js";

/** Writes sector 2 and reads it back, through the data port. */
const DISK = `
  mov ecx, 0x200
  mov edi, ${DATA}
  mov al, 0x5a
  rep stosb
  mov bl, 0x30
  call command
  mov edx, 0x1f0
  mov esi, ${DATA}
  mov ecx, 256
  rep outsw
  mov bl, 0x20
  call command
  mov edx, 0x1f0
  mov edi, ${DATA + 0x1000}
  mov ecx, 256
  rep insw
  hlt
command:
  mov edx, 0x1f7
busy:
  in al, dx
  test al, 0x80
  jnz busy
  mov edx, 0x1f2
  mov al, 1
  out dx, al
  inc edx
  mov al, 2
  out dx, al
  inc edx
  mov al, 0
  out dx, al
  inc edx
  out dx, al
  inc edx
  mov al, 0xe0
  out dx, al
  inc edx
  mov al, bl
  out dx, al
wait:
  in al, dx
  test al, 8
  jz wait
  ret`;
const RANDOM_DATA = 0x20000000;

/** Runs `steps` steps with the journal on, then undoes them all; compares every `every`-th moment. */
function thereAndBack(machine: Machine, steps: number, every: number): number {
  machine.journal.record(true);
  const passed: string[] = [];
  let done = 0;
  for (; done < steps; done++) {
    if (done % every === 0) passed.push(digest(machine));
    const before = machine.time;
    machine.step();
    if (machine.time === before) break;
  }
  const end = digest(machine);
  for (let n = done - 1; n >= 0; n--) {
    expect(machine.stepBack(), `step ${n}`).toBeDefined();
    if (n % every === 0) expect(digest(machine), `before step ${n}`).toBe(passed[n / every]);
  }
  expect(machine.journal.entries).toHaveLength(0);
  machine.journal.record(false);
  machine.run(machine.time + done);
  expect(digest(machine)).toBe(end);
  return done;
}

describe("the journal", () => {
  it("undoes a program, interrupts, devices and halts included", () => {
    const { machine } = busyMachine();
    machine.runTo(7);
    machine.accept({ device: "serial", bytes: Uint8Array.of(1, 2, 3) });
    expect(thereAndBack(machine, 3000, 37)).toBe(3000);
  });

  it("undoes random programs, with their exceptions", () => {
    const next = numbers(11);
    const choices = pieces();
    let steps = 0;
    for (let n = 0; n < 40; n++) {
      const { machine } = new BareMachine().load("nop", 3);
      const { cpu, memory } = machine;
      // Where random programs expect their data and, further up in the same 2 MiB, their code.
      memory.write64(Number(cpu.system.cr3) + 0x2000 + (RANDOM_DATA >> 21) * 8, BigInt(DATA | 0x87));
      memory.writeBytes(DATA + 0x100f00, randomProgram(next, choices).bytes);
      for (let k = 0; k < 16; k++) cpu.state.general[k] = BigInt(RANDOM_DATA + next(0x2000));
      for (let k = 0; k < 0x3000; k += 4) memory.write32(DATA + k, next(2 ** 32));
      memory.write32(DATA + COUNTER - RANDOM_DATA, 12);
      cpu.rip = BigInt(RANDOM_DATA + 0x100f00);
      steps += thereAndBack(machine, 300, 60);
    }
    expect(steps).toBeGreaterThan(5000);
  });

  it("undoes what a disk and a keyboard did", () => {
    const bare = new BareMachine().load(DISK, 0).machine.snapshot();
    const machine = Machine.create({ ram: 4 << 20, disk: new Uint8Array(8 * 512).fill(3) });
    machine.memory.restore(bare.memory);
    machine.cpu.restore(bare.cpu);
    const contents = machine.devices.disk!.state.contents;
    expect(thereAndBack(machine, 3000, 100)).toBeGreaterThan(1000);
    expect(machine.run(1_000_000).reason).toBe("halted");
    expect(machine.devices.disk!.state.contents.sector(2)[1]).toBe(0x5a);
    expect(contents.sector(2)[1]).toBe(3);
    const there = digest(machine);
    machine.journal.record(true);
    machine.accept({ device: "keyboard", key: "KeyA", down: true });
    expect(digest(machine)).not.toBe(there);
    expect(machine.stepBack()).toBeUndefined();
    expect(digest(machine)).toBe(there);
  });

  it("tells what a step changed: registers by name, memory by both addresses, with old and new values", () => {
    const bare = new BareMachine().load(`mov dword ptr [rbx+4094], 0x11223344\nadd rax, 5\nout 0x21, al`, 0);
    const { machine } = bare;
    bare.setEntry(DATA + 4096, BigInt(DATA + 0x9000) | 3n);
    machine.cpu.state.general[3] = BigInt(DATA);
    machine.cpu.state.general[0] = 1n;
    machine.journal.record(true);
    machine.step();
    const wrote = machine.journal.last!;
    const bytes = (from: number, to: number) =>
      wrote.memory.filter(({ physical }) => physical >= from && physical < to);
    expect(
      bytes(DATA, DATA + 0x10000).map(({ physical, linear, now }) => [physical, linear, ...now]),
    ).toEqual([
      [DATA + 4094, BigInt(DATA + 4094), 0x44],
      [DATA + 4095, BigInt(DATA + 4095), 0x33],
      [DATA + 0x9000, BigInt(DATA + 4096), 0x22],
      [DATA + 0x9001, BigInt(DATA + 4097), 0x11],
    ]);
    // The dirty bits of the pages are in page tables, at no linear address.
    expect(wrote.memory.filter(({ linear }) => linear === undefined).length).toBeGreaterThan(0);
    machine.step();
    const added = machine.journal.last!;
    expect(added.rip).toBe(wrote.registers.find(({ name }) => name === "rip")?.now);
    expect(added.registers).toContainEqual({ kind: "register", name: "rax", old: 1n, now: 6n });
    expect(added.memory).toEqual([]);
    machine.step();
    expect(machine.journal.last!.registers).toContainEqual(
      expect.objectContaining({ kind: "device", name: "controller.first.mask", now: 6 }),
    );
  });

  it("keeps a bounded number of entries and bytes, the newest ones", () => {
    const { machine } = busyMachine();
    machine.journal.record(true, { entries: 20 });
    machine.run(500);
    expect(machine.journal.entries.map(({ time }) => time)).toEqual(
      Array.from({ length: 20 }, (_, n) => 481 + n),
    );
    for (let n = 0; n < 20; n++) expect(machine.stepBack()?.time).toBe(500 - n);
    expect(machine.stepBack()).toBeUndefined();
    expect(machine.time).toBe(480);
    machine.journal.record(true, { bytes: 1000 });
    machine.run(5000);
    const held = machine.journal.entries.flatMap(({ memory }) => memory.map(({ old }) => 2 * old.length));
    expect(held.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1000);
  });

  it("undoes with a step what was done from outside after it", () => {
    const { machine } = busyMachine();
    machine.runTo(100);
    machine.journal.record(true);
    const there = digest(machine);
    machine.step();
    machine.memory.write32(DATA + 0x777, 0x12345678);
    machine.cpu.state.general[9] = 99n;
    machine.accept({ device: "serial", bytes: Uint8Array.of(7) });
    expect(machine.stepBack()?.time).toBe(101);
    expect(digest(machine)).toBe(there);
  });

  it("does not show: a run with it ends as one without", () => {
    const one = busyMachine().machine;
    const other = busyMachine().machine;
    one.journal.record(true);
    one.run(20_000);
    other.run(20_000);
    expect(digest(one)).toBe(digest(other));
  });
});
