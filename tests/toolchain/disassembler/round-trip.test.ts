/** What the disassembler writes, the assembler reads as the same instruction. */
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import type { Insn } from "../../../src/machine/isa/insn.js";
import { Kind } from "../../../src/machine/isa/operand.js";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { formatInstruction } from "../../../src/toolchain/disassembler/format.js";
import { randomCode } from "../random-code.js";

const ADDRESS = 0x401000n;

/** Two operands that may change places. */
const COMMUTATIVE = /^(xchg|test)$/;

/** What an instruction does, apart from how it is encoded. */
function meaning(insn: Insn): string {
  const { form, mnemonic } = insn;
  const isBranch = form.operands.some((spec) => spec.place === "relative");
  const hasMemory = insn.operands.some(({ kind }) => kind === Kind.Memory);
  const implied = form.repeatable || /^(xlat|maskmov)/.test(mnemonic);
  const operands = isBranch
    ? [ADDRESS + BigInt(insn.length + insn.relative)]
    : insn.operands.map(({ kind, size, register }) => [kind, form.rexWFree ? 0 : size, register].join(":"));
  if (COMMUTATIVE.test(mnemonic)) operands.sort();
  const isAbsolute = insn.base < 0 && insn.index < 0;
  const address = isAbsolute
    ? [insn.base, BigInt.asUintN(insn.addressSize, insn.displacement)]
    : [insn.base, insn.index, insn.index < 0 ? 0 : insn.scale, insn.displacement, insn.addressSize];
  const segment = (hasMemory || implied) && insn.segment >= 4 ? insn.segment : "";
  const implicit = implied ? [form.repeatable ? insn.repeat : 0, insn.addressSize] : [];
  // MOVQ has forms with and without REX.W; the x87 environment is the same with REX.W as without.
  const size =
    isBranch || form.rexWFree || /^(movq|f\w+)$/.test(mnemonic)
      ? insn.size === 16 && !form.sizeFree
      : insn.size;
  // CD 03 does what CC does.
  const name = mnemonic === "int" && insn.immediate === 3n ? "int3" : mnemonic;
  const immediate = name === "int3" ? "" : insn.immediate;
  return [
    name,
    size,
    ...(name === "int3" ? [] : operands),
    immediate,
    ...address,
    segment,
    insn.lock,
    ...implicit,
  ].join(" ");
}

describe("assembling what was disassembled", () => {
  it("gives an instruction with the same meaning, for 100 000 random byte strings", () => {
    const wrong: string[] = [];
    let count = 0;
    for (const bytes of randomCode(100_000, 0x2545f491)) {
      const insn = decode(bytes, 0);
      if (typeof insn === "string") continue;
      count++;
      const text = formatInstruction(insn, ADDRESS);
      const result = assemble(text, { addresses: { ".text": ADDRESS } });
      // Without prefixes that change nothing the instruction is shorter, and its target farther.
      if (!result.ok && result.errors[0]!.reason.endsWith("too far for 8 bits")) continue;
      const again = result.ok ? decode(result.sections[0]!.bytes, 0) : result.errors[0]!.reason;
      if (typeof again !== "string" && meaning(again) === meaning(insn)) continue;
      wrong.push(
        `${Buffer.from(bytes).toString("hex")} ${text}: ${typeof again === "string" ? again : meaning(again)}`,
      );
    }
    expect(count).toBeGreaterThan(50_000);
    expect(wrong).toEqual([]);
  });
});
