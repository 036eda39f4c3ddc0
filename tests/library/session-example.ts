import {
  assemble,
  FileSystem,
  Kernel,
  KernelWorld,
  Machine,
  Session,
  why,
  writeElfExecutable,
} from "you-in-cpu";

const assembly = assemble(`_start:
    mov ebx, 3
again:
    mov eax, 39
    syscall
    add [rip + sum], eax
    dec ebx
    jnz again
    mov eax, 60
    mov edi, [rip + sum]
    syscall
.data
sum: .long 0
`);
if (!assembly.ok) throw new Error(assembly.errors[0]?.reason);

const files = new FileSystem({ now: 0n });
files.putFile("/sum", writeElfExecutable(assembly), 0o755);
const world = new KernelWorld(Kernel.boot(Machine.create({ ram: 64 << 20 }), { files }));
const refusal = world.start({ path: "/sum", argv: ["sum"], environment: [] });
if (refusal) throw new Error(refusal.message);

const session = Session.open(world, { lines: assembly.listing.filter(({ isCode }) => isCode) });
session.stopPoints.add({ kind: "line", line: 10 });
session.run(session.time + 100_000); // stops before line 10
const sum = { kind: "memory", address: assembly.symbols.get("sum")!, length: 4 } as const;
export const cause = why(session, sum); // by add dword ptr [rip+0xfee], eax in line 6 of process 2

if (cause.kind === "written") session.seek(cause.time); // there that line is about to run
session.stepBack("system-call"); // and the kernel has just been entered
session.send({ kind: "value", place: { kind: "register", name: "rbx" }, value: 5n }); // another future
session.run(session.time + 100_000); // stops before line 10 again
session.run(session.time + 100_000);
export const end = session.ending; // { kind: "exited", status: 14 }
export const calls = session.log.recent(3, ({ kind }) => kind === "call").map(({ says }) => says);
