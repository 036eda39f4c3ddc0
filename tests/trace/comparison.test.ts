/** Where two runs part, found by repeating both in step. */
import { describe, expect, it } from "vitest";
import { alignEvents } from "../../src/trace/compare/align-events.js";
import { Comparison, type ComparisonResult, type Divergence } from "../../src/trace/compare/comparison.js";
import type { TraceEvent } from "../../src/trace/event.js";
import { Session } from "../../src/trace/session.js";
import { assembled, fixture, kernelWorld } from "./kernel-program.js";

const LOOP = `_start:
    xor ecx, ecx
again:
    inc rcx
    mov [rip+count], rcx
    cmp rcx, 20000
    jb again
    mov eax, 39
    syscall
    mov edi, eax
    mov eax, 60
    syscall
.data
count: .quad 0
limit: .quad 0
`;

const open = (source = LOOP) => Session.open(kernelWorld(assembled(source)));

function compared(
  a: Session,
  b: Session,
  by?: "state" | "registers" | "way",
  part = 10_000,
): ComparisonResult {
  const comparison = new Comparison(a, b, by);
  for (let n = 0; n < 200; n++) {
    const result = comparison.advance(part);
    if (result) return result;
  }
  throw new Error("no result");
}

const differ = (result: ComparisonResult): Divergence => {
  if (result.kind !== "differ") throw new Error(`they are the same for ${result.steps} steps`);
  return result;
};

describe("two runs of the same program", () => {
  it("are the same to their end", () => {
    const [a, b] = [open(), open()];
    const result = compared(a, b);
    expect(result.kind).toBe("same");
    expect(a.ending).toEqual({ kind: "exited", status: 2 });
    expect(result.steps).toBe(a.time - a.start);
  });

  it("part where somebody changed a register, though one of them never showed it before", () => {
    const [a, b] = [open(), open()];
    b.run(b.start + 41_234);
    b.send({ kind: "value", place: { kind: "register", name: "r9" }, value: 7n });
    const result = differ(compared(a, b));
    expect(result.steps).toBe(41_234);
    expect(result.registers).toEqual([{ name: "r9", kind: "register", a: 0n, b: 7n }]);
    expect(result.memory).toEqual([]);
    expect([result.a.time, result.b.time]).toEqual([a.time, b.time]);
  });

  it("part in their registers at a change by hand, and in their way later", () => {
    const [a, b] = [open(), open()];
    b.run(b.start + 30_000);
    const place = { kind: "register", name: "rcx" } as const;
    b.send({ kind: "value", place, value: 19_999n });
    const result = differ(compared(a, b));
    expect(result.steps).toBe(30_000);
    expect(differ(compared(a, b, "registers")).steps).toBe(30_000);
    const way = differ(compared(a, b, "way"));
    expect(way.steps).toBeGreaterThan(30_000);
    expect(way.a.instruction?.text).not.toBe(way.b.instruction?.text);
  });
});

describe("runs of two programs", () => {
  it("part by their bytes first, by registers later, and by their way last", () => {
    const other = LOOP.replace("20000", "20100");
    const pair = (): [Session, Session] => [open(), open(other)];
    const state = differ(compared(...pair()));
    const registers = differ(compared(...pair(), "registers"));
    const way = differ(compared(...pair(), "way", 5000));
    expect(state.memory.length).toBeGreaterThan(0);
    expect(state.steps).toBeLessThan(registers.steps);
    expect(registers.registers.map(({ name }) => name)).toContain("rflags");
    expect(registers.steps).toBeLessThan(way.steps);
    expect(way.a.instruction?.text).toBe("mov eax, 0x27");
    expect(way.b.instruction?.text).toBe("inc rcx");
  });

  it("tell the first event that differs", () => {
    const other = LOOP.replace("mov eax, 39", "mov eax, 110");
    const result = differ(compared(open(), open(other), "way"));
    expect(result.event).toMatchObject({
      a: { kind: "call", says: "getpid() = 2" },
      b: { kind: "call", says: "getppid() = 1" },
    });
  });

  it("under different parameters part where the scheduler does", () => {
    const world = (slice: number) => {
      const scheduler = { name: "round-robin", slice } as const;
      return Session.open(kernelWorld(fixture("preemption"), { kernel: { scheduler } }));
    };
    const result = differ(compared(world(10_000_000), world(20_000_000), "way", 1_000_000));
    expect(result.event?.a?.kind).toBe("decision");
    expect(result.steps).toBeGreaterThan(50_000);
  });
});

describe("two logs side by side", () => {
  const event = (says: string, t: number): TraceEvent => ({
    index: t,
    t,
    kind: "log",
    level: 6,
    text: says,
    says,
  });
  const log = (text: string) => [...text].map((says, n) => event(says, n));
  const shown = (a: string, b: string) =>
    alignEvents(log(a), log(b)).map(({ a: left, b: right }) => `${left?.says ?? "-"}${right?.says ?? "-"}`);

  it("have the same events in the same rows", () => {
    expect(shown("abcd", "abcd")).toEqual(["aa", "bb", "cc", "dd"]);
    expect(shown("abcd", "axcd")).toEqual(["aa", "b-", "-x", "cc", "dd"]);
    expect(shown("abc", "xabc")).toEqual(["-x", "aa", "bb", "cc"]);
    expect(shown("", "ab")).toEqual(["-a", "-b"]);
  });

  it("lose and add nothing, and are as short as can be", () => {
    for (const [a, b] of [
      ["kitten", "sitting"],
      ["aabbaab", "ababab"],
      ["abcabba", "cbabac"],
    ] as const) {
      const rows = alignEvents(log(a), log(b));
      expect(rows.flatMap((row) => row.a?.says ?? []).join("")).toBe(a);
      expect(rows.flatMap((row) => row.b?.says ?? []).join("")).toBe(b);
      const common = rows.filter((row) => row.a && row.b).length;
      expect(common).toBe(longestCommon(a, b));
    }
  });

  it("with nothing in common are told apart without end of patience", () => {
    const rows = alignEvents(log("a".repeat(3000)), log("b".repeat(3000)));
    expect(rows).toHaveLength(6000);
  });
});

/** Length of the longest common subsequence, by the textbook. */
function longestCommon(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let x = 1; x <= a.length; x++)
    for (let y = 1; y <= b.length; y++)
      table[x]![y] =
        a[x - 1] === b[y - 1] ? table[x - 1]![y - 1]! + 1 : Math.max(table[x - 1]![y]!, table[x]![y - 1]!);
  return table[a.length]![b.length]!;
}
