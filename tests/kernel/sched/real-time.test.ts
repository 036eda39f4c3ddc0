/** Real-time tasks come first, and leave the others what an ordinary kernel leaves them. */
import { describe, expect, it } from "vitest";
import { SchedEntity } from "../../../src/kernel/sched/policy.js";
import { RealTimeFirst, SCHED_FIFO, SCHED_RR } from "../../../src/kernel/sched/real-time.js";
import { RoundRobin } from "../../../src/kernel/sched/round-robin.js";
import { fork, runScheduled } from "./assembled.js";

/** Two children compute for ever, the second with SCHED_FIFO; the parent, with SCHED_FIFO and more priority, ends them. */
const STARVING = `
.globl _start
_start:
    # sched_setscheduler(0, SCHED_FIFO, {20})
    xor edi, edi
    mov esi, 1
    lea rdx, [rip+high]
    mov eax, 144
    syscall${fork(2)}
    lea rdi, [rip+span]
    xor esi, esi
    mov eax, 35
    syscall
    xor edi, edi
    mov esi, 9
    mov eax, 62
    syscall
child:
    # The first child: SCHED_OTHER; the second: SCHED_FIFO with priority 10.
    xor edi, edi
    mov esi, r15d
    lea rdx, [rip+low]
    test r15d, r15d
    jnz set
    lea rdx, [rip+none]
set:
    mov eax, 144
    syscall
spin:
    jmp spin
.data
.balign 8
span: .quad 3, 0
high: .long 20
low: .long 10
none: .long 0
`;

describe("a real-time task that never sleeps", () => {
  it("leaves the others 50 ms of a second, and is kept from it by nobody else", () => {
    const { schedule, metrics } = runScheduled(STARVING, { timerHertz: 1000, scheduler: "cfs" });
    const [, other, fifo] = schedule.tasks;
    expect(metrics.tasks.get(other!.pid)!.share).toBeGreaterThan(0.03);
    expect(metrics.tasks.get(other!.pid)!.share).toBeLessThan(0.06);
    expect(metrics.tasks.get(fifo!.pid)!.share).toBeGreaterThan(0.8);
    expect(metrics.tasks.get(other!.pid)!.longestWait / 1e6).toBeLessThan(960);
  });
});

describe("priorities", () => {
  const entity = (pid: number, policy: number, priority: number) =>
    Object.assign(new SchedEntity(pid), { policy, priority });
  const scheduler = () => new RealTimeFirst(new RoundRobin(1), 2, 1e9);

  it("decide, and equals are served in the order in which they came", () => {
    const policy = scheduler();
    [entity(1, 0, 0), entity(2, SCHED_FIFO, 5), entity(3, SCHED_FIFO, 9), entity(4, SCHED_RR, 5)].forEach(
      (one) => {
        policy.enqueue(one, "new", 0);
      },
    );
    const order = [1, 2, 3, 4].map(() => policy.pickNext(0)!.pid);
    expect(order).toEqual([3, 2, 4, 1]);
  });

  it("let SCHED_RR take turns with its equals, and SCHED_FIFO not", () => {
    const policy = scheduler();
    const [one, two, fifo] = [entity(1, SCHED_RR, 5), entity(2, SCHED_RR, 5), entity(3, SCHED_FIFO, 5)];
    policy.enqueue(two, "new", 0);
    policy.enqueue(one, "new", 0);
    expect(policy.pickNext(0)).toBe(two);
    expect([policy.tick(two, 1), policy.tick(two, 2)]).toEqual([false, true]);
    policy.enqueue(two, "put", 2);
    expect(policy.pickNext(2)).toBe(one);
    policy.enqueue(fifo, "new", 2);
    expect([3, 4].map((now) => policy.tick(one, now))).toEqual([false, true]);
    policy.enqueue(one, "put", 4);
    expect(policy.pickNext(4)).toBe(two);
    policy.enqueue(two, "put", 4);
    // Two's turn is not over, so it keeps its place before its equals.
    expect(policy.pickNext(4)).toBe(two);
    policy.remove(two);
    expect(policy.pickNext(4)).toBe(fifo);
    expect([5, 50, 500].map((now) => policy.tick(fifo, now))).toEqual([false, false, false]);
  });

  it("take the CPU from who has less, never from an equal", () => {
    const policy = scheduler();
    const preempts = (woken: SchedEntity, running: SchedEntity) => policy.preempts(woken, running, 0);
    expect(preempts(entity(1, SCHED_FIFO, 9), entity(2, SCHED_FIFO, 5))).toBe(true);
    expect(preempts(entity(1, SCHED_FIFO, 5), entity(2, SCHED_FIFO, 5))).toBe(false);
    expect(preempts(entity(1, SCHED_FIFO, 1), entity(2, 0, 0))).toBe(true);
    expect(preempts(entity(1, 0, 0), entity(2, SCHED_FIFO, 1))).toBe(false);
  });
});
