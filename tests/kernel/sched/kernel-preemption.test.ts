/** While the kernel works long for one task, another one wakes: when it runs depends on the preemption model. */
import { describe, expect, it } from "vitest";
import { KERNEL_PREEMPTIONS, type KernelPreemption } from "../../../src/kernel/sched/preemption.js";
import { EXIT, fork, runScheduled, type ScheduledRun } from "./assembled.js";

const MILLISECOND = 1e6;
/** 2 MiB are 512 pages of 600 steps of 100 ns: about 31 ms. */
const LONG = 2 << 20;

/** The parent reads zeros, 2 MiB at a time; the child sleeps for 5 ms, 20 times, and then kills the parent. */
const SOURCE = `
.globl _start
_start:
    lea rdi, [rip+path]
    xor esi, esi
    mov eax, 2
    syscall
    mov r12d, eax
    # mmap(0, 2 MiB, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)
    xor edi, edi
    mov esi, ${LONG}
    mov edx, 3
    mov r10d, 0x22
    mov r8, -1
    xor r9d, r9d
    mov eax, 9
    syscall
    mov r13, rax${fork(1)}
again:
    mov edi, r12d
    mov rsi, r13
    mov edx, ${LONG}
    xor eax, eax
    syscall
    cmp eax, ${LONG}
    jne wrong
    jmp again
wrong:
    mov edi, 1${EXIT}
child:
    mov ebx, 20
sleep:
    lea rdi, [rip+span]
    xor esi, esi
    mov eax, 35
    syscall
    dec ebx
    jnz sleep
    mov eax, 110
    syscall
    mov edi, eax
    mov esi, 9
    mov eax, 62
    syscall
    xor edi, edi${EXIT}
.data
path: .asciz "/dev/zero"
.balign 8
span: .quad 0, 5000000
`;

const KILLED = 128 + 9;

function run(preemption: KernelPreemption, engine: "evaluator" | "translator" = "translator"): ScheduledRun {
  return runScheduled(SOURCE, {
    preemption,
    engine,
    scheduler: "cfs",
    timerHertz: 1000,
    reschedulePoints: 2 * MILLISECOND,
  });
}

/** From waking to running, of the child's sleeps while the parent is at work. */
const latencyOf = ({ metrics, schedule }: ScheduledRun) => metrics.tasks.get(schedule.tasks[1]!.pid)!.latency;

describe("a task that wakes during a long call", () => {
  it("waits for its end without preemption of the kernel", () => {
    const result = run("none");
    expect(result.status).toBe(KILLED);
    expect(latencyOf(result).p50 / MILLISECOND).toBeGreaterThan(20);
    expect(latencyOf(result).most / MILLISECOND).toBeLessThan(33);
  });

  it("waits for the next look up under voluntary preemption", () => {
    const result = run("voluntary");
    expect(result.status).toBe(KILLED);
    expect(latencyOf(result).most / MILLISECOND).toBeLessThan(2.3);
    expect(latencyOf(result).p99 / MILLISECOND).toBeGreaterThan(0.5);
  });

  it("waits for hardly more than the switch under full preemption", () => {
    const result = run("full");
    expect(result.status).toBe(KILLED);
    expect(latencyOf(result).most / MILLISECOND).toBeLessThan(0.25);
  });

  it.each(KERNEL_PREEMPTIONS)("makes the same run on both engines under %s", (preemption) => {
    const [one, other] = [run(preemption, "evaluator"), run(preemption, "translator")];
    expect(one.kernel.machine.time).toBe(other.kernel.machine.time);
    expect(one.events).toEqual(other.events);
  });

  it("is told of: need_resched is set long before the switch without preemption", () => {
    const { events } = run("none");
    const kinds = events.map(({ kind }) => kind);
    expect(kinds).toContain("need-resched");
    const segments = run("none").schedule.segments.filter(({ kind }) => kind === "kernel");
    expect(Math.max(...segments.map(({ begin, end }) => end - begin))).toBeLessThan(1.1 * MILLISECOND);
    expect(segments.length).toBeGreaterThan(30);
  });
});

describe("the timer", () => {
  it("goes on ticking during long work", () => {
    const { schedule } = run("none");
    const gaps = schedule.ticks.slice(1).map((at, n) => at - schedule.ticks[n]!);
    expect(Math.max(...gaps) / MILLISECOND).toBeLessThan(1.2);
  });
});

/** mmap(0, 8 MiB, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE, -1, 0), and the end. */
const POPULATE = `
.globl _start
_start:
    xor edi, edi
    mov esi, ${8 << 20}
    mov edx, 3
    mov r10d, 0x8022
    mov r8, -1
    xor r9d, r9d
    mov eax, 9
    syscall
    xor edi, edi${EXIT}
`;

describe("pages that a call fetches", () => {
  it("take the time of a page fault each, which is long work, too", () => {
    const { schedule } = runScheduled(POPULATE, { timerHertz: 1000, costs: { pageFault: 300 } });
    const work = schedule.segments
      .filter(({ kind }) => kind === "kernel")
      .reduce((sum, { begin, end }) => sum + end - begin, 0);
    // 2048 pages, 300 steps of 100 ns each; the program's own exec and the loop come on top.
    expect(work / MILLISECOND).toBeGreaterThan(2048 * 0.03);
    expect(work / MILLISECOND).toBeLessThan(2048 * 0.03 * 1.1);
  });
});
