/** /proc/stat, uptime, loadavg and interrupts tell where the time went. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";

/** Works for 0.2 s in a child and sleeps for 0.3. */
const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static void show(const char *path) {
  char text[2048];
  FILE *f = fopen(path, "r");
  text[fread(text, 1, sizeof text - 1, f)] = 0;
  printf("%s", text);
  fclose(f);
}
int main(void) {
  if (fork() == 0) {
    while (clock() < CLOCKS_PER_SEC / 5);
    _exit(0);
  }
  wait(NULL);
  usleep(300000);
  show("/proc/stat");
  show("/proc/uptime");
  show("/proc/loadavg");
  show("/proc/interrupts");
  return 0;
}`;

describe.skipIf(!hasCompiler)("the machine's time", () => {
  it("is that of programs, also of those that have ended, and the rest is idle", () => {
    const program = withFolder((folder) => readFileSync(compileIn(folder, SOURCE, ["-static", "-w"])));
    const { stdout } = runGuest({ files: { "/program": program }, path: "/program", argv: ["program"] });
    const [, ...words] = /^cpu +(.*)$/m.exec(stdout)![0].split(/ +/);
    const [user, nice, system, idle] = words.map(Number) as [number, number, number, number];
    const [uptime, idleSeconds] = /^([\d.]+) ([\d.]+)$/m.exec(stdout)!.slice(1).map(Number) as [
      number,
      number,
    ];
    expect(user + system).toBeGreaterThanOrEqual(19);
    expect(idle).toBeGreaterThanOrEqual(29);
    expect(nice).toBe(0);
    expect(Math.abs(user + system + idle - uptime * 100)).toBeLessThanOrEqual(3);
    expect(Math.abs(idleSeconds * 100 - idle)).toBeLessThanOrEqual(2);
    expect(stdout).toMatch(/^cpu0 /m);
    expect(stdout).toMatch(/^processes 1$/m);
    // Half a second has 50 ticks, and they are all the interrupts that there were.
    const [all, timer, ...others] = /^intr (.*)$/m.exec(stdout)![1]!.split(" ").map(Number);
    expect(timer).toBeGreaterThanOrEqual(49);
    expect([all, others.every((count) => count === 0)]).toEqual([timer, true]);
    expect(stdout).toMatch(/^ {11}CPU0 {7}\n {2}0: +\d+ {4}XT-PIC {6}timer\n {2}1: +0 {4}XT-PIC {6}i8042$/m);
    expect(stdout).toMatch(/^0\.00 0\.00 0\.00 1\/1 3$/m);
  });
});
