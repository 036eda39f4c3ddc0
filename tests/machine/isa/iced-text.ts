/**
 * One spelling for the same instruction in our text, which is GNU's, and in iced-x86's Intel style. Each rule below is
 * a difference of spelling between the two; none drops an operand that the instruction does not imply.
 */

const OUR_PREFIXES = /^((repn?z|rep|[c-g]s|ss|addr32|data16|lock|bnd|notrack|xacquire|xrelease) )+/;
const ICED_PREFIXES = /^((hint-\S+|bnd|notrack|xacquire|xrelease|lock|repn?e|rep|data16|addr32) )+/;
/** String instructions imply their operands; SSE has two of the same names. */
const STRINGS = /^((?:movs|cmps|stos|lods|scas|ins|outs)[bwdq]|xlat)b?\b(?! xmm)/;

/** Ours: without words for prefixes, which have a comparison of their own in objdump's tests. */
export function normalizedOurs(text: string, code: string): string {
  const line = text
    .toLowerCase()
    .replace(/, /g, ",")
    .replace(OUR_PREFIXES, "")
    .replace(/\bst\b(?!\()/g, "st(0)");
  if (isHint(code)) return hint(line);
  if (WIDTH_TELLS_NOTHING.test(code)) return wholeRegisters(line);
  // A segment override means nothing to LEA.
  return /^Lea_/.test(code) ? line.replace(/[fg]s:(?=\[)/, "").replace(/[fg]s:(?=0)/, "ds:") : line;
}

/** iced's text of the instruction that it calls `code`. */
export function normalizedIced(text: string, code: string): string {
  let line = text.toLowerCase().replace(ICED_PREFIXES, "");
  const strings = STRINGS.exec(line);
  if (strings && !/xmm/.test(code)) return strings[1]!;
  if (isHint(code)) return atFixedAddress(hint(line));
  line = line.replace(/\bst\b(?!\()/g, "st(0)");
  if (/^F/.test(code)) line = withoutImpliedTop(line, code);
  return atFixedAddress(inGnuWords(line, code));
}

/** REX.W and 66 change nothing here but the name of a general register, in which the assemblers differ. */
const WIDTH_TELLS_NOTHING = /^(Mov_Sreg_r|Movmskp[sd]_r|Pmovmskb_r|Pextrw_r)/;

function wholeRegisters(line: string): string {
  return line.replace(/\b[er]?([abcd]x|[sd]i|[sb]p)\b/g, "r$1").replace(/\b(r\d+)[dw]\b/g, "$1");
}

const isHint = (code: string): boolean => /^(Reservednop|Nop[wdq]?$)/.test(code);

/** 66 90, and what is reserved for hints: a NOP whatever it hints and whatever ModRM.reg says, as far as known. */
function hint(line: string): string {
  return line
    .replace(/^prefetch\w* \w+ ptr/, "nop")
    .replace(/^endbr64$/, "nop edx")
    .replace(/^(xchg \w?ax,\w?ax)$/, "nop")
    .replace(/(byte|word|dword|qword) ptr /, "")
    .replace(/(?<=\w|\]),\w+$/, "");
}

/** Mnemonics that GNU gives a letter where nothing else tells their 16 bits. */
const LETTERED =
  /^(Pushfw|Pushfq|Popfw|Popfq|Leavew|Enterw|Popw_[FG]S|Pushw_[FG]S|Pushw_imm8|Push_imm16)(_|$)/;

function inGnuWords(line: string, code: string): string {
  if (/^(Pushf|Popf)q$/.test(code)) return line.slice(0, -1);
  if (LETTERED.test(code)) return line.replace(/^\w+/, "$&w");
  if (/^[SL][GI]dt/i.test(code)) return line.replace("fword ptr ", "");
  // An override shows as a prefix.
  if (/^Maskmov/.test(code)) return line.replace(/,[fg]s$/, "");
  if (WIDTH_TELLS_NOTHING.test(code)) return wholeRegisters(line);
  if (/^Imul_\w+_imm/.test(code)) return line.replace(/^imul (\w+),(0x\w+)$/, "imul $1,$1,$2");
  if (/_1$/.test(code)) return line.replace(/,0x1$/, ",1");
  if (/moffs/.test(code)) return line.replace("mov ", "movabs ").replace(/\w+ ptr /, "");
  if (/_r64_imm64$/.test(code)) return line.replace("mov ", "movabs ");
  if (/^Iret[dw]$/.test(code)) return code === "Iretd" ? "iret" : "iretw";
  if (/^Retf/.test(code))
    return line.replace(/^(data64 )?ret far/, code[4] === "d" ? "retf" : `retf${code[4]}`);
  if (/^(Call|Jmp)_m16/.test(code)) return line.replace(" far ", " ");
  if (/^Invpcid/.test(code)) return line.replace("xmmword ptr ", "");
  if (code === "Cmpxchg16b_m128") return line.replace("xmmword", "oword");
  return line;
}

/** Memory without registers: `[0x10]` and `ds:0x10`. */
function atFixedAddress(line: string): string {
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
