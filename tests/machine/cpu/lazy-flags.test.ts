/** Flags are computed only when somebody asks: nobody may notice. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import { readVectors, type Vector } from "../../silicon/vector-file.js";
import { UserCpu } from "../user-cpu.js";

const CODE = 0x10000000;
const DATA = 0x20000000;
const CODE_FRAME = 0x10000;
const DATA_FRAME = 0x20000;
const PROGRAMS = 3000;
const LENGTH = 12;

const machine = new UserCpu([
  { linear: CODE, frame: CODE_FRAME, pages: 1, writable: true },
  { linear: DATA, frame: DATA_FRAME, pages: 2, writable: true },
]);

/** Recorded instructions on registers alone that neither branch nor fault: they can follow each other at random. */
function straightInstructions(): Vector[] {
  const all = readVectors(fileURLToPath(new URL("../../silicon/vectors.jsonl.gz", import.meta.url)));
  return all.filter(({ hex, fault }) => {
    if (fault) return false;
    const insn = decode(Buffer.from(hex, "hex"), 0);
    if (typeof insn === "string") return false;
    const { form, mnemonic } = insn;
    const integer = form.operands.every(({ text }) => !/mm|st/.test(text)) && !/^f/.test(mnemonic);
    const branches = /^(j|call|ret|loop|i?div|leave|enter|xlat)/.test(mnemonic) || form.repeatable;
    return integer && !branches && insn.modrm >= 0 && insn.modrm >= 0xc0;
  });
}

function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Runs the bytes from the state of `first`; with `eager` RFLAGS is computed after every instruction. */
function run(program: readonly Vector[], first: Vector, eager: boolean): string {
  const { cpu } = machine;
  cpu.memory.writeBytes(CODE_FRAME, Buffer.from(program.map(({ hex }) => hex).join(""), "hex"));
  cpu.state.general.set(first.before.general);
  machine.clear();
  cpu.flags = first.before.flags;
  cpu.rip = BigInt(CODE);
  for (let n = 0; n < program.length && !machine.caught; n++) {
    machine.step();
    if (eager) void cpu.flags;
  }
  return [cpu.rip, cpu.flags, ...cpu.state.general].join(" ");
}

describe("lazy flags", () => {
  it("leave the same registers and RFLAGS as flags computed after every instruction", () => {
    const choices = straightInstructions();
    const next = numbers(7);
    const differing: string[] = [];
    for (let n = 0; n < PROGRAMS; n++) {
      const program = Array.from({ length: LENGTH }, () => choices[next(choices.length)]!);
      const first = choices[next(choices.length)]!;
      if (run(program, first, false) !== run(program, first, true)) {
        differing.push(program.map(({ code, hex }) => `${code} ${hex}`).join(", "));
      }
    }
    expect(choices.length).toBeGreaterThan(5000);
    expect(differing).toEqual([]);
  });
});
