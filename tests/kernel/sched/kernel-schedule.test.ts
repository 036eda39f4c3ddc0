/** Real programs under the kernel make schedules that obey the same formulas, and are the same on both engines. */
import { describe, expect, it } from "vitest";
import type { PolicyChoice } from "../../../src/kernel/sched/policies.js";
import { pitDivisor, pitHertz, TICK_RATES, tickPeriod } from "../../../src/kernel/sched/tick-rate.js";
import { NICE_WEIGHTS } from "../../../src/kernel/sched/weights.js";
import { PIT_HERTZ } from "../../../src/machine/devices/interval-timer.js";
import { EXIT, fork, type RunRequest, runScheduled, WAIT_FOR_ALL } from "./assembled.js";

const MILLISECOND = 1e6;

/** Children that compute for ever, child n with nice value 5·n; the parent sleeps and then ends them all. */
const hogs = (count: number, seconds: number, niceStep = 0): string => `
.globl _start
_start:${fork(count)}
    lea rdi, [rip+span]
    xor esi, esi
    mov eax, 35
    syscall
    # kill(0, SIGKILL): all of them, the parent as well
    xor edi, edi
    mov esi, 9
    mov eax, 62
    syscall
child:
    # setpriority(PRIO_PROCESS, 0, nice)
    xor edi, edi
    xor esi, esi
    imul edx, r15d, ${niceStep}
    mov eax, 141
    syscall
spin:
    inc rcx
    jmp spin
.data
.balign 8
span: .quad ${Math.floor(seconds)}, ${Math.round((seconds % 1) * 1e9)}
`;

const run = (source: string, request: RunRequest) => runScheduled(source, { timerHertz: 1000, ...request });

describe("round robin under the kernel", () => {
  it("has the period n(s+c) and loses c/(s+c)", () => {
    const costs = { switchRegisters: 100, switchTlb: 200, switchCache: 100, interrupt: 50 };
    const scheduler = { name: "round-robin", slice: 3 * MILLISECOND } as const;
    const { schedule, metrics } = run(hogs(4, 0.5), { scheduler, costs });
    const [, ...children] = schedule.tasks;
    expect(children).toHaveLength(4);
    for (const { pid } of children) {
      const { period, turn } = metrics.tasks.get(pid)!;
      // 400 steps of 100 ns; what the timer's own work takes moves with the turn.
      expect(Math.abs(period.p50 - 4 * 3 * tickPeriod(1000))).toBeLessThan(0.01 * MILLISECOND);
      expect(Math.abs(turn.p50 - (3 * tickPeriod(1000) - 0.04 * MILLISECOND))).toBeLessThan(
        0.01 * MILLISECOND,
      );
    }
    const busy = schedule.segments.filter(({ begin, kind }) => begin > 100 * MILLISECOND && kind !== "idle");
    const of = (wanted: string) =>
      busy.reduce((sum, { kind, begin, end }) => sum + (kind === wanted ? end - begin : 0), 0);
    const all = busy.reduce((sum, { begin, end }) => sum + end - begin, 0);
    expect(of("switch") / all).toBeCloseTo(0.04 / (3 * 0.99985), 3);
  });
});

describe.each(["cfs", "eevdf"] as const)("%s under the kernel", (scheduler) => {
  it("gives programs their shares by nice value within 5 %", () => {
    const { schedule, metrics } = run(hogs(3, 3, 2), { scheduler });
    const [, ...children] = schedule.tasks;
    expect(children.map(({ nice }) => nice)).toEqual([0, 2, 4]);
    const got = children.map(({ pid }) => metrics.tasks.get(pid)!.ran);
    const weights = [0, 2, 4].map((nice) => NICE_WEIGHTS[nice + 20]!);
    const whole = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0);
    got.forEach((ran, n) => {
      expect(Math.abs(ran / whole(got) / (weights[n]! / whole(weights)) - 1)).toBeLessThan(0.05);
    });
  });
});

