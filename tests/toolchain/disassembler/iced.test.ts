/** Text of random instructions against iced-x86, whose Intel style is brought to GNU's. */
import { Code, Decoder, DecoderOptions, Formatter, FormatterSyntax, MemorySizeOptions } from "iced-x86";
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import { formatInstruction } from "../../../src/toolchain/disassembler/format.js";
import { randomCode } from "../random-code.js";

const ADDRESS = 0x401000n;

function newFormatter(): Formatter {
  const formatter = new Formatter(FormatterSyntax.Intel);
  formatter.hexPrefix = "0x";
  formatter.hexSuffix = "";
  formatter.uppercaseHex = false;
  formatter.smallHexNumbersInDecimal = false;
  formatter.memorySizeOptions = MemorySizeOptions.Always;
  formatter.ripRelativeAddresses = true;
  formatter.alwaysShowScale = true;
  formatter.showZeroDisplacements = true;
  formatter.branchLeadingZeros = false;
  formatter.addLeadingZeroToHexNumbers = false;
  formatter.showBranchSize = false;
  return formatter;
}

const STRINGS = /^(rep\w* )?((?:movs|cmps|stos|lods|scas|ins|outs)[bwdq]|xlat)\b(?! xmm)/;

/** GNU's text, without prefix words, blanks and capital letters. */
function normalizedOurs(text: string): string {
  return text
    .toLowerCase()
    .replace(/, /g, ",")
    .replace(/^((repn?z|rep|[defgs]s|addr32|data16|lock) )+/, "")
    .replace(/\bst\b(?!\()/g, "st(0)")
    .replace(/^(cmp\w+[ps][sd]) /, "$1 ");
}

/** The same of iced's text. */
function normalizedIced(text: string, code: string): string {
  let line = text
    .toLowerCase()
    .replace(/^((hint-\S+|bnd|notrack|xacquire|xrelease|lock|repn?e|rep|data16|addr32) )+/, "");
  const strings = STRINGS.exec(line);
  if (strings && !/xmm/.test(code)) return strings[2]!;
  line = line.replace(/\bst\b(?!\()/g, "st(0)").replace(/^prefetch_exclusive/, "prefetch");
  if (/^F/.test(code)) line = withoutImpliedTop(line, code);
  if (/_1$/.test(code)) line = line.replace(/,0x1$/, ",1");
  if (/moffs/.test(code)) line = line.replace("mov ", "movabs ").replace(/\w+ ptr /, "");
  if (/_r64_imm64$/.test(code)) line = line.replace("mov ", "movabs ");
  if (/^Iret[dw]$/.test(code)) line = code === "Iretd" ? "iret" : "iretw";
  if (/^Retf/.test(code))
    line = line.replace(/^(data64 )?ret far/, code[4] === "d" ? "retf" : `retf${code[4]}`);
  if (code === "Cmpxchg16b_m128") line = line.replace("xmmword", "oword");
  // Memory at a fixed address.
  return line.replace(/((?:[fg]s:)?)\[(0x\w+)\]/, (_, segment, address) => `${segment || "ds:"}${address}`);
}

/** iced writes ST(0) wherever it takes part, and leaves out ST(1) where GNU writes it. */
function withoutImpliedTop(line: string, code: string): string {
  const mnemonic = line.split(" ")[0]!;
  if (/\[/.test(line))
    return line
      .replace(/ st\(0\),/, " ")
      .replace(/,st\(0\)$/, "")
      .replace(/fpu\w+ ptr /, "");
  if (/_sti_st0$/.test(code) && line === mnemonic) return `${mnemonic} st(1),st(0)`;
  if (/_st0_sti/.test(code) && line === mnemonic) return `${mnemonic} st(1)`;
  if (/^(fxch|fu?comp?|fld)$/.test(mnemonic)) return line.replace(/ st\(0\),/, " ");
  return /^(fstp?|fstpnce)$/.test(mnemonic) ? line.replace(/,st\(0\)$/, "") : line;
}

/** What processors with more extensions make of some hints, and names without a difference. */
const OTHERWISE =
  /^(Wbnoinvd|Prefetchwt1|Prefetchit|Cldemote|Prefetchreserved|Reservednop|Nop|Pause|Lea|S[gi]dt|L[gi]dt|Mov_Sreg|Imul_r\d\d_rm\d\d_imm|Movmsk|Pmovmskb|Pextrw|Maskmov|Pushfq|Popfq|Pushw|Popw|Popfw|Pushfw|Enterw|Leavew|Push_imm16|Pushw_imm8)/;

describe("disassembled text", () => {
  it("says what iced-x86 says of 200 000 random byte strings", () => {
    const formatter = newFormatter();
    const wrong: string[] = [];
    let compared = 0;
    for (const bytes of randomCode(200_000, 0x1234567)) {
      const insn = decode(bytes, 0);
      if (typeof insn === "string") continue;
      const decoder = new Decoder(64, bytes, DecoderOptions.None);
      decoder.ip = ADDRESS;
      const other = decoder.decode();
      const code = Code[other.code] ?? "";
      if (code !== "INVALID") {
        compared++;
        const ours = normalizedOurs(formatInstruction(insn, ADDRESS));
        const theirs = normalizedIced(formatter.format(other), code);
        if (ours !== theirs && !OTHERWISE.test(code))
          wrong.push(
            `${Buffer.from(bytes.subarray(0, insn.length)).toString("hex")}: ${ours}, iced ${theirs} (${code})`,
          );
      }
      other.free();
      decoder.free();
    }
    formatter.free();
    expect(compared).toBeGreaterThan(100_000);
    expect(wrong).toEqual([]);
  });
});
