/** 16- and 32-bit code: the same bytes as GNU as, for the lines of 64-bit code without what only that has, and for its own. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { disassembleOne } from "../../../src/toolchain/disassembler/disassemble.js";
import { askGnuAs, hasGnuAs } from "../gnu-as.js";
import { allLines } from "../samples.js";

/** Registers that 64-bit mode has added, and other names of the old ones. */
const ADDED = /\b(r\d+[dwb]?|xmm\d\d|xmm[89]|[sd]il|[sb]pl|rip|eip|cr8|dr(8|9|1\d))\b/;

/** The lines of 64-bit code with the old registers' 32 bits. */
function oldLines(): string[] {
  const lines = allLines().map((line) => line.replace(/\br([abcd]x|[sd]i|[sb]p)\b/g, "e$1"));
  return [...new Set(lines)].filter((line) => !ADDED.test(line));
}

interface Answer {
  readonly bytes: string | undefined;
  readonly reason: string;
}

/** Far from both ends of 16 bits. */
const BASE = 0x8000n;
/** A branch to an address, which may be short when it is written as a distance. */
const symbol = (address: bigint): string => (address < BASE ? `.-${BASE - address}` : `.+${address - BASE}`);

function ours(line: string, code: number): Answer {
  const result = assemble(`.code${code}\n${line}`, { base: BASE });
  if (!result.ok) return { bytes: undefined, reason: result.errors[0]!.reason };
  return { bytes: Buffer.from(result.sections[0]?.bytes ?? []).toString("hex"), reason: "" };
}

/** GNU as cuts numbers that do not fit; here they are mistakes. */
const isCutByGnuAs = ({ reason }: Answer): boolean => /does not fit in (8|16|32) bits$/.test(reason);

/** What processors execute, and GNU as of binutils 2.40 does not read; and SYSRET to 32-bit code, which is left out. */
const OURS_ALONE = [/^bswap \w\w$/, /^fstpnce /];
const THEIRS_ALONE = [/^sysret$/];

describe.skipIf(!hasGnuAs).each([16, 32] as const)("assemble with .code%i", (code) => {
  const compare = (lines: readonly string[]): string[] => {
    const theirs = askGnuAs(lines, code);
    return lines.flatMap((line, n) => {
      const answer = ours(line, code);
      const { bytes } = theirs[n]!;
      if (answer.bytes === bytes) return [];
      if (answer.bytes === undefined && (isCutByGnuAs(answer) || THEIRS_ALONE.some((one) => one.test(line))))
        return [];
      if (bytes === undefined && OURS_ALONE.some((one) => one.test(line))) return [];
      return [`${line}: ${answer.bytes ?? answer.reason}, GNU as ${bytes}`];
    });
  };

  it("gives every instruction that is older than 64-bit mode the bytes that GNU as gives it", () => {
    const lines = oldLines();
    expect(lines.length).toBeGreaterThan(20_000);
    expect(compare(lines)).toEqual([]);
  });

  it("reads what only this code has as GNU as does, and refuses what it refuses", () => {
    const text = readFileSync(new URL("legacy-spellings.txt", import.meta.url), "utf8");
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(compare(lines)).toEqual([]);
  });

  // MOV to CS has an encoding, which is no instruction.
  it("reads back what the disassembler writes", () => {
    const spellings = readFileSync(new URL("legacy-spellings.txt", import.meta.url), "utf8").split("\n");
    const wrong = [...oldLines(), ...spellings].flatMap((line) => {
      const { bytes } = ours(line, code);
      if (bytes === undefined || bytes === "" || /;|^mov cs/.test(line)) return [];
      const { text, problem } = disassembleOne(Uint8Array.from(Buffer.from(bytes, "hex")), 0, BASE, {
        codeSize: code,
        symbol,
      });
      const again = ours(text, code);
      return problem === undefined && again.bytes === bytes
        ? []
        : [`${line} = ${bytes}: ${text} = ${again.bytes ?? again.reason}`];
    });
    expect(wrong).toEqual([]);
  });
});
