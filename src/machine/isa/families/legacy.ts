/**
 * What exists outside of 64-bit mode alone: all registers on the stack at once, decimal numbers, bounds. In 64-bit mode these opcodes are #UD, or prefixes of something newer.
 * Flags that the manual calls undefined stay as they are. Source: Intel SDM Vol. 2, entries named below.
 */
import { VECTOR } from "../../cpu/guest-fault.js";
import { softwareInterrupt } from "../../cpu/interrupts.js";
import type { Instruction, Semantics } from "../instruction.js";
import { COUNTS, putAt, read, target, valueAt } from "../operands.js";
import type { Assist, Ops } from "../ops.js";
import { DS, ES, FLAG, HIGH_BYTE, RAX, RSP, type Size, SS } from "../registers.js";
import { entry } from "./entry.js";
import { loadFarPointer } from "./system-selectors.js";

const AH = HIGH_BYTE;
/** AX to DI, in the order in which they are pushed. */
const ALL_REGISTERS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** The stack pointer that is pushed is that from before. Every store comes before it moves. */
const pushAll: Semantics = (o, i) => {
  const size = i.size as Size;
  const before = o.get(RSP, 64);
  const at = (n: number) => o.sub(64, before, o.constant(COUNTS[(n + 1) * (size >> 3)]!));
  for (const n of ALL_REGISTERS) o.store(size, at(n), o.get(n, size), SS);
  o.set(RSP, 64, at(7));
};

/** The stack pointer's own slot is read over. */
const popAll: Semantics = (o, i) => {
  const size = i.size as Size;
  const values = ALL_REGISTERS.map((n) => {
    const at = o.add(64, o.get(RSP, 64), o.constant(COUNTS[(7 - n) * (size >> 3)]!));
    return o.load(size, at, SS);
  });
  for (const n of ALL_REGISTERS) if (n !== RSP) o.set(n, size, values[n]!);
  o.set(RSP, 64, o.add(64, o.get(RSP, 64), o.constant(COUNTS[size]!)));
};

/** Whether the low and the high decimal digit of AL need correction, from before the instruction. */
function corrections<V, B>(o: Ops<V, B>): { low: B; high: B } {
  const al = o.get(RAX, 8);
  const digit = o.and(al, o.constant(0xfn));
  return {
    low: o.either(o.below(o.constant(9n), digit), o.flag(FLAG.AF)),
    high: o.either(o.below(o.constant(0x99n), al), o.flag(FLAG.CF)),
  };
}

const decimalAfterAdd: Semantics = (o) => {
  const { low, high } = corrections(o);
  const added = o.or(
    o.select(low, o.constant(6n), o.constant(0n)),
    o.select(high, o.constant(0x60n), o.constant(0n)),
  );
  const al = o.add(8, o.get(RAX, 8), added);
  o.set(RAX, 8, al);
  o.resultFlags(8, al);
  o.setFlag(FLAG.AF, low);
  o.setFlag(FLAG.CF, high);
};

const decimalAfterSubtract: Semantics = (o) => {
  const { low, high } = corrections(o);
  const before = o.get(RAX, 8);
  const borrows = o.both(low, o.below(before, o.constant(6n)));
  const taken = o.or(
    o.select(low, o.constant(6n), o.constant(0n)),
    o.select(high, o.constant(0x60n), o.constant(0n)),
  );
  const al = o.sub(8, before, taken);
  o.set(RAX, 8, al);
  o.resultFlags(8, al);
  o.setFlag(FLAG.AF, low);
  o.setFlag(FLAG.CF, o.either(high, borrows));
};

/** AAA and AAS: one decimal digit in AL, its carry into AH. */
const unpackedDigit =
  (combine: "add" | "sub"): Semantics =>
  (o) => {
    const { low } = corrections(o);
    const adjusted =
      combine === "add"
        ? o.add(16, o.get(RAX, 16), o.constant(0x106n))
        : o.sub(16, o.get(RAX, 16), o.constant(0x106n));
    const ax = o.select(low, adjusted, o.get(RAX, 16));
    o.set(RAX, 16, o.and(ax, o.constant(0xff0fn)));
    o.setFlag(FLAG.AF, low);
    o.setFlag(FLAG.CF, low);
  };

const splitDigits: Semantics = (o, i) => {
  const base = o.and(o.immediate(i), o.constant(0xffn));
  o.if(o.isZero(base), () => o.raise(VECTOR.DE));
  const { quotient, remainder } = o.divide(8, o.constant(0n), o.get(RAX, 8), base);
  o.set(AH, 8, quotient);
  o.set(RAX, 8, remainder);
  o.resultFlags(8, remainder);
};

