/** Who wrote a value last, and that going there shows it about to happen. */
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import { parseReference } from "../../src/trace/reference-text.js";
import { Session } from "../../src/trace/session.js";
import type { Cause } from "../../src/trace/why/cause.js";
import { why } from "../../src/trace/why/why.js";
import { MachineWorld } from "../../src/trace/worlds/machine-world.js";
import { busyMachine } from "../machine/time/busy-machine.js";
import { assembled, kernelWorld } from "./kernel-program.js";

const SOURCE = `_start:
    mov ebx, 3
    mov r12, 77
again:
    mov eax, 39
    syscall
    mov [rip+kept], eax
    add dword ptr [rip+kept], 1000
    dec ebx
    jnz again
    xor ecx, ecx
    push 5
    mov r12, 77
spin:
    inc r13
    cmp r13, 60000
    jnz spin
    mov eax, 60
    mov edi, 5
    syscall
.data
kept: .quad 0
never: .quad 9
`;

function stoppedAt(label: string, source = SOURCE) {
  const world = kernelWorld(assembled(source));
  const assembly = assemble(source);
  if (!assembly.ok) throw new Error("it was assembled a line before");
  const { symbols, listing } = assembly;
  const session = Session.open(world, { lines: listing.filter(({ isCode }) => isCode) });
  const at = (name: string) => symbols.get(name)!;
  session.stopPoints.add({ kind: "address", address: at(label) });
  session.run(session.time + 200_000);
  session.stopPoints.remove(1);
  const ask = (text: string, steps?: number) => {
    const reference = parseReference(text);
    if (!reference) throw new Error(`${text} is no reference`);
    const before = session.time;
    const cause = why(session, reference, steps === undefined ? {} : { steps });
    expect(session.time).toBe(before);
    return cause;
  };
  return { session, world, at, ask };
}

type Written = Extract<Cause, { kind: "written" }>;

describe("why a register is as it is", () => {
  const { session, world, ask } = stoppedAt("spin");

  it("is told by the instruction that wrote it last, with its line", () => {
    const cause = ask("register:rbx");
    expect(cause).toMatchObject({
      kind: "written",
      writer: { kind: "instruction", instruction: { text: "dec ebx", line: 9, process: 2 } },
      old: 1n,
      now: 0n,
    });
    expect(cause.says).toMatch(
      /^register:rbx became 0x0 at t = \d+ and was 0x1 before: by dec ebx in line 9 of process 2\.$/,
    );
    const { time } = cause as Written;
    const present = session.time;
    session.seek(time);
    expect([session.lines.lineAt(world.machine.cpu.rip), world.machine.cpu.state.general[3]]).toEqual([
      9,
      1n,
    ]);
    session.seek(time + 1);
    expect(world.machine.cpu.state.general[3]).toBe(0n);
    session.seek(present);
  });

  it("counts an instruction that wrote the same value again", () => {
    expect(ask("register:r12")).toMatchObject({
      writer: { kind: "instruction", instruction: { line: 13 } },
      old: 77n,
      now: 77n,
      says: expect.stringContaining("was written"),
    });
    expect(ask("register:ecx")).toMatchObject({ writer: { instruction: { text: "xor ecx, ecx" } } });
  });

  it("names the kernel for what a system call left there, and the call", () => {
    expect(ask("register:rax")).toMatchObject({
      writer: { kind: "kernel" },
      event: { kind: "call", says: "getpid() = 2" },
      old: 39n,
      now: 2n,
    });
    expect(ask("register:r11")).toMatchObject({
      writer: { kind: "instruction", instruction: { text: "syscall" } },
    });
  });

  it("goes back to the beginning, where nobody has written it", () => {
    expect(ask("register:r15")).toMatchObject({ kind: "start" });
  });

  it("tells flags one by one", () => {
    expect(ask("flag:ZF")).toMatchObject({ writer: { instruction: { text: "xor ecx, ecx" } } });
    expect(ask("flag:DF")).toMatchObject({ kind: "start" });
  });
});

