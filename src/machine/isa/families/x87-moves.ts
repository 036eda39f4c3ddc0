/**
 * x87: loads, stores, constants, exchanges and conditional moves.
 * Source: Intel SDM Vol. 1 §8.3.3, §8.3.4; Vol. 2A entries named below.
 */
import { DECIMAL_INDEFINITE, fitsDecimal, fromDecimal, toDecimal } from "../../cpu/x87-decimal.js";
import type { X87Step } from "../../cpu/x87-step.js";
import {
  BINARY32,
  BINARY64,
  convert,
  EXCEPTION,
  EXTENDED,
  FloatContext,
  fromInteger,
  isDenormal,
  isNegative,
  ROUND,
  type Rounding,
  roundToBigint,
  toInteger,
} from "../../float/index.js";
import type { Instruction } from "../instruction.js";
import { Kind } from "../operand.js";
import { hexByte } from "./entry.js";
import { x87 } from "./x87-entry.js";

/** A number in memory as the unit holds it; 80 bits are taken as they are. */
function widen(step: X87Step, bits: bigint): bigint {
  const { size } = step.insn.operands[0]!;
  return size === 80 ? bits : convert(step.context, size === 32 ? BINARY32 : BINARY64, EXTENDED, bits);
}

/**
 * Computes with a number from memory. That this was denormal in its own format is an exception only when the
 * computation `counts` such: a NaN or an invalid operation goes before.
 */
export function withWidened<T>(
  step: X87Step,
  bits: bigint,
  compute: (value: bigint) => T,
  counts: (result: T) => boolean,
): T {
  const format = step.insn.operands[0]!.size === 32 ? BINARY32 : BINARY64;
  const denormal = isDenormal(format, bits);
  const value = convert(denormal ? new FloatContext() : step.context, format, EXTENDED, bits);
  const result = compute(value);
  if (denormal && counts(result)) step.context.raise(EXCEPTION.DENORMAL);
  return result;
}

/** A signed integer in memory as the unit holds it: always exact. */
export function widenInteger(step: X87Step, bits: bigint): bigint {
  return fromInteger(new FloatContext(), EXTENDED, BigInt.asIntN(step.insn.operands[0]!.size, bits));
}

function load(step: X87Step): void {
  if (step.insn.operands[0]!.kind === Kind.Memory) {
    const bits = step.load();
    step.push(() => widen(step, bits));
  } else if (step.lacks(step.register(0))) pushMissing(step);
  else step.push(() => step.st(step.register(0)));
}

/** An empty source goes before a full stack: C1 is clear. */
function pushMissing(step: X87Step): void {
  const nan = step.missing();
  step.commit();
  if (!step.context.stopped) step.x87.push(nan);
}

/** ST(0) to another register or to memory, as it is or rounded to the narrower format. */
function store(step: X87Step, pops: number): void {
  const { kind, register, size } = step.insn.operands[0]!;
  const value = step.lacks(0) ? undefined : step.st(0);
  if (kind !== Kind.Memory) {
    step.finish(register, value ?? step.missing(), pops);
    return;
  }
  const format = size === 32 ? BINARY32 : size === 64 ? BINARY64 : EXTENDED;
  if (value === undefined) step.missing();
  const bits =
    value === undefined
      ? format.defaultNan
      : size === 80
        ? value
        : convert(step.context, EXTENDED, format, value);
  finishStore(step, bits, pops);
}

/** Stores what was computed; when that is withheld, nothing is popped. */
function finishStore(step: X87Step, bits: bigint, pops: number): void {
  step.store(bits);
  step.commit();
  if (!step.storeWithheld) step.pop(pops);
}

function storeInteger(step: X87Step, pops: number, rounding: Rounding = step.context.rounding): void {
  const width = step.insn.operands[0]!.size as 16 | 32 | 64;
  // A missing number is the default NaN, which no integer is either.
  const value = step.lacks(0) ? step.missing() : step.st(0);
  finishStore(step, toInteger(step.context, EXTENDED, value, width, rounding), pops);
}

function loadInteger(step: X87Step): void {
  const value = widenInteger(step, step.load());
  step.push(() => value);
}

function loadDecimal(step: X87Step): void {
  const { negative, magnitude } = fromDecimal(step.load());
  const bits = fromInteger(step.context, EXTENDED, magnitude);
  step.push(() => (negative ? bits | EXTENDED.signBit : bits));
}

function storeDecimal(step: X87Step): void {
  const { context } = step;
  const value = step.lacks(0) ? step.missing() : step.st(0);
  const n = roundToBigint(context, EXTENDED, value, context.rounding, fitsDecimal);
  const bits = n === undefined ? DECIMAL_INDEFINITE : toDecimal(isNegative(EXTENDED, value), n < 0n ? -n : n);
  finishStore(step, bits, 1);
}

/** FSTPNCE: an empty register is not copied, and that is no fault. */
function copyAndPop(step: X87Step): void {
  const i = step.register(0);
  step.commit();
  if (!step.lacks(0)) step.x87.write(i, step.st(0));
  step.pop(1);
}

/** Empty registers take part as default NaNs when that fault is masked. */
function exchange(step: X87Step): void {
  const i = step.register(0);
  const [a, b] = [0, i].map((n) => (step.lacks(n) ? step.missing() : step.st(n)));
  step.finish(0, b!);
  if (!step.context.stopped) step.x87.write(i, a!);
}