const joinDigits: Semantics = (o, i) => {
  const al = o.add(8, o.get(RAX, 8), o.mul(8, o.get(AH, 8), o.and(o.immediate(i), o.constant(0xffn))));
  o.set(RAX, 16, al);
  o.resultFlags(8, al);
};

/** #BR when the signed index lies outside of the two bounds in memory. */
const bound: Semantics = (o, i) => {
  const size = i.size as Size;
  const at = o.address(i);
  const top = o.constant(1n << BigInt(size - 1));
  const ordered = (v: typeof top) => o.xor(v, top);
  const index = ordered(read(o, i, 0));
  const lower = ordered(o.load(size, at, i.segment));
  const upper = ordered(o.load(size, o.add(64, at, o.constant(COUNTS[size >> 3]!)), i.segment));
  o.if(o.either(o.below(index, lower), o.below(upper, index)), () => o.raise(VECTOR.BR));
};

/** Raises the RPL of a selector to that of another one. */
const adjustLevel: Semantics = (o, i) => {
  const at = target(o, i);
  const selector = valueAt(o, i, at);
  const wanted = o.and(read(o, i, 1), o.constant(3n));
  const isLower = o.below(o.and(selector, o.constant(3n)), wanted);
  const raised = o.or(o.and(selector, o.constant(0xfffcn)), wanted);
  putAt(o, i, at, o.select(isLower, raised, selector));
  o.setFlag(FLAG.ZF, isLower);
};

const interruptOnOverflow: Assist = (cpu, i) => {
  if ((cpu.flags & FLAG.OF) !== 0) softwareInterrupt(cpu, VECTOR.OF, i);
};

function loads(name: string, register: string, segment: number, opcode: string): Instruction {
  return entry(
    name,
    `Loads ${register} and a general register from memory: an offset, and behind it a selector.`,
    "",
    [`${opcode} /r | rv, m | legacy`],
    (o) => o.assist((cpu, i) => loadFarPointer(cpu, i, segment)),
    { manual: "SDM Vol. 2A, LDS/LES/LFS/LGS/LSS" },
  );
}

/** AAM without its operand divides by ten. */
export const LEGACY: readonly Instruction[] = [
  entry("pusha", "Pushes all eight general registers.", "", ["60 | | size=v legacy"], pushAll),
  entry("popa", "Pops all general registers but the stack pointer.", "", ["61 | | size=v legacy"], popAll),
  entry(
    "daa",
    "Makes AL two decimal digits after an addition.",
    "SF ZF AF PF CF",
    ["27 | | legacy"],
    decimalAfterAdd,
  ),
  entry(
    "das",
    "Makes AL two decimal digits after a subtraction.",
    "SF ZF AF PF CF",
    ["2F | | legacy"],
    decimalAfterSubtract,
  ),
  entry(
    "aaa",
    "Makes AL one decimal digit after an addition, with its carry in AH.",
    "AF CF",
    ["37 | | legacy"],
    unpackedDigit("add"),
  ),
  entry(
    "aas",
    "Makes AL one decimal digit after a subtraction, with its borrow from AH.",
    "AF CF",
    ["3F | | legacy"],
    unpackedDigit("sub"),
  ),
  entry("aam", "Divides AL into two digits, AH and AL.", "SF ZF PF", ["D4 | imm8 | legacy"], splitDigits),
  entry(
    "aad",
    "Joins the digits AH and AL to a number in AL.",
    "SF ZF PF",
    ["D5 | imm8 | legacy"],
    joinDigits,
  ),
  entry("salc", "Sets every bit of AL to the carry flag.", "", ["D6 | | legacy"], (o) =>
    o.set(RAX, 8, o.select(o.flag(FLAG.CF), o.constant(0xffn), o.constant(0n))),
  ),
  entry(
    "bound",
    "Raises #BR unless a register lies between two bounds in memory.",
    "",
    ["62 /r | rv, m | legacy"],
    bound,
  ),
  entry(
    "arpl",
    "Raises a selector's RPL to that of another one.",
    "ZF",
    ["63 /r | r/m16, r16 | legacy"],
    adjustLevel,
  ),
  entry(
    "into",
    "Calls the overflow handler if OF is 1.",
    "IF TF NT RF",
    ["CE | | legacy"],
    (o) => o.assist(interruptOnOverflow),
    {
      manual: "SDM Vol. 2A, INT n",
    },
  ),
  loads("les", "ES", ES, "C4"),
  loads("lds", "DS", DS, "C5"),
];
