/**
 * The decoder against iced-x86 on random bytes as 16- and 32-bit code: validity, length, and the registers of addresses. With
 * CI=true 300 000 strings each, otherwise 30 000 (RANDOM_STRINGS and RANDOM_SEED for others).
 */
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import { formatInstruction } from "../../../src/toolchain/disassembler/format.js";
import { IcedOracle } from "./iced.js";
import { randomBytes } from "./random-bytes.js";

const STRINGS = Number(process.env["RANDOM_STRINGS"] ?? (process.env["CI"] === "true" ? 300_000 : 30_000));
const SEED = Number(process.env["RANDOM_SEED"] ?? 0x87654321);
const ADDRESS = 0x1000n;

/** Where this machine is not what iced-x86 describes: by iced's `Code`, each with its reason. */
const DEVIATIONS: readonly (readonly [code: RegExp, why: string])[] = [
  [/^Rsm$/, "outside of system management mode, which this machine lacks, RSM is #UD"],
  [/^Sysretd$/, "it returns to 32-bit code, which is left out"],
  [/^Sys(enter|exitd)$/, "not announced"],
  [/^Vmcall$/, "the kernel's hypercall; what VMX itself has is not announced"],
];

const explained = (code: string): boolean => DEVIATIONS.some(([pattern]) => pattern.test(code));

/** Base, index, scale and displacement as both write them; string instructions have no operands in our text. */
const addressIn = (text: string): string | undefined => /\[[^\]]*[a-z]{2}[^\]]*\]/.exec(text)?.[0];

describe.each([16, 32] as const)("random bytes as %i-bit code", (codeSize) => {
  it(`are the same instruction to iced-x86, ${STRINGS} strings`, () => {
    const oracle = new IcedOracle();
    const wrong: string[] = [];
    let valid = 0;
    for (const bytes of randomBytes(STRINGS, SEED)) {
      const theirs = oracle.read(bytes, ADDRESS, codeSize);
      if (explained(theirs.code)) continue;
      const ours = decode(bytes, 0, bytes.length, codeSize);
      const found = typeof ours === "string" ? undefined : ours;
      if (found) valid++;
      const text = found ? formatInstruction(found, ADDRESS) : "";
      const address = addressIn(text);
      const isAlike =
        (found === undefined) === (theirs.text === undefined) &&
        (found === undefined || found.length === theirs.length) &&
        (address === undefined || address === addressIn(theirs.text ?? ""));
      if (isAlike) continue;
      const { code, length, text: theirText } = theirs;
      wrong.push(
        `${Buffer.from(bytes).toString("hex")}: ${text || ours} | iced ${code}, ${length} bytes: ${theirText}`,
      );
      if (wrong.length >= 100) break;
    }
    expect(wrong).toEqual([]);
    expect(valid).toBeGreaterThan(STRINGS / 2);
  });
});
