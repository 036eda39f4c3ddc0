/**
 * The decoder and the disassembler against iced-x86 on random bytes: validity, length and text. With CI=true a million
 * strings, otherwise 60 000 (RANDOM_STRINGS and RANDOM_SEED for others).
 */
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import { formatInstruction } from "../../../src/toolchain/disassembler/format.js";
import { IcedOracle, type Reading } from "./iced.js";
import { normalizedIced, normalizedOurs } from "./iced-text.js";
import { randomBytes } from "./random-bytes.js";

const STRINGS = Number(process.env["RANDOM_STRINGS"] ?? (process.env["CI"] === "true" ? 1_000_000 : 60_000));
const ADDRESS = 0x401000n;
const SEED = Number(process.env["RANDOM_SEED"] ?? 0x12345678);

/** Where this machine is not what iced-x86 describes: by iced's `Code`, each with its reason. */
const DEVIATIONS: readonly (readonly [code: RegExp, why: string])[] = [
  [/^Rsm$/, "outside of system management mode, which this machine lacks, RSM is #UD"],
  [/^Sysretd$/, "it returns to 32-bit code, which this machine lacks"],
  [/^Vmcall$/, "the kernel's hypercall; what VMX itself has is not announced"],
  [/^Pause$/, "F3 REX.B 90 exchanges R8 and RAX, as the processor that recorded the vectors does"],
];

const explained = (code: string): boolean => DEVIATIONS.some(([pattern]) => pattern.test(code));

/** What is wrong with our reading of `bytes`; undefined when it agrees with iced's. */
function disagreement(bytes: Uint8Array, theirs: Reading): string | undefined {
  const ours = decode(bytes, 0);
  if (explained(theirs.code)) return undefined;
  if (typeof ours === "string") return theirs.text === undefined ? undefined : ours;
  if (theirs.text === undefined) return ours.form.text;
  if (ours.length !== theirs.length) return `${ours.form.text}, ${ours.length} bytes`;
  const text = normalizedOurs(formatInstruction(ours, ADDRESS), theirs.code);
  return text === normalizedIced(theirs.text, theirs.code) ? undefined : text;
}

describe("random bytes", () => {
  it(`are the same instruction to iced-x86, ${STRINGS} strings`, () => {
    const oracle = new IcedOracle();
    const wrong: string[] = [];
    let valid = 0;
    for (const bytes of randomBytes(STRINGS, SEED)) {
      const theirs = oracle.read(bytes, ADDRESS);
      if (theirs.text !== undefined) valid++;
      const found = disagreement(bytes, theirs);
      if (found === undefined) continue;
      const { code, length, text } = theirs;
      wrong.push(
        `${Buffer.from(bytes).toString("hex")}: ${found} | iced ${code}, ${length} bytes: ${text ?? "not announced"}`,
      );
      if (wrong.length >= 100) break;
    }
    expect(wrong).toEqual([]);
    expect(valid).toBeGreaterThan(STRINGS / 2);
  });
});
