/** The page of all instructions: complete, and each example runs. */
import { describe, expect, it } from "vitest";
import { exceptionsOf, InstructionBench } from "../../src/book/instruction-bench.js";
import { examplesOfAllKinds } from "../../src/book/instruction-examples.js";
import { effectLines, referenceEntry, referencePage } from "../../src/book/instruction-reference.js";
import type { Instruction } from "../../src/machine/isa/instruction.js";
import { FAMILIES, INSTRUCTIONS, LEGACY_INSTRUCTIONS } from "../../src/machine/isa/instruction-set.js";

const named = (mnemonic: string): Instruction => {
  const found = INSTRUCTIONS.find((one) => one.mnemonic === mnemonic);
  if (!found) throw new Error(`no ${mnemonic}`);
  return found;
};

/** Instructions whose purpose is an exception or an interrupt, and those that this machine refuses always. */
const ENDING: Readonly<Record<string, number>> = {
  ...{ ud0: 6, ud1: 6, ud2: 6, int1: 1, int3: 3, int: 0x30, vmcall: 6, rdpmc: 13 },
};

describe("the example of", () => {
  it.each(INSTRUCTIONS)(
    "$mnemonic ($says) does the same on the evaluator and the translator",
    (instruction) => {
      const bench = new InstructionBench(instruction);
      const effect = bench.effect();
      expect(effect.vector).toBe(ENDING[instruction.mnemonic]);
      expect(new InstructionBench(instruction, "translator").effect()).toEqual(effect);
    },
  );

  it("an instruction runs with every kind of operands that it takes", () => {
    for (const instruction of INSTRUCTIONS.filter(({ example }) => example === undefined))
      for (const source of examplesOfAllKinds(instruction)) {
        const { vector } = new InstructionBench(instruction, "evaluator", 0, source).effect();
        expect(vector, source).toBe(ENDING[instruction.mnemonic]);
      }
  });

  it("add tells the sum and the flags that changed", () => {
    expect(effectLines(referenceEntry(named("add")))).toEqual([
      "rax 0x1122334455667788 → 0x112233445566778f",
      "SF 0 → 1",
    ]);
  });
});

describe("the exceptions of", () => {
  const vectorsOf = (mnemonic: string) => exceptionsOf(named(mnemonic)).map(({ vector }) => vector);

  it.each([
    ["lea", []],
    ["add", [12, 13, 14, 17]],
    ["call", [12, 13, 14, 17]],
    ["ret", [12, 13, 14, 17]],
    ["push", [12, 14, 17]],
    ["div", [0, 12, 13, 14]],
    ["hlt", [13]],
    ["rdtsc", [13]],
    ["movaps", [6, 7, 12, 13, 14]],
    ["addps", [6, 7, 12, 13, 14, 19]],
    ["fadd", [7, 12, 13, 14, 16, 17]],
    ["paddb", [6, 7, 12, 13, 14]],
    ["lgdt", [13]],
    ["cpuid", []],
    ["jmp", [13]],
  ])("%s are those that the manual names: %j", (mnemonic, expected) => {
    expect(vectorsOf(mnemonic)).toEqual(expect.arrayContaining(expected));
    if (expected.length === 0) expect(vectorsOf(mnemonic)).toEqual([]);
  });
});

describe("the page", () => {
  const page = referencePage();

  it("has every instruction of every mode, each once, in its family", () => {
    const count = INSTRUCTIONS.length + LEGACY_INSTRUCTIONS.length;
    expect(page.match(/<details class="instruction"/g)).toHaveLength(count);
    for (const { title } of FAMILIES) expect(page).toContain(`<h2>${title}</h2>`);
  });

  it("has one name for each place that a link may lead to", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("i-add");
  });

  it("has no empty line within an entry, which would end its HTML", () => {
    for (const line of page.split("\n").filter((one) => one.startsWith("<details")))
      expect(line.endsWith("</details>")).toBe(true);
  });
});
