/**
 * x87: addition, subtraction, multiplication and division, between ST(0) and a register, a number or an integer.
 * Source: Intel SDM Vol. 1 §8.3.5; Vol. 2A, FADD, FSUB, FSUBR, FMUL, FDIV, FDIVR.
 */
import type { X87Step } from "../../cpu/x87-step.js";
import {
  add,
  divide,
  EXCEPTION,
  EXTENDED,
  type FloatContext,
  type Format,
  isNan,
  multiply,
  subtract,
} from "../../float/index.js";
import type { Instruction } from "../instruction.js";
import { Kind } from "../operand.js";
import { hexByte } from "./entry.js";
import { x87 } from "./x87-entry.js";
import { widenInteger, withWidened } from "./x87-moves.js";

type Compute = (context: FloatContext, f: Format, a: bigint, b: bigint) => bigint;

/** Destination ← destination ∘ source. */
function combine(step: X87Step, compute: Compute, pops: number): void {
  if (step.insn.operands[0]!.kind === Kind.Memory) {
    const bits = step.load();
    const result = (value: bigint): bigint => compute(step.context, EXTENDED, step.st(0), value);
    finish(step, 0, [0], () => withWidened(step, bits, result, (n) => isComputed(step, n)), pops);
  } else {
    const [to, from] = [step.register(0), step.register(1)];
    finish(step, to, [to, from], () => compute(step.context, EXTENDED, step.st(to), step.st(from)), pops);
  }
}

/** The operation came to be: no NaN took part, and it was neither invalid nor a division by zero. */
function isComputed(step: X87Step, result: bigint): boolean {
  return !isNan(EXTENDED, result) && (step.context.flags & EXCEPTION.ZERO_DIVIDE) === 0;
}

/** ST(0) ← ST(0) ∘ integer. */
function combineInteger(step: X87Step, compute: Compute): void {
  const bits = step.load();
  finish(step, 0, [0], () => compute(step.context, EXTENDED, step.st(0), widenInteger(step, bits)), 0);
}

function finish(step: X87Step, to: number, needed: number[], result: () => bigint, pops: number): void {
  step.finish(to, step.lacks(...needed) ? step.missing() : result(), pops);
}

/** The three instructions of one operation. */
interface Family {
  readonly mnemonic: string;
  readonly does: string;
  readonly compute: Compute;
  /** ModRM.reg with a memory operand and with ST(0) as destination; and with ST(i) as destination. */
  readonly digit: number;
  readonly digitToRegister: number;
}

const reversed =
  (compute: Compute): Compute =>
  (context, f, a, b) =>
    compute(context, f, b, a);

const FAMILIES: readonly Family[] = [
  { mnemonic: "add", does: "Adds", compute: add, digit: 0, digitToRegister: 0 },
  { mnemonic: "mul", does: "Multiplies", compute: multiply, digit: 1, digitToRegister: 1 },
  {
    mnemonic: "sub",
    does: "Subtracts the source from the destination:",
    compute: subtract,
    digit: 4,
    digitToRegister: 5,
  },
  {
    mnemonic: "subr",
    does: "Subtracts the destination from the source:",
    compute: reversed(subtract),
    digit: 5,
    digitToRegister: 4,
  },
  {
    mnemonic: "div",
    does: "Divides the destination by the source:",
    compute: divide,
    digit: 6,
    digitToRegister: 7,
  },
  {
    mnemonic: "divr",
    does: "Divides the source by the destination:",
    compute: reversed(divide),
    digit: 7,
    digitToRegister: 6,
  },
];

function instructionsOf({ mnemonic, does, compute, digit, digitToRegister }: Family): Instruction[] {
  const name = mnemonic.toUpperCase();
  const more = { manual: `F${name}/F${name}P/FI${name}` };
  const modrm = hexByte(0xc0 | (digit << 3));
  const modrmToRegister = hexByte(0xc0 | (digitToRegister << 3));
  return [
    x87(
      `f${mnemonic}`,
      `${does} floating-point numbers.`,
      [
        ...[`D8 /${digit} | m32`, `DC /${digit} | m64`],
        ...[`D8 ${modrm}+i | st0, sti`, `DC ${modrmToRegister}+i | sti, st0`],
      ],
      (step) => combine(step, compute, 0),
      more,
    ),
    x87(
      `f${mnemonic}p`,
      `${does} floating-point numbers; then pops.`,
      [`DE ${modrmToRegister}+i | sti, st0`],
      (step) => combine(step, compute, 1),
      more,
    ),
    x87(
      `fi${mnemonic}`,
      `${does} ST(0) and an integer.`,
      [`DA /${digit} | m32`, `DE /${digit} | m16`],
      (step) => combineInteger(step, compute),
      more,
    ),
  ];
}

export const X87_ARITHMETIC: readonly Instruction[] = FAMILIES.flatMap(instructionsOf);
