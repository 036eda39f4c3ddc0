/**
 * The decimal instructions of 32-bit code, against the processor under us (`decimal.c`), or qemu's where this host runs no 32-bit
 * programs: AX, and the flags that are defined.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CS, FLAG, RAX, SS } from "../../../src/machine/isa/registers.js";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { hasCommand } from "../../programs/oracles.js";
import { BareMachine, CODE } from "../system/bare-machine.js";

const hasGcc = hasCommand("gcc");
const { AF, CF, PF, SF, ZF, OF } = FLAG;

/** What stands behind the name in the program's output, and the flags that the manual defines. */
const INSTRUCTIONS: Readonly<Record<string, readonly [source: string, flags: number]>> = {
  daa: ["daa", SF | ZF | AF | PF | CF],
  das: ["das", SF | ZF | AF | PF | CF],
  aaa: ["aaa", AF | CF],
  aas: ["aas", AF | CF],
  aam: ["aam", SF | ZF | PF],
  aam16: ["aam 16", SF | ZF | PF],
  aad: ["aad", SF | ZF | PF],
  aad7: ["aad 7", SF | ZF | PF],
  salc: ["salc", SF | ZF | AF | PF | CF | OF],
};

/** The lines that a processor's results make; undefined where nothing here runs 32-bit code. */
function ask(): string[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "decimal-"));
  try {
    const file = join(folder, "decimal");
    const source = join(import.meta.dirname, "decimal.c");
    const alone = ["-ffreestanding", "-nostdlib", "-static", "-fno-pic", "-no-pie", "-fno-stack-protector"];
    execFileSync("gcc", ["-m32", "-O1", ...alone, "-o", file, source]);
    const real = answerOf(file);
    return real ?? (hasCommand("qemu-i386") ? answerOf("qemu-i386", file) : undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function answerOf(command: string, ...words: readonly string[]): string[] | undefined {
  const { status, stdout } = spawnSync(command, words, { encoding: "utf8", maxBuffer: 1 << 26 });
  return status === 0 ? stdout.trim().split("\n") : undefined;
}

/** A processor in compatibility mode, before one instruction. */
function machineWith(source: string): BareMachine {
  const bare = new BareMachine({ engine: "evaluator" }).load("nop");
  const { cpu, memory } = bare.machine;
  const result = assemble(`.code32\n${source}`);
  if (!result.ok) throw new Error(source);
  memory.writeBytes(CODE, result.sections[0]!.bytes);
  cpu.system.segments[CS]!.attributes = 0xc09b;
  cpu.system.segments[SS]!.attributes = 0xc093;
  cpu.codeSizeChanged();
  return bare;
}

const lines = hasGcc ? ask() : undefined;
if (hasGcc && lines === undefined)
  console.warn(
    "skipped: neither this host nor qemu-i386 runs 32-bit code, whose decimal instructions are compared",
  );

describe.skipIf(lines === undefined)("in 32-bit code", () => {
  it("the processor answered for every instruction", () => {
    for (const name of Object.keys(INSTRUCTIONS))
      expect(lines?.filter((line) => line.startsWith(`${name} `))).toHaveLength(5120);
  });

  it.each(Object.keys(INSTRUCTIONS))("%s does to all AL, CF and AF what the processor does", (name) => {
    const [source, flags] = INSTRUCTIONS[name]!;
    const { machine } = machineWith(source);
    const { cpu } = machine;
    const wrong: string[] = [];
    for (const line of lines ?? []) {
      const [which, ...rest] = line.split(" ");
      if (which !== name) continue;
      const [ax, set, axAfter, flagsAfter] = rest.map((word) => Number.parseInt(word, 16)) as [
        number,
        number,
        number,
        number,
      ];
      cpu.state.general[RAX] = BigInt(ax);
      cpu.flags = set;
      cpu.rip = BigInt(CODE);
      machine.step();
      const ours = [Number(cpu.state.general[RAX]!), cpu.flags & flags];
      if (ours[0] !== axAfter || ours[1] !== (flagsAfter & flags)) wrong.push(`${line}: here ${ours}`);
    }
    expect(wrong.slice(0, 20)).toEqual([]);
  });
});
