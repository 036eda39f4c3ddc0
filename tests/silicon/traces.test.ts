/**
 * Whole programs as a real processor executes them, traced now with ptrace (`recorder/tracer.c`) and replayed: every
 * register after every instruction, and every page that was written. Needs gcc, ptrace and busybox; without them it is
 * skipped with the reason, except in CI.
 */
import { describe, expect, it } from "vitest";
import { hasCommand } from "../programs/oracles.js";
import { readTrace } from "./trace-file.js";
import { replayTrace } from "./trace-replay.js";
import { findTracer, type Tracer } from "./tracer.js";

const MOST = 140_000;
const LEAST = 100_000;

const STATIC = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int order(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}
int main(void) {
  double numbers[64];
  char text[64];
  unsigned seed = 1;
  for (int n = 0; n < 64; n++) {
    seed = seed * 1103515245 + 12345;
    sprintf(text, "%d.%de-%d", seed >> 20 & 1023, seed & 4095, n % 9);
    numbers[n] = strtod(text, 0);
  }
  qsort(numbers, 64, sizeof *numbers, order);
  for (int n = 0; n < 64; n += 8) printf("%.12g %La\\n", numbers[n], (long double)numbers[n] / 3);
  char *block = malloc(5000);
  memset(block, 65, 4999);
  block[4999] = 0;
  printf("%zu %s\\n", strlen(block), strchr(block, 0) - 3);
}`;

/** Starting this takes ld.so its hundred thousand instructions: two libraries, all symbols bound at once. */
const DYNAMIC = `
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **words) {
  double sum = 0;
  for (int n = 0; n < 300; n++) sum += sin(n) * exp(-n / (double)(50 + count)) + pow(n, 0.3);
  printf("%.15g %s\\n", sum, getenv("HOME") ? "home" : "no home");
}`;

const AWK = 'BEGIN { for (i = 0; i < 150; i++) s = s i; print length(s), sin(1), toupper("text") }';

const tracer = findTracer();
if (typeof tracer === "string") {
  if (process.env["CI"] === "true") throw new Error(`the real processor must be traced in CI: ${tracer}`);
  console.warn(`skipped: ${tracer}`);
}

/** Traces a program and replays it on both engines. */
function expectSame(words: (from: Tracer) => string[]): void {
  const from = tracer as Tracer;
  const file = from.trace(MOST, ...words(from));
  for (const engine of ["evaluator", "translator"] as const) {
    const { divergence, steps, fromOutside, pages } = replayTrace(readTrace(file), engine);
    expect(divergence, engine).toBeUndefined();
    expect(steps).toBeGreaterThan(LEAST);
    expect(Math.min(fromOutside, pages)).toBeGreaterThan(5);
  }
}

describe.skipIf(typeof tracer === "string")(
  "step by step, registers and memory are the real processor's",
  () => {
    it("in a static program of glibc: numbers as text, sorting, memory", () =>
      expectSame((from) => [from.compile("static", STATIC, "-O2", "-static")]));

    it("while ld.so starts a dynamic program, and in its mathematics", () =>
      expectSame((from) => [from.compile("dynamic", DYNAMIC, "-O2", "-Wl,-z,now")]));

    it.skipIf(!hasCommand("busybox"))("in busybox's awk", () =>
      expectSame(() => ["/bin/busybox", "awk", AWK]),
    );
  },
);