describe("the tick rate", () => {
  it.each(TICK_RATES)("of %i Hz is the PIT's, divided by a whole number", (timerHertz) => {
    const { schedule, kernel } = run(hogs(1, 0.3), { timerHertz });
    const channel = kernel.machine.timer.state.channels[0]!;
    expect(channel.reload).toBe(Math.round(PIT_HERTZ / timerHertz));
    expect(channel.reload).toBe(pitDivisor(timerHertz));
    const { ticks } = schedule;
    const period = (ticks.at(-1)! - ticks[0]!) / (ticks.length - 1);
    expect(period / tickPeriod(timerHertz)).toBeCloseTo(1, 3);
  });

  it("has the divisors of the book: 1193 for 1000 Hz, 4773 for 250 Hz, 11932 for 100 Hz", () => {
    expect([1000, 250, 100].map(pitDivisor)).toEqual([1193, 4773, 11932]);
    expect([1193, 4773, 11932, 0].map((divisor) => Number(pitHertz(divisor).toFixed(4)))).toEqual([
      ...[1000.1526, 249.9858, 99.9985, 18.2065],
    ]);
  });
});

const CHOICES: readonly (readonly [string, PolicyChoice])[] = [
  ["round-robin", { name: "round-robin", slice: 2 * MILLISECOND }],
  ["target-latency", "target-latency"],
  ["cfs", "cfs"],
  ["eevdf", "eevdf"],
  ["cooperative", "cooperative"],
  ["a reader's function", { name: "reader", pick: (tasks) => ({ pid: tasks.at(-1)!.pid, slice: 3 }) }],
];

/** Children that compute and yield in turn, and end. */
const POLITE = `
.globl _start
_start:${fork(3)}${WAIT_FOR_ALL}
child:
    mov ebx, 20
work:
    mov ecx, 4000
spin:
    dec ecx
    jnz spin
    mov eax, 24
    syscall
    dec ebx
    jnz work
    xor edi, edi${EXIT}
`;

describe("a run under", () => {
  it.each(CHOICES)("%s tells the same events on both engines, and each time", (_, scheduler) => {
    const events = (engine: "evaluator" | "translator") => run(POLITE, { scheduler, engine }).events;
    const first = events("evaluator");
    expect(first.length).toBeGreaterThan(50);
    expect(events("translator")).toEqual(first);
    expect(events("evaluator")).toEqual(first);
  });

  it.each(CHOICES)("%s accounts for every nanosecond once, from the first task on", (_, scheduler) => {
    const { schedule } = run(POLITE, { scheduler });
    let at = schedule.segments[0]!.begin;
    for (const { begin, end } of schedule.segments) {
      expect(begin).toBe(at);
      at = end;
    }
    expect(at).toBe(schedule.end);
  });
});

describe("a switch", () => {
  it("writes CR3 between processes, and not when the idle loop gives the CPU back to who had it", () => {
    const { events } = run(hogs(1, 0.05), { scheduler: "cfs" });
    const switches = events.filter((event) => event.kind === "switched");
    expect(switches.some(({ from, cr3Written }) => from !== undefined && cr3Written)).toBe(true);
    const alone = run(SLEEPER, {}).events.filter((event) => event.kind === "switched");
    const [first, ...later] = alone;
    expect(first).toMatchObject({ from: undefined, cr3Written: true });
    expect(later).toHaveLength(5);
    for (const one of later)
      expect(one).toMatchObject({ from: undefined, cr3Written: false, cost: { tlb: 0 } });
  });

  it("keeps what the TLB knows when address spaces have numbers", () => {
    const misses = (pcid: boolean) =>
      run(POLITE, { scheduler: "cfs", pcid }).kernel.machine.cpu.mmu.tlb.misses;
    expect(misses(true)).toBeLessThan(misses(false) / 2);
    const [without, with_] = [false, true].map((pcid) => run(POLITE, { scheduler: "cfs", pcid }));
    expect(with_!.status).toBe(0);
    const flushes = (events: typeof with_) =>
      events!.events.filter((event) => event.kind === "switched" && event.flushes).length;
    expect(flushes(with_)).toBeLessThan(6);
    expect(flushes(without)).toBeGreaterThan(50);
  });
});

const SLEEPER = `
.globl _start
_start:
    mov ebx, 5
next:
    lea rdi, [rip+span]
    xor esi, esi
    mov eax, 35
    syscall
    dec ebx
    jnz next
    xor edi, edi${EXIT}
.data
.balign 8
span: .quad 0, 3000000
`;
