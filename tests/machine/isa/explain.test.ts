/** The explanation of instructions in words. */
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import { explain } from "../../../src/machine/isa/explain.js";
import type { Insn } from "../../../src/machine/isa/insn.js";
import { Kind } from "../../../src/machine/isa/operand.js";
import { GENERAL_NAMES, type Size } from "../../../src/machine/isa/registers.js";
import { allEncodings } from "./encodings.js";

function decoded(bytes: Uint8Array): Insn {
  const insn = decode(bytes, 0);
  if (typeof insn === "string") throw new Error(`${Buffer.from(bytes).toString("hex")}: ${insn}`);
  return insn;
}

const lines = (hex: string): string[] => explain(decoded(Buffer.from(hex, "hex")), 0x401000n);

/** Any name of a register or its parts, as a pattern: PINSRW takes a word of EBX. */
function partsOf(register: number): string {
  if (register >= 16) return GENERAL_NAMES[8][register]!;
  return ([64, 32, 16, 8] satisfies Size[]).map((size) => GENERAL_NAMES[size][register]!).join("|");
}

/** What an explanation must name: general registers, and the base under memory, unless nothing happens to them. */
function missingNames(insn: Insn, text: string): string[] {
  if (/^(nop|prefetch.*|ud[012])$/.test(insn.mnemonic)) return [];
  const names = insn.operands.flatMap((operand) => {
    if (operand.kind === Kind.General) return [partsOf(operand.register)];
    if (operand.kind === Kind.Memory && insn.base >= 0) return [partsOf(insn.base)];
    if (operand.kind === Kind.Xmm) return [`xmm${operand.register}`];
    return [];
  });
  return names.filter((name) => !new RegExp(`\\b(${name})\\b`).test(text));
}

describe("explain", () => {
  it("has words for every form of every instruction, and they name its registers", () => {
    const silent: string[] = [];
    for (const { form, bytes } of allEncodings()) {
      const insn = decoded(bytes);
      const text = explain(insn, 0x401000n).join("\n");
      const missing = missingNames(insn, text);
      if (missing.length > 0)
        silent.push(`${form.instruction.mnemonic} (${form.text}) lacks ${missing.join(", ")}:\n${text}`);
    }
    expect(silent).toEqual([]);
  });

  it("shows a memory operand as a read of so many bits, and flags before the register that changes", () => {
    expect(lines("48034308")).toEqual([
      "t0 = memory64[rbx + 8]",
      "t1 = rax + t0",
      "OF SF ZF AF PF CF <- 64-bit rax + t0 = t1",
      "rax <- t1",
    ]);
  });

  it("copies a register that a later line needs after it has changed", () => {
    expect(lines("48d3e3").slice(0, 4)).toEqual(["t0 = cl & 0x3f", "t1 = rbx", "t2 = t1 << t0", "rbx <- t2"]);
  });

  it("computes the target of a branch", () => {
    expect(lines("74fe")).toEqual(["if ZF: rip <- 0x401000"]);
  });

  it("tests the flags that the comparison of this very iteration left", () => {
    const text = lines("f3a6");
    expect(text.findIndex((line) => line.includes("and ZF"))).toBeGreaterThan(
      text.findIndex((line) => line.includes("ZF AF PF CF <-")),
    );
  });

  it("says so when nothing changes", () => {
    expect(lines("90")).toEqual(["nothing changes"]);
  });
});
