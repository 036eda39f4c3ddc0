/** The decoder against its own tables. */
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import { byteRoles } from "../../../src/machine/isa/insn.js";
import type { Form } from "../../../src/machine/isa/instruction.js";
import { allEncodings } from "./encodings.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The form itself, another form of the instruction, or one that claims part of its opcode (prefetches among NOPs). */
function isSameOrNearer(found: Form, form: Form): boolean {
  return found.instruction === form.instruction || (form.digit === undefined && found.digit !== undefined);
}

describe("decode", () => {
  it("decodes an encoding of every form as that form, whole", () => {
    const wrong: string[] = [];
    for (const { form, bytes } of allEncodings()) {
      const insn = decode(bytes, 0);
      if (typeof insn === "string") wrong.push(`${form.text}: ${hex(bytes)} ${insn}`);
      else if (!isSameOrNearer(insn.form, form) || insn.length !== bytes.length) {
        wrong.push(`${form.text}: ${hex(bytes)} is ${insn.form.text}, ${insn.length} bytes`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("gives every byte of an instruction one role", () => {
    for (const { bytes } of allEncodings()) {
      const insn = decode(bytes, 0);
      if (typeof insn === "string") continue;
      expect(byteRoles(insn).length, hex(bytes)).toBe(insn.length);
    }
  });
});
