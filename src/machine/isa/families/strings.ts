/**
 * String instructions: one element at RSI or RDI, then both pointers move by its size, down when DF is set.
 * With a REP prefix one execution does one iteration and the instruction stays current until RCX is zero, so that
 * interrupts and faults come between iterations and find the registers describing what is left.
 * Source: Intel SDM Vol. 1 §7.3.9, Vol. 2B REP/REPE/REPNE. Leaves out: INS and OUTS (system instructions).
 */
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { COUNTS } from "../operands.js";
import type { Ops } from "../ops.js";
import { ES, FLAG, RAX, RCX, RDI, RSI, type Size } from "../registers.js";
import { entry, hexByte, STATUS } from "./entry.js";

/** The pointer in RSI or RDI, of the address size. */
const pointer = <V, B>(o: Ops<V, B>, i: Insn, register: number): V => o.get(register, i.addressSize);

/** Minus 0..8 in each address size. */
const DOWN = {
  16: COUNTS.slice(0, 9).map((n) => BigInt.asUintN(16, -n)),
  32: COUNTS.slice(0, 9).map((n) => BigInt.asUintN(32, -n)),
  64: COUNTS.slice(0, 9).map((n) => BigInt.asUintN(64, -n)),
} as const;

function advance<V, B>(o: Ops<V, B>, i: Insn, register: number): void {
  const bytes = i.size >> 3;
  const step = o.select(o.flag(FLAG.DF), o.constant(DOWN[i.addressSize][bytes]!), o.constant(COUNTS[bytes]!));
  o.set(register, i.addressSize, o.add(i.addressSize, pointer(o, i, register), step));
}

/** Does `once`, which changes registers only after all that may fault, under the REP prefix if there is one. */
function repeated<V, B>(o: Ops<V, B>, i: Insn, comparing: boolean, once: () => void): void {
  if (i.repeat === 0) {
    once();
    return;
  }
  const count = o.get(RCX, i.addressSize);
  o.if(o.not(o.isZero(count)), () => {
    once();
    const left = o.sub(i.addressSize, count, o.constant(1n));
    o.set(RCX, i.addressSize, left);
    const more = o.not(o.isZero(left));
    const equal = o.flag(FLAG.ZF);
    const goesOn = comparing ? o.both(more, i.repeat === 3 ? equal : o.not(equal)) : more;
    o.if(goesOn, () => o.again(i));
  });
}

const move: Semantics = (o, i) =>
  repeated(o, i, false, () => {
    const size = i.size as Size;
    o.store(size, pointer(o, i, RDI), o.load(size, pointer(o, i, RSI), i.segment), ES);
    advance(o, i, RSI);
    advance(o, i, RDI);
  });

const storeString: Semantics = (o, i) =>
  repeated(o, i, false, () => {
    const size = i.size as Size;
    o.store(size, pointer(o, i, RDI), o.get(RAX, size), ES);
    advance(o, i, RDI);
  });

const loadString: Semantics = (o, i) =>
  repeated(o, i, false, () => {
    const size = i.size as Size;
    o.set(RAX, size, o.load(size, pointer(o, i, RSI), i.segment));
    advance(o, i, RSI);
  });

const scan: Semantics = (o, i) =>
  repeated(o, i, true, () => {
    const size = i.size as Size;
    const a = o.get(RAX, size);
    const b = o.load(size, pointer(o, i, RDI), ES);
    o.flags("sub", size, a, b, o.sub(size, a, b));
    advance(o, i, RDI);
  });

const compare: Semantics = (o, i) =>
  repeated(o, i, true, () => {
    const size = i.size as Size;
    const a = o.load(size, pointer(o, i, RSI), i.segment);
    const b = o.load(size, pointer(o, i, RDI), ES);
    o.flags("sub", size, a, b, o.sub(size, a, b));
    advance(o, i, RSI);
    advance(o, i, RDI);
  });

const ELEMENTS = [
  ["b", "byte", ""],
  ["w", "word", "66 W0 "],
  ["d", "doubleword", "W0 "],
  ["q", "quadword", "REX.W "],
] as const;

/** One entry an element size: `opcode` for bytes, the next one for the others. `says` contains "%", the element. */
function family(
  stem: string,
  opcode: number,
  says: string,
  flags: string,
  semantics: Semantics,
): Instruction[] {
  return ELEMENTS.map(([suffix, element, prefix], n) =>
    entry(
      stem + suffix,
      says.replace("%", element),
      flags,
      [`${prefix}${hexByte(n === 0 ? opcode : opcode + 1)} | | rep size=${8 << n}${n === 2 ? " by66" : ""}`],
      semantics,
      { manual: `SDM Vol. 2, ${stem.toUpperCase()}` },
    ),
  );
}

export const STRINGS: readonly Instruction[] = [
  ...family("movs", 0xa4, "Copies the % at RSI to RDI and moves both on.", "", move),
  ...family("cmps", 0xa6, "Compares the % at RSI with that at RDI and moves both on.", STATUS, compare),
  ...family("stos", 0xaa, "Stores the accumulator's % at RDI and moves it on.", "", storeString),
  ...family("lods", 0xac, "Loads the % at RSI into the accumulator and moves RSI on.", "", loadString),
  ...family("scas", 0xae, "Compares the accumulator with the % at RDI and moves it on.", STATUS, scan),
];
