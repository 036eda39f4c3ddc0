/** The page of all instructions: complete, and each example is what it says. */
import { describe, expect, it } from "vitest";
import { referenceEntries, referencePage } from "../../src/book/instruction-reference.js";
import { INSTRUCTIONS } from "../../src/machine/isa/instruction-set.js";

describe("the reference of instructions", () => {
  it("has every instruction of the machine, each once", () => {
    expect(referenceEntries().map((one) => one.instruction)).toEqual(INSTRUCTIONS);
    expect(referencePage().match(/<details class="instruction"/g)).toHaveLength(INSTRUCTIONS.length);
  });

  it("says of every instruction what one encoding does, step by step", () => {
    for (const { example } of referenceEntries()) {
      expect(example.text).not.toMatch(/^\.byte/);
      expect(example.steps.length).toBeGreaterThan(0);
    }
  });
});
