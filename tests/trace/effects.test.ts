/** What is said of an instruction's effects, held against what a real processor changed. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { decode } from "../../src/machine/isa/decoder.js";
import type { Insn } from "../../src/machine/isa/insn.js";
import { STATUS_FLAGS } from "../../src/machine/isa/registers.js";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import { effectsOf } from "../../src/trace/effects.js";
import { readVectors } from "../silicon/vector-file.js";

const vectors = readVectors(fileURLToPath(new URL("../silicon/vectors.jsonl.gz", import.meta.url)));

it("whatever a recorded instruction of a real processor changed is among its effects, or may be more", () => {
  const wrong = new Set<string>();
  for (const { hex, code, before, after, undefinedFlags } of vectors) {
    const insn = decode(Uint8Array.from(Buffer.from(hex, "hex")), 0);
    if (typeof insn === "string" || !after) continue;
    const { registers, flags, more } = effectsOf(insn);
    if (more) continue;
    before.general.forEach((value, n) => {
      if (after.general[n] !== value && !registers.has(n)) wrong.add(`${code}: register ${n}`);
    });
    const changed = (before.flags ^ after.flags) & STATUS_FLAGS & ~flags & ~undefinedFlags;
    if (changed !== 0) wrong.add(`${code}: flags 0x${changed.toString(16)}`);
  }
  expect([...wrong]).toEqual([]);
});

const one = (line: string): Insn => {
  const assembly = assemble(line);
  const insn = assembly.ok ? decode(assembly.sections[0]!.bytes, 0) : "invalid";
  if (typeof insn === "string") throw new Error(`${line}: ${insn}`);
  return insn;
};

it("a register that is written with what it holds counts as written, and one that is only read does not", () => {
  expect([...effectsOf(one("xchg eax, ebx")).registers].sort()).toEqual([0, 3]);
  expect([...effectsOf(one("cmp eax, ebx")).registers]).toEqual([]);
  expect(effectsOf(one("shl eax, cl"))).toMatchObject({ more: true });
  expect([...effectsOf(one("addsd xmm1, xmm2")).vectors]).toEqual([1]);
});
