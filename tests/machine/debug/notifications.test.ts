/** Views are told at the end of a run what changed since they were told last. */
import { expect, it } from "vitest";
import type { News, Topic } from "../../../src/machine/debug/notifications.js";
import { BareMachine, DATA } from "../system/bare-machine.js";
import { busyMachine, digest } from "../time/busy-machine.js";

/** All news of a topic, in the order they came. */
function listen<T extends Topic>({ machine }: BareMachine, topic: T): News[T["kind"]][] {
  const heard: News[T["kind"]][] = [];
  machine.notifications.subscribe(topic, (news) => heard.push(news));
  return heard;
}

it("registers and devices that changed are told by name, with old and new value", () => {
  const bare = new BareMachine().load(`mov eax, 5\nmov eax, 6\nout 0x21, al\nnop\nhlt`, 0);
  const registers = listen(bare, { kind: "registers" });
  const device = listen(bare, { kind: "device" });
  bare.machine.cpu.state.general[0] = 1n;
  bare.machine.run(2);
  expect(registers[0]).toContainEqual({ kind: "register", name: "rax", old: 0n, now: 6n });
  expect(device).toEqual([]);
  bare.machine.run(4);
  expect(device).toHaveLength(1);
  expect(device[0]!.map(({ name }) => name)).toContain("controller.first.mask");
  expect(registers[1]!.map(({ name }) => name)).not.toContain("rax");
});

it("pages of a range are told when they were written, linear or physical, and not otherwise", () => {
  const bare = new BareMachine().load(
    `mov ebx, ${DATA}\nmov [rbx+0x2008], ebx\nmov [rbx+0x1ffe], ebx\nmov [rbx+0x9000], ebx\nmov eax, [rbx]\nhlt`,
    0,
  );
  bare.setEntry(DATA + 0x2000, BigInt(DATA + 0x20000) | 3n);
  const linear = listen(bare, { kind: "memory", space: "linear", address: BigInt(DATA), length: 0x4000 });
  const physical = listen(bare, {
    ...{ kind: "memory", space: "physical" },
    ...{ address: BigInt(DATA + 0x20000), length: 1 },
  } as const);
  bare.machine.step();
  expect(linear).toEqual([]);
  bare.machine.step();
  bare.machine.step();
  bare.machine.run(100);
  expect(linear).toEqual([[BigInt(DATA + 0x2000)], [BigInt(DATA + 0x1000), BigInt(DATA + 0x2000)]]);
  expect(physical).toEqual([[BigInt(DATA + 0x20000)], [BigInt(DATA + 0x20000)]]);
});

it("exceptions, interrupts and walks of the page tables are told with what they were", () => {
  const bare = busyMachine();
  const exceptions = listen(bare, { kind: "exception" });
  const interrupts = listen(bare, { kind: "interrupt" });
  bare.machine.run(20_000);
  expect(exceptions).toEqual([]);
  expect(interrupts[0]![0]).toMatchObject({ vector: 0x20, source: "external" });
  const faulting = new BareMachine().load(`mov eax, [0x7f000000]\nhlt`, 0);
  const faults = listen(faulting, { kind: "exception" });
  const walks = listen(faulting, { kind: "walk" });
  faulting.machine.run(100);
  expect(faults[0]![0]).toMatchObject({ time: 0, vector: 14, errorCode: 0, source: "fault" });
  expect(walks.flat()).toContainEqual({
    ...{ time: 0, linear: 0x7f000000n, access: 0, user: false },
    ...{ error: 0, physical: undefined },
  });
});

it("a listener that has left hears nothing more, and nobody's listening shows in the machine", () => {
  const bare = busyMachine();
  let heard = 0;
  const topics = ["registers", "device", "exception", "interrupt", "walk"] as const;
  const leave = topics.map((kind) => bare.machine.notifications.subscribe({ kind }, () => heard++));
  bare.machine.notifications.subscribe(
    { kind: "memory", space: "linear", address: BigInt(DATA), length: 0x80000 },
    () => {},
  );
  for (let n = 0; n < 100; n++) bare.machine.run(bare.machine.time + 123);
  expect(heard).toBeGreaterThan(100);
  const plain = busyMachine().machine;
  plain.run(12_300);
  expect(digest(bare.machine)).toBe(digest(plain));
  for (const one of leave) one();
  const before = heard;
  bare.machine.run(20_000);
  expect(heard).toBe(before);
});

it("going to another moment tells what is different there, once", () => {
  const bare = busyMachine();
  const { machine } = bare;
  machine.run(1000);
  const moment = machine.snapshot();
  machine.run(9000);
  const registers = listen(bare, { kind: "registers" });
  const pages = listen(bare, { kind: "memory", space: "physical", address: BigInt(DATA), length: 100 });
  machine.restore(moment);
  expect(registers).toHaveLength(1);
  expect(registers[0]!.map(({ name }) => name)).toContain("rax");
  expect(pages).toEqual([[BigInt(DATA)]]);
});
