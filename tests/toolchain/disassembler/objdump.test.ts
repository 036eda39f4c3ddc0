/** The disassembler's text against GNU objdump's. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { disassembleOne } from "../../../src/toolchain/disassembler/disassemble.js";
import { hasCommand } from "../../programs/oracles.js";
import { addressOf, askObjdump, hasObjdump } from "../objdump.js";
import { allLines } from "../samples.js";

/** One spelling for what both write differently on purpose: blanks, remarks, and displacements from RIP. */
function normalized(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/, /g, ",")
    .replace(/ *#.*$| <.*>$/g, "")
    .replace(/\[rip\+0xf{8}([0-9a-f]{8})\]/, (_, low: string) => {
      return `[rip-0x${(0x1_0000_0000 - Number.parseInt(low, 16)).toString(16)}]`;
    })
    .trim();
}

/** String instructions: objdump writes their operands, which are always the same. */
const STRINGS = /^(?:(rep\w*|[defgs]s) )*(movs|stos|lods|scas|cmps|ins|outs|xlat) /;

/**
 * What objdump names otherwise: obsolete instructions, memory without a size, MOVSXD to 16 bits
 * and far pointers with REX.W as AMD has them.
 */
const OTHERWISE =
  /^(ss )?(fneni|fndisi|fnsetpm|fstpnce|invlpg|lddqu|movsxd \w?\w?\w\w?,|l[sfg]s r([a-z]+|\d+),|(jmp|call) TBYTE)/;

function isSame(ours: string, theirs: string): boolean {
  if (ours === theirs || OTHERWISE.test(ours)) return true;
  const stem = STRINGS.exec(theirs)?.[2];
  return stem !== undefined && new RegExp(`^((rep\\w*|[defgs]s) )*${stem}[bwdq]?$`).test(ours);
}

describe.skipIf(!hasObjdump)("disassembled text", () => {
  it("is objdump's for every form of every instruction", () => {
    const encodings = new Map<string, Uint8Array>();
    for (const line of allLines()) {
      // #UD, although GNU as writes it.
      if (line.startsWith("mov cs,")) continue;
      const result = assemble(line);
      if (!result.ok) continue;
      const { bytes } = result.sections[0]!;
      encodings.set(Buffer.from(bytes).toString("hex"), bytes);
    }
    const strings = [...encodings.values()];
    const dumped = askObjdump(strings);
    const wrong = strings.flatMap((bytes, n) => {
      const one = disassembleOne(bytes, 0, addressOf(n));
      const [ours, theirs] = [normalized(one.text), normalized(dumped[n]!.text)];
      if (one.bytes.length === bytes.length && isSame(ours, theirs)) return [];
      return [`${Buffer.from(bytes).toString("hex")}: ${ours}, objdump ${theirs}`];
    });
    expect(strings.length).toBeGreaterThan(30_000);
    expect(wrong).toEqual([]);
  });

  it.skipIf(!hasCommand("/bin/busybox"))(
    "is objdump's for all instructions of busybox that this machine has",
    () => {
      const words = ["-d", "-w", "-M", "intel", "/bin/busybox"];
      const output = execFileSync("objdump", words, { encoding: "utf8", maxBuffer: 1 << 30 });
      const wrong: string[] = [];
      let known = 0;
      for (const line of output.split("\n")) {
        const match = /^\s*([0-9a-f]+):\t([0-9a-f ]+?)\s*\t(.*)$/.exec(line);
        if (!match) continue;
        const bytes = Uint8Array.from(match[2]!.split(" "), (byte) => Number.parseInt(byte, 16));
        const one = disassembleOne(bytes, 0, BigInt(`0x${match[1]}`));
        // Without the extension, RDSSP is a hint.
        if (one.problem !== undefined || /^repz nop/.test(one.text)) continue;
        known++;
        const [ours, theirs] = [normalized(one.text), normalized(match[3]!)];
        if (!isSame(ours, theirs)) wrong.push(`${match[2]}: ${ours}, objdump ${theirs}`);
      }
      expect(known).toBeGreaterThan(100_000);
      expect(wrong).toEqual([]);
    },
  );
});
