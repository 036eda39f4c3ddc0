import { assemble, enterLongMode, Machine, startAt, Timeline } from "you-in-cpu";

const assembly = assemble(
  `
    mov ecx, 1000
    mov ebx, 0x8000
again:
    add [rbx], ecx
    dec ecx
    jnz again
    hlt
`,
  { base: 0x10000n },
);
if (!assembly.ok) throw new Error(assembly.errors[0]?.reason);

const machine = Machine.create({ ram: 1 << 20 });
const { cpu, memory } = machine;
for (const { address, bytes } of assembly.sections) memory.writeBytes(Number(address), bytes);
memory.write64(0x1000, 0x2003n); // PML4: its first entry leads to 0x2000
memory.write64(0x2000, 0x83n); // one page of 1 GiB: linear is physical
enterLongMode(cpu, { root: 0x1000 });
startAt(cpu, { ring: 0, code: 8, data: 16, rip: 0x10000n, rsp: 0x10000n });

const timeline = new Timeline(machine);
timeline.run(2500);
timeline.back(); // t = 2499

machine.watchpoints.add({ space: "linear", address: 0x8000n, length: 4, access: "write" });
export const why = timeline.runBack(); // who wrote there last?
export const when = timeline.time; // t = 2496: right behind that ADD
export const counter = cpu.state.general[1];

machine.journal.record(true);
machine.step();
export const step = machine.journal.last; // what the step changed …
machine.stepBack(); // … and undone
