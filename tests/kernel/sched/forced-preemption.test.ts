/** A preemption at a chosen machine time: the difference between two additions and one. */
import { describe, expect, it } from "vitest";
import { momentsAt } from "../../../src/kernel/sched/laboratory/moments.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { assembled, EXIT, runScheduled, startScheduled } from "./assembled.js";

/** Two threads each add 1 to the same counter, by load, add and store; its value is the exit status. */
const RACE = `
.globl _start
_start:
    # From here on no page fault is in the way.
    mov dword ptr [rip+finished], 0
    # clone(CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, stack)
    mov edi, 0x10f00
    lea rsi, [rip+stack_end]
    xor edx, edx
    xor r10d, r10d
    xor r8d, r8d
    mov eax, 56
    syscall
    test eax, eax
    jz second
load:
    mov ebx, [rip+counter]
add_:
    add ebx, 1
store:
    mov [rip+counter], ebx
stored:
    lock inc dword ptr [rip+finished]
until_both:
    mov eax, 24
    syscall
    cmp dword ptr [rip+finished], 2
    jne until_both
    mov edi, [rip+counter]${EXIT}
second:
    mov ebx, [rip+counter]
    add ebx, 1
    mov [rip+counter], ebx
    lock inc dword ptr [rip+finished]
    xor edi, edi
    mov eax, 60
    syscall
.data
.balign 8
counter: .long 0
finished: .long 0
    .skip 4096
stack_end:
`;

/** Machine times at which the first thread is about to execute its load, add and store, and what follows. */
function momentsOfAddition(): Record<"load" | "add" | "store" | "after", number> {
  const { kernel } = startScheduled(RACE);
  const { symbols } = assembled(RACE);
  const labels = ["load", "add_", "store", "stored"].map((label) => symbols.get(label)!);
  const times = momentsAt(kernel, labels, 1_000_000).map(({ t }) => t);
  expect(times).toHaveLength(4);
  const [load, add, store, after] = times as [number, number, number, number];
  return { load, add, store, after };
}

const run = (t: number, engine: (typeof ENGINES)[number] = "evaluator") =>
  runScheduled(RACE, { preemptAt: [t], engine });

describe("two threads that add without a lock", () => {
  const moments = momentsOfAddition();

  it("lose an update when the first is preempted between its load and its store, and nowhere else", () => {
    expect([moments.add, moments.store, moments.after].map((t) => t - moments.load)).toEqual([1, 2, 3]);
    expect(run(moments.load).status).toBe(2);
    expect(run(moments.add).status).toBe(1);
    expect(run(moments.store).status).toBe(1);
    expect(run(moments.after).status).toBe(2);
  });

  it.each(ENGINES)("lose it each time on engine %s", (engine) => {
    expect(run(moments.add, engine).status).toBe(1);
    expect(run(moments.after, engine).status).toBe(2);
  });

  it("tell the preemption as forced", () => {
    const { events } = run(moments.add);
    const forced = events.filter((event) => event.kind === "decided" && event.reason === "forced");
    expect(forced).toHaveLength(1);
    expect(forced[0]!.t).toBeGreaterThanOrEqual(moments.add);
  });

  it("switch without writing CR3, since they share their memory", () => {
    const { events } = run(moments.add);
    const forced = events.findIndex((event) => event.kind === "decided" && event.reason === "forced");
    const next = events.slice(forced).find(({ kind }) => kind === "switched");
    expect(next).toMatchObject({ cr3Written: false, flushes: false, cost: { tlb: 0, cache: 0 } });
  });
});

describe("a preemption in the past", () => {
  it("is refused", () => {
    const { kernel } = runScheduled(RACE);
    expect(() => kernel.preemptAt(5)).toThrow(/lies in the past/);
  });
});
