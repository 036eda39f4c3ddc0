/** The same code at several addresses, as a library is in each process, is translated for each of them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileIn, hasCompiler, withFolder } from "../../kernel/abi/native.js";
import { runGuest } from "../../programs/run-guest.js";

/** Runs itself four times more, each time at other addresses, and works for a while each time. */
const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char again[2] = {argv[1][0] - 1, 0};
  unsigned sum = 0;
  for (unsigned i = 0; i < 1500000; i++) sum = sum * 31 + (i ^ sum >> 7);
  printf("%s %u\\n", argv[1], sum);
  fflush(stdout);
  if (again[0] < '0') return 0;
  if (fork() == 0) execl("/program", "program", again, NULL);
  wait(NULL);
  return 0;
}`;

describe.skipIf(!hasCompiler)("a program that is placed elsewhere each time", () => {
  it("runs in translated code each time", () => {
    const program = withFolder((folder) => readFileSync(compileIn(folder, SOURCE, ["-O1", "-static-pie"])));
    const { kernel, stdout } = runGuest({
      ...{ files: { "/program": program }, path: "/program", argv: ["program", "4"] },
    });
    expect(stdout.split("\n")).toHaveLength(6);
    const { cpu, time } = kernel.machine;
    expect(cpu.translatedSteps / time).toBeGreaterThan(0.9);
  });
});
