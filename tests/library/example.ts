import { assemble, FileSystem, Kernel, Machine, spawn, writeElfExecutable } from "you-in-cpu";

const assembly = assemble(`
_start:
    mov eax, 1
    mov edi, 1
    lea rsi, [rip + text]
    mov edx, 6
    syscall
    mov eax, 60
    mov edi, 7
    syscall
text:
    .ascii "hello\\n"
`);
if (!assembly.ok) throw new Error(assembly.errors[0]?.reason);

const files = new FileSystem({ now: 0n });
files.putFile("/hello", writeElfExecutable(assembly), 0o755);
const kernel = Kernel.boot(Machine.create({ ram: 64 << 20 }), { files });
const hello = spawn(kernel, { path: "/hello", argv: ["hello"], environment: [] });
if (!hello.ok) throw new Error(hello.failure.message);

export const stop = kernel.run(kernel.machine.cpu.time + 1_000_000);
export const output = hello.streams.output.drain();
export const ending = hello.task.ending; // { kind: "exited", status: 7 }
