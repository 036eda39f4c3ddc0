/** The words of views: what a screen reader says and a still prints. */
import { describe, expect, it } from "vitest";
import { emptyState } from "../../src/cells/empty-state.js";
import { loadView, VIEW_NAMES } from "../../src/views/index.js";
import type { Crossing, InstructionState, MachineState } from "../../src/views/machine-state.js";
import { count, hexGroups, list } from "../../src/views/numbers.js";
import { visibleText } from "../../src/views/output.js";
import { terminalText } from "../../src/views/terminal.js";

const VIEWS = new Map(
  await Promise.all(VIEW_NAMES.map(async (name) => [name as string, await loadView(name)] as const)),
);

const words = (name: string, changes: Partial<MachineState> = {}): string =>
  VIEWS.get(name)!.describe({ ...emptyState(), ...changes });

const refused: Crossing = {
  door: "exception",
  time: 3,
  from: 3,
  to: 0,
  vector: 13,
  name: "#GP",
  errorCode: 0x402,
  detail: "gate 128 has DPL 0: ring 3 may not call it",
  instruction: "int 0x80",
  rip: 0x401000n,
  saved: [{ what: "rip", place: 0xffff800000001fd8n, value: 0x401000n }],
  target: 0xffff800000001000n,
  stackBefore: 0x7fff0000n,
  stackAfter: 0xffff800000001fd0n,
};

describe("the words of views", () => {
  it.each(VIEW_NAMES)("%s speaks in whole sentences of an empty machine", (name) => {
    expect(words(name)).toMatch(/^[A-Zr].*\.$/s);
  });

  it("registers names what the last step changed, small numbers in decimal", () => {
    const registers = emptyState().registers.map((r) =>
      r.name === "rbx" ? { ...r, value: 10n, was: 0n } : r,
    );
    expect(words("registers", { registers })).toContain("In the last step rbx became 10.");
  });

  it("registers reads 64 bits as a signed number", () => {
    const registers = emptyState().registers.map((r) =>
      r.name === "rax" ? { ...r, value: 2n ** 64n - 14n, was: 0n } : r,
    );
    expect(words("registers", { registers })).toContain("rax became -14");
  });

  it("flags tells what a set flag means", () => {
    expect(words("flags", { flags: { value: 0x42, changed: 0x40 } })).toBe(
      "Set flags: ZF (the result was zero). The last step changed ZF.",
    );
  });

  it.each(["cycle", "bytes"])(
    "%s is about what comes next, and about hlt when nothing comes any more",
    (name) => {
      const instruction = (text: string, bytes: number[]): InstructionState => ({
        ...{ address: 0x40100bn, text, says: "Does it.", steps: [] },
        ...{ bytes, groups: [] },
      });
      const both = {
        previous: instruction("hlt", [0xf4]),
        instruction: instruction("int 0xff", [0xcd, 0xff]),
      };
      expect(words(name, both)).toContain("int 0xff");
      expect(words(name, { ...both, outcome: { kind: "halted", says: "" } })).toContain("hlt");
    },
  );

  it("an exception says whether the saved address is the same instruction or the next", () => {
    const crossings = {
      counts: { exception: 1, interrupt: 0, syscall: 0, return: 0 },
      last: refused,
      latest: { exception: refused },
    };
    expect(words("exception", { crossings })).toContain("the same instruction (a fault)");
    const trap = { ...refused, name: "#BP", saved: [{ what: "rip", place: 0n, value: 0x401001n }] };
    expect(
      words("exception", { crossings: { ...crossings, last: trap, latest: { exception: trap } } }),
    ).toContain("the next instruction (a trap)");
  });

  it("doors counts passages and says where the processor saved what", () => {
    const crossings = {
      counts: { exception: 1, interrupt: 0, syscall: 0, return: 0 },
      last: refused,
      latest: { exception: refused },
    };
    expect(words("doors", { crossings })).toContain("was used 1 time");
    expect(words("doors", { crossings })).toContain("rip in memory at 0xffff800000001fd8");
  });

  it("output shows control characters as pictures and keeps newlines", () => {
    expect(visibleText("a\u001b[31m\n\u0000\r\n")).toBe("a\u241b[31m\n\u2400\n");
  });

  it("switches tells how many of them wrote CR3, and what the last one did", () => {
    const one = {
      index: 7,
      time: 300,
      from: "process 3",
      to: "kworker/u2:0",
      cr3Written: false,
      flushes: false,
    };
    const switches = { recent: [one], written: 0, forgotten: 0 };
    expect(words("switches", { switches })).toBe(
      "1 switch, 0 of them with CR3 written; the last from process 3 to kworker/u2:0: CR3 stayed as it was, and the TLB kept what it knew.",
    );
  });

  it("league names places, figures and who failed", () => {
    const one = {
      fairness: 0.5,
      latency: 12.345,
      latencies: [12.345],
      switchesPerSecond: 10,
    };
    const league = {
      ...{ workloads: ["a desk"], fairEnough: 0.9 },
      rows: [{ ...one, name: "yours", isReader: true, hasFailed: true }],
    };
    expect(words("league", { league })).toMatch(
      /1\. yours: fairness 0\.500, waking to running 12\.3 ms, and it failed\.$/,
    );
  });

  it("system calls beyond the last ones are counted", () => {
    const calls = { total: 5000, recent: [{ number: 5000, pid: 1, text: "exit_group(0) = ?" }] };
    expect(words("calls", { calls })).toContain("5\u202f000 system calls");
  });
});

describe("numbers in views", () => {
  it("groups 64 bits in four", () => expect(hexGroups(0x1234n)).toBe("0000 0000 0000 1234"));
  it("groups counts in three", () => expect(count(50_000_000)).toBe("50\u202f000\u202f000"));
  it("joins clauses with commas and and", () => expect(list(["a", "b", "c"])).toBe("a, b and c"));
});

describe("a terminal as text", () => {
  it.each([
    ["lines", "one\r\ntwo\r\n", "one\ntwo\n"],
    ["what was rubbed out", "cat\b \b\b \bup", "cup"],
    ["what was written over", "10%\r20%", "20%"],
    ["tabs", "a\tb", "a       b"],
    [
      "colours, the title of the window, and the keypad's state",
      "\x1b[1;31mred\x1b[0m\x1b]0;sh\x07\x1b=!",
      "red!",
    ],
    ["a screen that was cleared", "old\x1b[H\x1b[2Jnew", "new"],
    ["UTF-8", "\xc3\xa9", "é"],
    ["a control character that means nothing", "a\x01", "a\u2401"],
  ])("shows %s as a screen would", (_, shown, text) => {
    expect(terminalText(shown)).toBe(text);
  });

  it("says what was shown last, and that the program waits", () => {
    const terminal = { rows: 24, columns: 80, shown: "one\r\n$ ", leftOut: 0 };
    const outcome = { kind: "halted", says: "it sleeps", waits: true } as const;
    expect(words("terminal", { terminal, outcome })).toBe(
      "The terminal has shown 2 lines; the last: $ Its window has 24 rows of 80 columns. The program waits for keys.",
    );
  });
});
