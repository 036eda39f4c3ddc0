/**
 * The notation of encodings in definitions, close to the manual's (SDM Vol. 2A §3.1.1):
 *
 *     ENCODING | OPERANDS | ATTRIBUTES
 *
 * ENCODING:   [NP|66|F2|F3] [REX.W|W0] byte... [+r] [/r|/0../7], each byte in hex; a byte after the opcode is a
 *             fixed ModRM byte, `C0+i` one whose low three bits are ST(i).
 * OPERANDS:   r8 r16 r32 r64 rv ry rq · r/m8 r/mv … · m m8 … m512 mv · rm:r32 rm:xmm rm:mm (a register in ModRM.rm) ·
 *             xmm xmm/m128 … · mm mm/m64 · al ax eax rax rAX cl dx · imm8 imm8s imm16 immz immv · rel8 rel32 · sreg
 *             es cs ss ds fs gs · cr dr · st0 sti · moffs8 moffsv · 1 3
 *             Widths: v = 16/32/64 by prefixes, y = 32/64, q = 64 (16 with 66), z = 16/32 extended to v.
 * ATTRIBUTES: lock · rep · rexb0 · size=N|v|y|q (where no operand tells the operand size) · w-free (REX.W changes
 *             nothing that a program could see) · size-free (neither REX.W nor 66 does) · near (a near branch without a
 *             distance) · by66 (NP or 66 is the operand size) · only64 · legacy (in 64-bit mode alone; everywhere else)
 */
import type { Form, Instruction, MandatoryPrefix } from "./instruction.js";
import { Kind, type OperandSpec, type Place, type Width } from "./operand.js";
import { CS, DS, ES, FS, GS, RAX, RCX, RDX, SS } from "./registers.js";

interface Encoding {
  prefix: MandatoryPrefix;
  rexW: 0 | 1 | undefined;
  bytes: number[];
  registerInOpcode: boolean;
  digit: number | undefined;
  slashR: boolean;
  plusIndex: boolean;
}

/** Parses one line of a definition; our own mistakes throw. */
export function parseForm(instruction: Instruction, text: string): Form {
  const [encodingText = "", operandText = "", attributeText = ""] = text
    .split("|")
    .map((part) => part.trim());
  const encoding = parseEncoding(encodingText, text);
  const { map, opcode, modrm } = splitOpcode(encoding, text);
  const operands =
    operandText === "" ? [] : operandText.split(",").map((word) => parseOperand(word.trim(), encoding, text));
  const attributes = attributeText === "" ? [] : attributeText.split(/\s+/);
  return {
    instruction,
    text,
    map,
    opcode,
    prefix: encoding.prefix,
    rexW: encoding.rexW,
    registerInOpcode: encoding.registerInOpcode,
    hasModrm: encoding.slashR || encoding.digit !== undefined || modrm !== undefined,
    digit: encoding.digit,
    modrm,
    modrmPlusIndex: encoding.plusIndex,
    rm: operands.find((spec) => spec.place === "rm")?.rm ?? "both",
    operands,
    sizing: sizingOf(operands, attributes),
    lockable: attributes.includes("lock"),
    repeatable: attributes.includes("rep"),
    rexB0: attributes.includes("rexb0"),
    rexWFree: attributes.includes("w-free") || attributes.includes("size-free"),
    sizeFree: attributes.includes("size-free"),
    isNear: attributes.includes("near") || operands.some(({ place }) => place === "relative"),
    prefixIsSize: attributes.includes("by66") || (map === 0 && encoding.prefix === "66"),
    modes: attributes.includes("legacy")
      ? "legacy"
      : encoding.rexW === 1 || attributes.includes("only64")
        ? "64-bit"
        : "all",
  };
}

function parseEncoding(encodingText: string, text: string): Encoding {
  const encoding: Encoding = {
    prefix: "",
    rexW: undefined,
    bytes: [],
    registerInOpcode: false,
    digit: undefined,
    slashR: false,
    plusIndex: false,
  };
  for (const word of encodingText.split(/\s+/)) {
    const first = encoding.bytes.length === 0;
    if (first && (word === "NP" || word === "66" || word === "F2" || word === "F3")) encoding.prefix = word;
    else if (word === "REX.W") encoding.rexW = 1;
    else if (word === "W0") encoding.rexW = 0;
    else if (word === "/r") encoding.slashR = true;
    else if (/^\/[0-7]$/.test(word)) encoding.digit = Number(word[1]);
    else if (/^[0-9A-F]{2}(\+[ri])?$/.test(word)) {
      encoding.bytes.push(Number.parseInt(word.slice(0, 2), 16));
      if (word.endsWith("+r")) encoding.registerInOpcode = true;
      if (word.endsWith("+i")) encoding.plusIndex = true;
    } else throw new Error(`form "${text}": cannot read "${word}"`);
  }
  return encoding;
}

