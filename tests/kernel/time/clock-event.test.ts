/** Sleeps and timers end at their time, between ticks, and the ticks stay where they are. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { KernelOptions } from "../../../src/kernel/kernel.js";
import { tickPeriod } from "../../../src/kernel/sched/tick-rate.js";
import { type GuestResult, runGuest } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";

function run(body: string, kernel: Omit<KernelOptions, "files"> = {}): GuestResult & { numbers: number[] } {
  const source = `
    #define _GNU_SOURCE
    #include <poll.h>
    #include <signal.h>
    #include <stdio.h>
    #include <stdint.h>
    #include <sys/time.h>
    #include <sys/timerfd.h>
    #include <time.h>
    #include <unistd.h>
    static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
    static void sleep_for(long ns) { struct timespec t = {ns / 1000000000, ns % 1000000000}; nanosleep(&t, 0); }
    static volatile int rings;
    static void ring(int s) { rings++; }
    int main(void) { ${body} return 0; }`;
  const program = withFolder((folder) => readFileSync(compileIn(folder, source, ["-static"])));
  const request = { files: { "/bin/program": program }, path: "/bin/program", argv: ["program"], kernel };
  const result = runGuest(request);
  return { ...result, numbers: result.stdout.trim().split(/\s+/).map(Number) };
}

/** From when it was due, in nanoseconds: what the kernel's own work takes. */
const A_WHILE = 700_000;

describe.skipIf(!hasCompiler)("a sleep", { timeout: 60_000 }, () => {
  it("ends at its time, not at the tick after it", () => {
    const tries =
      'for (long ns = 50000; ns < 40000000; ns *= 3) { long a = now(); sleep_for(ns); printf("%ld ", now() - a - ns); }';
    for (const late of run(tries).numbers) {
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(A_WHILE);
    }
  });

  it("ends with a tick when the timer is not exact", () => {
    const tries = 'for (int i = 0; i < 5; i++) { sleep_for(1000000); printf("%ld ", now()); }';
    const times = run(tries, { highResolution: false }).numbers;
    const gaps = times.slice(1).map((time, n) => (time - times[n]!) / tickPeriod(100));
    for (const gap of gaps) expect(Math.abs(gap - Math.round(gap))).toBeLessThan(0.01);
  });

  it("may be of poll, of timerfd and of setitimer", () => {
    const { numbers } = run(`
      long a = now();
      poll(0, 0, 2);
      printf("%ld ", now() - a - 2000000);
      int f = timerfd_create(CLOCK_MONOTONIC, 0);
      struct itimerspec every = {{0, 1500000}, {0, 1500000}};
      a = now();
      timerfd_settime(f, 0, &every, 0);
      uint64_t n;
      read(f, &n, 8);
      printf("%ld ", now() - a - 1500000);
      read(f, &n, 8);
      printf("%ld ", now() - a - 3000000);
      signal(SIGALRM, ring);
      struct itimerval soon = {{0, 0}, {0, 2500}};
      a = now();
      setitimer(ITIMER_REAL, &soon, 0);
      while (!rings) ;
      printf("%ld ", now() - a - 2500000);`);
    for (const late of numbers) {
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(A_WHILE);
    }
  });

  it("of many at once each ends in its turn", () => {
    const { stdout } = run(`
      setvbuf(stdout, 0, _IONBF, 0);
      long base = now() + 100000000;
      for (int i = 9; i >= 0; i--) {
        long at = base + i * 300000;
        struct timespec t = {at / 1000000000, at % 1000000000};
        if (!fork()) { clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, 0); printf("%d", i); return 0; }
      }
      while (wait(0) > 0) ;`);
    expect(stdout).toBe("0123456789");
  });
});

describe.skipIf(!hasCompiler)("the tick", { timeout: 60_000 }, () => {
  it("comes as often as without timers in between, and keeps its place", () => {
    const work = (sleeps: string) => `long end = now() + 500000000; while (now() < end) { ${sleeps} }`;
    const ticksOf = (body: string, hertz: number) => {
      const { kernel } = run(body, { timerHertz: hertz });
      const { clock } = kernel.machine;
      return {
        ticks: kernel.ticks,
        expected: ((clock.now / clock.stepsPerSecond) * 1e9) / tickPeriod(hertz),
      };
    };
    for (const hertz of [100, 1000])
      for (const sleeps of [
        "",
        "sleep_for(1234567);",
        "sleep_for(70000);",
        "sleep_for(3000000); for (volatile int i = 0; i < 5000; i++) ;",
      ]) {
        const { ticks, expected } = ticksOf(work(sleeps), hertz);
        expect(Math.abs(ticks - expected), `${hertz} Hz, ${sleeps}`).toBeLessThan(2);
      }
  });
});
