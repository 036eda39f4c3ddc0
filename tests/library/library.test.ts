/** The library as its users get it: built, by its name. The example is the one in the README. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ending, output, stop } from "./example.js";
import { calls, cause, end } from "./session-example.js";
import { counter, step, when, why } from "./time-example.js";

const text = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

it("runs a program that was assembled a line before", () => {
  expect(stop).toEqual({ reason: "ended" });
  expect(output).toEqual([{ stream: "standard output", bytes: new TextEncoder().encode("hello\n") }]);
  expect(ending).toMatchObject({ kind: "exited", status: 7 });
});

it("goes back to who wrote a value, and undoes a step", () => {
  expect(why).toMatchObject({ reason: "watchpoint", accesses: [{ kind: "write", physical: 0x8000 }] });
  expect([when, counter]).toEqual([2496, 169n]);
  expect(step?.registers).toContainEqual({ kind: "register", name: "rcx", old: 169n, now: 168n });
});

it("says who wrote a value, and goes another way from there", () => {
  expect(cause.says).toMatch(/: by add dword ptr \[rip\+0xfee\], eax in line 6 of process 2\.$/);
  expect(end).toEqual({ kind: "exited", status: 14 });
  expect(calls).toEqual(["getpid() = 2", "getpid() = 2", "exit(14) = ?"]);
});

it.each(["example.ts", "time-example.ts", "session-example.ts"])(
  "is shown in the README as it is (%s)",
  (name) => {
    expect(text("../../README.md")).toContain(`\`\`\`ts\n${text(name)}\`\`\``);
  },
);

it("asks for no package and no module of Node", () => {
  expect(text("../../lib/index.js")).not.toMatch(/^\s*import\b.*\bfrom\b|\brequire\(/m);
});