function splitOpcode(encoding: Encoding, text: string): Pick<Form, "map" | "opcode" | "modrm"> {
  const bytes = [...encoding.bytes];
  let map: 0 | 1 | 2 | 3 = 0;
  if (bytes[0] === 0x0f && bytes.length > 1) {
    bytes.shift();
    map = 1;
    const escape: number | undefined = bytes.at(0);
    if (escape === 0x38 || escape === 0x3a) map = bytes.shift() === 0x38 ? 2 : 3;
  }
  const [opcode, modrm, ...rest] = bytes;
  if (opcode === undefined || rest.length > 0) throw new Error(`form "${text}": one opcode byte expected`);
  return { map, opcode, modrm };
}

function sizingOf(operands: readonly OperandSpec[], attributes: readonly string[]): Form["sizing"] {
  const said = attributes.find((attribute) => attribute.startsWith("size="))?.slice(5);
  if (said !== undefined) return said === "v" || said === "y" || said === "q" ? said : Number(said);
  for (const { width } of operands) if (width === "v" || width === "y" || width === "q") return width;
  const first = operands.find((spec) => spec.kind === Kind.General || spec.kind === Kind.Memory);
  return typeof first?.width === "number" ? first.width : 0;
}

const FIXED_REGISTERS: Readonly<Record<string, readonly [Kind, Width, number]>> = {
  al: [Kind.General, 8, RAX],
  ax: [Kind.General, 16, RAX],
  eax: [Kind.General, 32, RAX],
  rax: [Kind.General, 64, RAX],
  rAX: [Kind.General, "v", RAX],
  cl: [Kind.General, 8, RCX],
  dx: [Kind.General, 16, RDX],
  es: [Kind.Segment, 16, ES],
  cs: [Kind.Segment, 16, CS],
  ss: [Kind.Segment, 16, SS],
  ds: [Kind.Segment, 16, DS],
  fs: [Kind.Segment, 16, FS],
  gs: [Kind.Segment, 16, GS],
  st0: [Kind.X87, 80, 0],
  "1": [Kind.Immediate, 8, 1],
  "3": [Kind.Immediate, 8, 3],
};

const REGISTER_WORDS: Readonly<Record<string, readonly [Kind, Width]>> = {
  xmm: [Kind.Xmm, 128],
  mm: [Kind.Mmx, 64],
  sreg: [Kind.Segment, 16],
  cr: [Kind.Control, 64],
  dr: [Kind.Debug, 64],
};

function parseOperand(word: string, encoding: Encoding, text: string): OperandSpec {
  const spec = (kind: Kind, place: Place, width: Width, more: Partial<OperandSpec> = {}): OperandSpec => ({
    ...{ text: word, kind, place, width, rm: "both", fixed: 0, signed: false },
    ...more,
  });
  const fixed = FIXED_REGISTERS[word];
  if (fixed) return spec(fixed[0], "fixed", fixed[1], { fixed: fixed[2] });
  if (word === "sti") return spec(Kind.X87, "rm", 80, { rm: "register" });
  const register = REGISTER_WORDS[word];
  if (register) return spec(register[0], "reg", register[1]);
  let match = /^r(8|16|32|64|v|y|q)$/.exec(word);
  if (match) return spec(Kind.General, encoding.registerInOpcode ? "opcode" : "reg", widthOf(match[1]));
  match = /^r\/m(8|16|32|64|v|y|q)$/.exec(word);
  if (match) return spec(Kind.General, "rm", widthOf(match[1]));
  match = /^m(\d*|v|y|q)$/.exec(word);
  if (match) return spec(Kind.Memory, "rm", widthOf(match[1]), { rm: "memory" });
  match = /^rm:(?:r(8|16|32|64|v|y|q)|(xmm|mm))$/.exec(word);
  if (match?.[1]) return spec(Kind.General, "rm", widthOf(match[1]), { rm: "register" });
  if (match?.[2])
    return spec(match[2] === "xmm" ? Kind.Xmm : Kind.Mmx, "rm", match[2] === "xmm" ? 128 : 64, {
      rm: "register",
    });
  match = /^(r(?:8|16|32|64|v|y)|xmm|mm)\/m(\d+)$/.exec(word);
  if (match?.[1]) {
    const kind = match[1] === "xmm" ? Kind.Xmm : match[1] === "mm" ? Kind.Mmx : Kind.General;
    return spec(kind, "rm", Number(match[2]));
  }
  match = /^imm(8s|8|16|32|z|v)$/.exec(word);
  if (match) {
    const width = match[1] === "8s" ? 8 : widthOf(match[1]);
    return spec(Kind.Immediate, "immediate", width, { signed: match[1] === "8s" });
  }
  match = /^rel(8|32)$/.exec(word);
  if (match) return spec(Kind.Relative, "relative", widthOf(match[1]));
  match = /^moffs(8|v)$/.exec(word);
  if (match) return spec(Kind.Memory, "offset", widthOf(match[1]));
  throw new Error(`form "${text}": unknown operand "${word}"`);
}

function widthOf(text: string | undefined): Width {
  return text === "v" || text === "y" || text === "q" || text === "z" ? text : Number(text || 0);
}