const CONDITIONS: readonly (readonly [
  name: string,
  words: string,
  opcode: number,
  modrm: number,
  condition: number,
])[] = [
  ["b", "below (CF = 1)", 0xda, 0xc0, 2],
  ["e", "equal (ZF = 1)", 0xda, 0xc8, 4],
  ["be", "below or equal (CF = 1 or ZF = 1)", 0xda, 0xd0, 6],
  ["u", "unordered (PF = 1)", 0xda, 0xd8, 10],
  ["nb", "not below (CF = 0)", 0xdb, 0xc0, 3],
  ["ne", "not equal (ZF = 0)", 0xdb, 0xc8, 5],
  ["nbe", "neither below nor equal (CF = 0 and ZF = 0)", 0xdb, 0xd0, 7],
  ["nu", "not unordered (PF = 0)", 0xdb, 0xd8, 11],
];

function conditionalMove([name, words, opcode, modrm, condition]: (typeof CONDITIONS)[number]): Instruction {
  const form = `${hexByte(opcode)} ${hexByte(modrm)}+i | st0, sti`;
  const run = (step: X87Step): void => {
    const i = step.register(1);
    const taken = step.cpu.evaluator.condition(condition);
    const result = step.lacks(0, i) ? step.missing() : step.st(taken ? i : 0);
    step.commitKeepingC1();
    step.conclude(0, result);
  };
  return x87(`fcmov${name}`, `Copies ST(i) to ST(0) if ${words}.`, [form], run, { manual: "FCMOVcc" });
}

/** Constants are rounded as the control word says: the pattern below, and by how much the true value differs. */
interface Constant {
  readonly mnemonic: string;
  readonly words: string;
  readonly modrm: number;
  readonly nearest: bigint;
  /** The true value lies above (1) or below (−1) `nearest`, or is it. */
  readonly rest: -1 | 0 | 1;
}

const ROUNDED: readonly Constant[] = [
  { mnemonic: "fld1", words: "1", modrm: 0xe8, nearest: 0x3fff_8000000000000000n, rest: 0 },
  { mnemonic: "fldl2t", words: "log2 10", modrm: 0xe9, nearest: 0x4000_d49a784bcd1b8afen, rest: 1 },
  { mnemonic: "fldl2e", words: "log2 e", modrm: 0xea, nearest: 0x3fff_b8aa3b295c17f0bcn, rest: -1 },
  { mnemonic: "fldpi", words: "π", modrm: 0xeb, nearest: 0x4000_c90fdaa22168c235n, rest: -1 },
  { mnemonic: "fldlg2", words: "log10 2", modrm: 0xec, nearest: 0x3ffd_9a209a84fbcff799n, rest: -1 },
  { mnemonic: "fldln2", words: "ln 2", modrm: 0xed, nearest: 0x3ffe_b17217f7d1cf79acn, rest: -1 },
  { mnemonic: "fldz", words: "+0", modrm: 0xee, nearest: 0n, rest: 0 },
];

/** All constants are positive, and loading one is never inexact. */
function constantBits({ nearest, rest }: Constant, rounding: Rounding): bigint {
  if (rest < 0 && (rounding === ROUND.DOWN || rounding === ROUND.ZERO)) return nearest - 1n;
  return rest > 0 && rounding === ROUND.UP ? nearest + 1n : nearest;
}

export const X87_MOVES: readonly Instruction[] = [
  x87(
    "fld",
    "Pushes a floating-point number.",
    ["D9 /0 | m32", "DD /0 | m64", "DB /5 | m80", "D9 C0+i | sti"],
    load,
  ),
  x87("fst", "Stores ST(0).", ["D9 /2 | m32", "DD /2 | m64", "DD D0+i | sti"], (step) => store(step, 0)),
  x87(
    "fstp",
    "Stores ST(0) and pops it.",
    ["D9 /3 | m32", "DD /3 | m64", "DB /7 | m80", "DD D8+i | sti", "DF D0+i | sti", "DF D8+i | sti"],
    (step) => store(step, 1),
  ),
  x87("fstpnce", "Copies ST(0) and pops it; an empty one is no fault.", ["D9 D8+i | sti"], copyAndPop),
  x87("fild", "Pushes a signed integer.", ["DF /0 | m16", "DB /0 | m32", "DF /5 | m64"], (step) =>
    loadInteger(step),
  ),
  x87("fist", "Stores ST(0) as a signed integer.", ["DF /2 | m16", "DB /2 | m32"], (step) =>
    storeInteger(step, 0),
  ),
  x87(
    "fistp",
    "Stores ST(0) as a signed integer and pops it.",
    ["DF /3 | m16", "DB /3 | m32", "DF /7 | m64"],
    (step) => storeInteger(step, 1),
  ),
  x87(
    "fisttp",
    "Stores ST(0) truncated to a signed integer and pops it.",
    ["DF /1 | m16", "DB /1 | m32", "DD /1 | m64"],
    (step) => storeInteger(step, 1, ROUND.ZERO),
  ),
  x87("fbld", "Pushes an integer of 18 decimal digits.", ["DF /4 | m80"], loadDecimal),
  x87("fbstp", "Stores ST(0) as 18 decimal digits and pops it.", ["DF /6 | m80"], storeDecimal),
  x87("fxch", "Exchanges ST(0) and ST(i).", ["D9 C8+i | sti", "DD C8+i | sti", "DF C8+i | sti"], exchange),
  ...CONDITIONS.map(conditionalMove),
  ...ROUNDED.map((constant) =>
    x87(
      constant.mnemonic,
      `Pushes ${constant.words}.`,
      [`D9 ${hexByte(constant.modrm)}`],
      (step) => step.push(() => constantBits(constant, step.context.rounding)),
      { manual: "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ" },
    ),
  ),
];
