/** Single lines: the same bytes as GNU as. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { askGnuAs, hasGnuAs } from "../gnu-as.js";
import { allLines } from "../samples.js";

interface Answer {
  readonly bytes: string | undefined;
  readonly reason: string;
}

function ours(line: string): Answer {
  const result = assemble(line);
  if (!result.ok) return { bytes: undefined, reason: result.errors[0]!.reason };
  return { bytes: Buffer.from(result.sections[0]?.bytes ?? []).toString("hex"), reason: "" };
}

/** GNU as cuts some numbers that do not fit; here they are mistakes. */
function isCutByGnuAs({ reason }: Answer): boolean {
  const found = /^(-?\d+) does not fit in (\d+) bits$/.exec(reason);
  if (!found) return false;
  const [value, bits] = [BigInt(found[1]!), BigInt(found[2]!)];
  return value >= 1n << (bits - 1n) || value < -(1n << (bits - 1n));
}

/** What processors execute, and GNU as of binutils 2.40 does not read. */
const OURS_ALONE = [
  /^movsxd \w+, (\w+|word ptr .*)$/, // with 16 bits; GNU as reads memory of 32 bits there, as AMD's manual has it
  /^bswap (\w\w|r\d+w)$/,
  /^fstpnce /,
  /^sysret$/,
  /^l[sfg]s r([a-z]+|\d+), /, // pointers of 80 bits, which only Intel's manual has
  /^(jmp|call) tbyte ptr /, // far pointers of 80 bits, which only Intel's manual has
  /^(iret|retf( .*)?)$/, // with a warning that it takes 32 bits
];

describe.skipIf(!hasGnuAs)("assemble", () => {
  it("gives every form of every instruction the bytes that GNU as gives it", () => {
    const lines = allLines();
    const theirs = askGnuAs(lines);
    const wrong = lines.flatMap((line, n) => {
      const answer = ours(line);
      const { bytes, isWarned } = theirs[n]!;
      if (answer.bytes === bytes) return [];
      if (answer.bytes === undefined && (isWarned || isCutByGnuAs(answer))) return [];
      if (bytes === undefined && OURS_ALONE.some((pattern) => pattern.test(line))) return [];
      return [`${line}: ${answer.bytes ?? answer.reason}, GNU as ${bytes}`];
    });
    expect(lines.length).toBeGreaterThan(50_000);
    expect(wrong).toEqual([]);
  });

  it("reads every spelling of operands, prefixes and names that GNU as reads, and refuses what it refuses", () => {
    const text = readFileSync(new URL("spellings.txt", import.meta.url), "utf8");
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const theirs = askGnuAs(lines);
    const wrong = lines.flatMap((line, n) => {
      const answer = ours(line);
      const { bytes } = theirs[n]!;
      return answer.bytes === bytes ? [] : [`${line}: ${answer.bytes ?? answer.reason}, GNU as ${bytes}`];
    });
    expect(wrong).toEqual([]);
  });
});