describe("why bytes are as they are", () => {
  it("is told by the store, though the same instruction ran before", () => {
    const { ask, at } = stoppedAt("spin");
    const address = at("kept").toString();
    expect(ask(`memory:${address}+4`)).toMatchObject({
      writer: { kind: "instruction", instruction: { line: 8 } },
      old: Uint8Array.of(2, 0, 0, 0),
      now: Uint8Array.of(0xea, 3, 0, 0),
    });
    expect(ask(`memory:${at("never")}+8`)).toMatchObject({ kind: "written", writer: { kind: "kernel" } });
  });

  it("is told far away from the write, and not beyond the steps that one grants", () => {
    const { ask, at, session } = stoppedAt("spin");
    session.run(session.time + 8000);
    const kept = `memory:${at("kept")}+4`;
    expect(ask(kept)).toMatchObject({ writer: { instruction: { line: 8 } } });
    expect(ask(kept, 100)).toMatchObject({ kind: "not-found", since: session.time - 100 });
    expect(ask("register:rbx", 100)).toMatchObject({ kind: "not-found" });
    expect(ask("register:rbx")).toMatchObject({ writer: { instruction: { text: "dec ebx" } } });
  });

  it("tells page walks, deliveries and the kernel's own tables apart", () => {
    const { ask, world } = stoppedAt("spin");
    const { kernel, machine } = world;
    const rsp = machine.cpu.state.general[4]!;
    expect(ask(`memory:${rsp}+8`)).toMatchObject({ writer: { instruction: { text: "push 0x5" } } });
    expect(ask("saved:2/rip")).toMatchObject({ writer: { kind: "instruction" } });
    const [page] = [Number(BigInt(0x402000) >> 12n) & 511];
    const entry = ask(`entry:PT/0/0/2/${page}`);
    expect(["kernel", "page-walk"]).toContain((entry as Written).writer.kind);
    expect(ask("gate:0x80")).toMatchObject({ kind: "start" });
    expect(kernel.current?.pid).toBe(2);
  });

  it("names the delivery that pushed a frame", () => {
    const { session, ask, world } = stoppedAt("spin");
    session.stopPoints.add({ kind: "vector", vector: 0x20 });
    expect(session.run(session.time + 10_000_000).reason).toBe("stop-point");
    const rsp = world.machine.cpu.state.general[4]!;
    expect(ask(`memory:${rsp}+8`)).toMatchObject({
      writer: { kind: "delivery", vector: 0x20 },
      event: { kind: "interrupt" },
    });
  });
});

describe("a change by hand", () => {
  it("is told as what it is", () => {
    const { session, ask, at } = stoppedAt("spin");
    session.send({ kind: "value", place: { kind: "register", name: "r14" }, value: 5n });
    session.send({
      kind: "bytes",
      place: { kind: "memory", address: at("never"), length: 1 },
      bytes: Uint8Array.of(7),
    });
    const { time } = session;
    session.run(time + 50);
    expect(ask("register:r14")).toMatchObject({
      time,
      writer: { kind: "input", index: 0 },
      now: 5n,
      says: expect.stringContaining("by hand (register:r14 becomes 0x5)"),
    });
    expect(ask(`memory:${at("never")}+8`)).toMatchObject({
      time,
      writer: { kind: "input", index: 1 },
      old: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0),
    });
  });
});

describe("why a thing of the kernel is as it is", () => {
  it("is told by the call that changed it", () => {
    const source =
      "_start:\n mov eax, 33\n mov edi, 1\n mov esi, 5\n syscall\nspin: mov ecx, 1000\n loop spin+5\n jmp spin";
    const { ask } = stoppedAt("spin", source);
    expect(ask("descriptor:2/5")).toMatchObject({
      writer: { kind: "kernel" },
      event: { kind: "call", says: "dup2(1, 5) = 5" },
      old: "closed",
      now: expect.stringContaining("pipe"),
    });
    expect(ask("descriptor:2/1")).toMatchObject({ kind: "start" });
  });
});

describe("why a device is as it is", () => {
  it("is told by the OUT that wrote it, by the kernel, or by the device itself", () => {
    const { session, ask } = stoppedAt("spin");
    expect(ask("device:timer.channels.0.reload")).toMatchObject({ kind: "start" });
    session.stopPoints.add({ kind: "event", event: "tick" });
    session.run(session.time + 10_000_000);
    expect(ask("device:controller.first.inService")).toMatchObject({
      writer: { kind: "kernel" },
      old: "1",
      now: "0",
    });
  });

  it("is told on a machine without a kernel", () => {
    const bare = busyMachine();
    const session = Session.open(new MachineWorld(bare.machine));
    session.run(2000);
    const cause = why(session, { kind: "device", name: "controller.first.mask" });
    expect(cause).toMatchObject({
      writer: { kind: "instruction", instruction: { text: "out 0x21, al" } },
      now: String(0xee),
    });
    session.run(400_000);
    const timer = why(session, { kind: "device", name: "timer" });
    expect(timer).toMatchObject({ kind: "written", writer: { kind: "device" } });
  });
});

describe("what cannot be asked", () => {
  it.each([
    ["register:rqx", "there is no register rqx"],
    ["memory:0x1234+1", "no page is mapped at 0x1234"],
    ["saved:9/rip", "there is no process 9 now"],
    ["word:frame", "word:frame is nothing that something was written to"],
  ])("%s is answered with a reason", (text, says) => {
    const { ask } = stoppedAt("again");
    expect(ask(text)).toMatchObject({ kind: "problem", says });
  });
});
