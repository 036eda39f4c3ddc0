/** Lines of assembly for every form of every instruction, made from the forms themselves. */
import type { Form } from "../../src/machine/isa/instruction.js";
import { FORMS } from "../../src/machine/isa/instruction-set.js";
import { Kind, type OperandSpec } from "../../src/machine/isa/operand.js";
import { GENERAL_NAMES, type Size } from "../../src/machine/isa/registers.js";

const POINTERS: Readonly<Record<number, string>> = {
  ...{ 0: "", 8: "byte ptr ", 16: "word ptr ", 32: "dword ptr ", 48: "fword ptr ", 64: "qword ptr " },
  ...{ 80: "tbyte ptr ", 128: "xmmword ptr " },
};

/** Addresses with every shape of ModRM, SIB and displacement. */
const ADDRESSES = [
  "[rax]",
  "[rsp]",
  "[rbp]",
  "[r12+8]",
  "[r13]",
  "[rbx+rcx*4-0x80]",
  "[r8+r9*8+0x12345678]",
  "[rbp+rbp*2]",
  "[rdx*8+0x10]",
  "[rdx*1+0x80]",
  "[0x1234]",
  "[-8]",
  "[rip+0x20]",
  "[eax+edi+4]",
  "fs:[0x28]",
  "gs:[rbx+rsp]",
  "ss:[rbx]",
];

const IMMEDIATES = [
  ...["0", "1", "3", "8", "127", "128", "-1", "-128", "-129", "255", "256", "0x7fff", "0x8000", "0xffff"],
  ...["0x10000", "-32768", "0x7fffffff", "0x80000000", "0xffffff80", "0xffffffff", "-0x80000000"],
  ...["0x100000000", "0x7fffffffffffffff", "0xffffffff80000000", "0xffffffffffffff80", "-0x8000000000000000"],
];

const GENERAL_SAMPLES = [0, 1, 3, 4, 5, 7, 8, 12, 13, 15];
const HIGH_BYTES = [16, 19];

/** The operand sizes that a form is written in. */
export function sizesOf({ sizing, rexW }: Form): number[] {
  if (sizing === "v") return rexW === 1 ? [64] : rexW === 0 ? [32, 16] : [32, 64, 16];
  if (sizing === "y") return rexW === 1 ? [64] : rexW === 0 ? [32] : [32, 64];
  if (sizing === "q") return [64, 16];
  return [sizing];
}

/** Spellings of one operand. */
export function spellings(spec: OperandSpec, size: number): string[] {
  const width = typeof spec.width === "number" ? spec.width : size;
  switch (spec.place) {
    case "fixed":
      return [fixedName(spec, width)];
    case "reg":
    case "opcode":
      return registers(spec.kind, width);
    case "rm": {
      const memory = spec.rm === "register" ? [] : ADDRESSES.map((address) => `${POINTERS[width]}${address}`);
      const isMemory = spec.rm === "memory" || spec.kind === Kind.Memory;
      const wide = spec.text.startsWith("r32/") ? 32 : width;
      return isMemory ? memory : [...registers(spec.kind, wide), ...memory];
    }
    case "offset":
      return ["[0x1122334455667788]", "fs:[0x1122334455667788]"];
    case "relative":
      return spec.width === 8 ? [".", ".+20", ".-100"] : [".+200", ".-200"];
    default:
      return IMMEDIATES;
  }
}

function fixedName({ kind, fixed }: OperandSpec, width: number): string {
  if (kind === Kind.Immediate) return String(fixed);
  if (kind === Kind.X87) return "st";
  return registerName(kind, width, fixed);
}

function registers(kind: Kind, width: number): string[] {
  switch (kind) {
    case Kind.General:
      return [...GENERAL_SAMPLES, ...(width === 8 ? HIGH_BYTES : [])].map((n) =>
        registerName(kind, width, n),
      );
    case Kind.Xmm:
      return [0, 3, 8, 15].map((n) => registerName(kind, width, n));
    case Kind.Segment:
      return [0, 1, 2, 3, 4, 5].map((n) => registerName(kind, width, n));
    case Kind.Control:
      return [0, 2, 3, 4, 8].map((n) => registerName(kind, width, n));
    case Kind.Debug:
      return [0, 1, 6, 7].map((n) => registerName(kind, width, n));
    default:
      return [0, 1, 5, 7].map((n) => registerName(kind, width, n));
  }
}

function registerName(kind: Kind, width: number, n: number): string {
  switch (kind) {
    case Kind.General:
      return GENERAL_NAMES[width as Size][n]!;
    case Kind.Xmm:
      return `xmm${n}`;
    case Kind.Mmx:
      return `mm${n}`;
    case Kind.Segment:
      return ["es", "cs", "ss", "ds", "fs", "gs"][n]!;
    case Kind.Control:
      return `cr${n}`;
    case Kind.Debug:
      return `dr${n}`;
    default:
      return n === 0 ? "st" : `st(${n})`;
  }
}

/** Each operand takes each of its spellings once, beside changing ones of the others. */
function combinations(lists: readonly string[][]): string[] {
  if (lists.length === 0) return [""];
  const longest = Math.max(...lists.map((list) => list.length));
  const rows: string[] = [];
  for (let turn = 0; turn < Math.min(3, ...lists.map((list) => list.length)); turn++) {
    for (let n = 0; n < longest; n++) {
      rows.push(lists.map((list, k) => list[(n + turn * (k + 1) * 3) % list.length]).join(", "));
    }
  }
  return rows;
}

/** The lines of one form, under every name of its instruction. */
export function linesOf(form: Form): string[] {
  const { mnemonic, aliases = [] } = form.instruction;
  return sizesOf(form).flatMap((size) => {
    const operands = combinations(form.operands.map((spec) => spellings(spec, size)));
    return [mnemonic, ...aliases].flatMap((name) => operands.map((text) => `${name} ${text}`.trim()));
  });
}

/** Every line once. */
export function allLines(): string[] {
  return [...new Set(FORMS.flatMap(linesOf))];
}
