/**
 * The part of `npm run bench` about time: what a snapshot, a way back and a step back cost, and what a further machine does.
 * The machine is one of 64 MiB on which a program with a timer runs; between two snapshots 200 pages are written.
 */
import { performance } from "node:perf_hooks";
import { Machine } from "../../src/machine/machine.js";
import { Timeline } from "../../src/machine/time/timeline.js";
import { Session } from "../../src/trace/session.js";
import { busyMachine } from "../machine/time/busy-machine.js";
import { assembled, kernelWorld } from "../trace/kernel-program.js";

const THREE_PROCESSES = `_start:
    mov eax, 57
    syscall
    mov eax, 57
    syscall
again:
    inc rbx
    mov [rip+kept], rbx
    test rbx, 0x3ff
    jnz again
    mov eax, 39
    syscall
    jmp again
.data
kept: .quad 0`;

const ROUNDS = 101;
const PAGES = 200;
const RAM = 64 << 20;
const MILLION = 1_000_000;

/** Milliseconds of each round of `work`, after a few that do not count; `before` is not counted either. */
function times(before: (round: number) => void, work: (round: number) => void): number[] {
  const taken: number[] = [];
  for (let round = -10; round < ROUNDS; round++) {
    before(round);
    const start = performance.now();
    work(round);
    if (round >= 0) taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b);
}

function row(what: string, taken: readonly number[], allowed: number): Record<string, string> {
  const at = (share: number) => (taken[Math.floor(taken.length * share)] ?? Number.NaN).toFixed(2);
  return {
    what,
    "median ms": at(0.5),
    "95 % ms": at(0.95),
    "worst ms": at(0.999),
    "at most": `${allowed} ms`,
  };
}

function dirty(machine: Machine, round: number): void {
  for (let n = 0; n < PAGES; n++) {
    const page = (n * 79 + (round + 10) * 7) % (RAM / 4096);
    machine.memory.write32(page * 4096 + 8, round);
  }
}

const machine = Machine.create({ ram: RAM });
const before = process.memoryUsage().rss;
const further = Array.from({ length: 20 }, () => Machine.create({ ram: RAM }));
const each = (process.memoryUsage().rss - before) / further.length / 1024;

const first = machine.snapshot();
const snapshots = times(
  (round) => dirty(machine, round),
  () => machine.snapshot(),
);
const restores = times(
  (round) => {
    machine.restore(first);
    dirty(machine, round);
  },
  () => machine.restore(first),
);

const busy = busyMachine().machine;
const timeline = new Timeline(busy);
timeline.run(4 * MILLION);
const stepsBack = times(
  (round) => timeline.seek(timeline.end - (((round + 11) * 8999) % MILLION)),
  () => timeline.back(),
);

busy.journal.record(true);
busy.run(busy.time + 1000);
const recorded = times(
  () => {},
  () => busy.run(busy.time + 100),
);
const undone = times(
  () => {},
  () => {
    for (let n = 0; n < 100; n++) busy.stepBack();
  },
);

/** A kernel with three processes that compute and ask, beside what a moment of the machine alone takes. */
const session = Session.open(kernelWorld(assembled(THREE_PROCESSES), { ram: RAM }));
session.run(session.time + 4 * MILLION);
const kernelMoments = times(
  () => session.run(session.time + 5000),
  () => session.world.snapshot(),
);
const moment = session.world.snapshot();
const kernelRestores = times(
  () => session.run(session.time + 5000),
  () => session.world.restore(moment),
);
session.seek(session.end);
const kernelSeeks = times(
  () => {},
  () => session.seek(session.end - ((session.time * 8999) % MILLION)),
);
const kernelBack = times(
  (round) => session.seek(session.end - (((round + 11) * 8999) % MILLION)),
  () => session.back(),
);

console.table([
  row("a moment of a kernel with three processes", kernelMoments, 2),
  row("back to it", kernelRestores, 2),
  row("seek within a million steps under the kernel", kernelSeeks, 16),
  row("step back there", kernelBack, 16),
  row(`snapshot of 64 MiB with ${PAGES} dirty pages`, snapshots, 3),
  row(`restore of as many`, restores, 3),
  row("step back within a million steps, by replay", stepsBack, 16),
  row("100 steps with the journal on", recorded, 16),
  row("100 steps undone by the journal", undone, 16),
]);
console.log(`a further machine of 64 MiB: ${each.toFixed(0)} KiB until it writes (at most 2048)`);
