/** x87 arithmetic in generated code gives the same 80 bits, flags and stack as the evaluator. */
import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { UserCpu } from "../user-cpu.js";
import { type Numbers, numbers } from "./random-program.js";

const CODE = 0x10000000;
const CODE_FRAME = 0x10000;
const DATA = 0x20000000;
const DATA_FRAME = 0x20000;
const PROGRAMS = 1200;
const LIMIT = 3000;

const ARITHMETIC = ["fadd", "fsub", "fsubr", "fmul", "fdiv", "fdivr"];

function machineWith(translates: boolean): UserCpu {
  const machine = new UserCpu([
    { linear: CODE, frame: CODE_FRAME, pages: 1, writable: true },
    { linear: DATA, frame: DATA_FRAME, pages: 1, writable: true },
  ]);
  if (translates) machine.cpu.useTranslator();
  return machine;
}

const evaluated = machineWith(false);
const translated = machineWith(true);

/** One line of assembly; places are multiples of 16 in the data page. */
function line(next: Numbers): string {
  const place = `[rsi+${16 * next(64)}]`;
  const pick = (list: readonly string[]): string => list[next(list.length)]!;
  const sti = `st(${next(4)})`;
  switch (next(12)) {
    case 0:
      return `fld ${pick(["dword", "qword", "tbyte"])} ptr ${place}`;
    case 1:
      return `fild ${pick(["word", "dword", "qword"])} ptr ${place}`;
    case 2:
      return `${pick(["fstp dword ptr", "fstp qword ptr", "fstp tbyte ptr", "fst qword ptr"])} ${place}`;
    case 3:
      return `${pick(["fistp word ptr", "fistp dword ptr", "fistp qword ptr", "fisttp qword ptr", "fist dword ptr"])} ${place}`;
    case 4:
    case 5:
      return `${pick(ARITHMETIC)} st, ${sti}`;
    case 6:
      return `${pick(ARITHMETIC)} ${sti}, st`;
    case 7:
      return `${pick(ARITHMETIC)}p ${sti}, st`;
    case 8:
      return `${pick(ARITHMETIC)} ${pick(["dword", "qword"])} ptr ${place}`;
    case 9:
      return `${pick(["fiadd", "fimul", "fisubr"])} dword ptr ${place}`;
    case 10:
      return `${pick(["fcomi", "fucomi", "fcomip", "fucomip"])} st, ${sti}`;
    default:
      return pick([
        "fxch st(1)",
        "fchs",
        "fabs",
        "fld1",
        "fldz",
        "fld st(2)",
        "fstp st(1)",
        "fsqrt",
        "ffree st(7)",
      ]);
  }
}

/** Numbers of all sizes, mostly ordinary ones; now and then any bits at all. */
function fill(machine: UserCpu, seed: number): void {
  const next = numbers(seed);
  const { memory } = machine.cpu;
  for (let n = 0; n < 128; n++) {
    const high = next(4) === 0 ? next(2 ** 32) : 0x3f800000 + next(0x01000000) + 2 ** 31 * next(2);
    memory.write32(DATA_FRAME + 8 * n, next(3) === 0 ? 0 : next(2 ** 32));
    memory.write32(DATA_FRAME + 8 * n + 4, next(8) === 0 ? 0 : high);
  }
}

function stateOf(machine: UserCpu): Record<string, unknown> {
  const { cpu } = machine;
  const { x87 } = cpu.state;
  return {
    rip: cpu.rip.toString(16),
    flags: cpu.flags.toString(16),
    time: cpu.time,
    registers: [...x87.significands].map(
      (value, n) => `${x87.signExponents[n]!.toString(16)}:${value.toString(16)}`,
    ),
    words: [x87.top, x87.status, x87.control, x87.tagWord].map((word) => word.toString(16)),
    pointers: [x87.lastOpcode, x87.lastInstruction, x87.lastData].map((word) => word.toString(16)),
    memory: Buffer.from(cpu.memory.readBytes(DATA_FRAME, 1024)).toString("hex"),
  };
}

describe("x87 arithmetic in generated code", () => {
  it("is that of the evaluator, for ordinary numbers and for all others", () => {
    const next = numbers(87);
    let steps = 0;
    for (let n = 0; n < PROGRAMS; n++) {
      const lines = Array.from({ length: 6 + next(14) }, () => line(next));
      const source = `.intel_syntax noprefix\nfninit\nfld1\nfld1\nfld qword ptr [rsi]\nfild word ptr [rsi+16]\nmov ecx, 6\n1: ${lines.join("\n")}\ndec ecx\njnz 1b\nint3\n`;
      const assembly = assemble(source);
      if (!assembly.ok) throw new Error(`${assembly.errors[0]?.reason}: ${source}`);
      const code = assembly.sections.find((section) => section.name === ".text")!.bytes;
      for (const machine of [evaluated, translated]) {
        const { cpu } = machine;
        machine.reset();
        cpu.memory.fill(CODE_FRAME, 4096, 0xcc);
        cpu.memory.writeBytes(CODE_FRAME, code);
        fill(machine, n);
        cpu.state.general[6] = BigInt(DATA);
        cpu.time = 0;
        machine.clear();
        cpu.rip = BigInt(CODE);
        cpu.run(8);
        if (machine === translated) cpu.translateHere();
        cpu.run(LIMIT);
      }
      expect(stateOf(translated), source).toEqual(stateOf(evaluated));
      steps += evaluated.cpu.time;
    }
    expect(translated.cpu.translatedSteps).toBeGreaterThan(steps / 2);
  });
});
