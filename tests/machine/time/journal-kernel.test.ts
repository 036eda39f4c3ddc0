/** The journal reaches from the end of a program under a kernel back to the empty machine. */
import { expect, it } from "vitest";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Kernel } from "../../../src/kernel/kernel.js";
import { spawn } from "../../../src/kernel/spawn.js";
import { Machine } from "../../../src/machine/machine.js";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { writeElfExecutable } from "../../../src/toolchain/elf-writer.js";
import { digest } from "./busy-machine.js";

const PROGRAM = `
_start:
  mov eax, 57
  syscall
  mov ebx, eax
  push 3
again:
  mov eax, 1
  mov edi, 1
  lea rsi, [rip + text]
  mov edx, 6
  syscall
  mov r8d, 4000
work:
  add [rip + place], r8
  dec r8d
  jnz work
  dec qword ptr [rsp]
  jnz again
  test ebx, ebx
  jz child
  mov eax, 61
  mov edi, -1
  xor esi, esi
  xor edx, edx
  xor r10d, r10d
  syscall
child:
  mov eax, 60
  mov edi, 7
  syscall
  .data
place: .quad 0
text:
  .ascii "hello\\n"`;

function run(machine: Machine): Kernel {
  const assembly = assemble(`.intel_syntax noprefix\n${PROGRAM}`);
  if (!assembly.ok) throw new Error(assembly.errors[0]?.reason);
  const files = new FileSystem({ now: 0n });
  files.putFile("/hello", writeElfExecutable(assembly), 0o755);
  const kernel = Kernel.boot(machine, { files });
  const spawned = spawn(kernel, { path: "/hello", argv: ["hello"], environment: [] });
  if (!spawned.ok) throw new Error(spawned.failure.message);
  expect(kernel.run(machine.time + 1_000_000)).toEqual({ reason: "ended" });
  expect(spawned.task.ending).toEqual({ kind: "exited", status: 7 });
  return kernel;
}

it("undoes a program, its system calls, page faults and forks, its kernel and the boot, step by step", () => {
  const machine = Machine.create({ ram: 8 << 20, engine: "evaluator" });
  const empty = digest(machine);
  machine.journal.record(true, { bytes: 256 << 20 });
  run(machine);
  const plain = Machine.create({ ram: 8 << 20 });
  run(plain);
  expect(digest(machine)).toBe(digest(plain));
  const halfway = machine.time >> 1;
  const steps = machine.time;
  for (let n = 0; n < steps; n++) {
    expect(machine.stepBack()?.time).toBe(steps - n);
    if (machine.time === halfway) {
      const again = Machine.create({ ram: 8 << 20 });
      again.restore(machine.snapshot());
      expect(digest(again)).toBe(digest(machine));
    }
  }
  expect(machine.stepBack()).toBeUndefined();
  expect(digest(machine)).toBe(empty);
});
