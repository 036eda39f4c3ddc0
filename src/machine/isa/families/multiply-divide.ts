/**
 * Multiplication, division, and the sign extensions that go with them.
 * Source: Intel SDM Vol. 2A/2B, entries named below. Flags that the manual leaves undefined stay as they are.
 */
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { read, write } from "../operands.js";
import type { Ops } from "../ops.js";
import { FLAG, HIGH_BYTE, RAX, RDX, type Size } from "../registers.js";
import { entry, withExamples } from "./entry.js";

const DIVIDE_ERROR = 0;
/** AH as a register number. */
const AH = HIGH_BYTE;

/** Where the upper half of a product or dividend lives: AH or DX, EDX, RDX. */
const upperHalf = (size: Size): number => (size === 8 ? AH : RDX);

/** CF and OF tell that the upper half of a product matters. */
function overflowFlags<V, B>(o: Ops<V, B>, matters: B): void {
  o.setFlag(FLAG.CF, matters);
  o.setFlag(FLAG.OF, matters);
}

function signFill<V, B>(o: Ops<V, B>, size: Size, v: V): V {
  return o.shiftRightSigned(size, v, o.constant(BigInt(size - 1)));
}

const multiply: Semantics = (o, i) => {
  const size = i.size as Size;
  const a = o.get(RAX, size);
  const b = read(o, i, 0);
  const high = o.mulHigh(size, a, b);
  const low = o.mul(size, a, b);
  o.set(RAX, size, low);
  o.set(upperHalf(size), size, high);
  overflowFlags(o, o.not(o.isZero(high)));
};

const multiplySigned: Semantics = (o, i) => {
  const size = i.size as Size;
  const a = o.get(RAX, size);
  const b = read(o, i, 0);
  const high = o.mulHighSigned(size, a, b);
  const low = o.mul(size, a, b);
  o.set(RAX, size, low);
  o.set(upperHalf(size), size, high);
  overflowFlags(o, o.not(o.equal(high, signFill(o, size, low))));
};

/** IMUL with a destination of its own: the upper half is lost, CF and OF tell whether it mattered. */
function multiplyInto<V, B>(o: Ops<V, B>, i: Insn, a: V, b: V): void {
  const size = i.size as Size;
  const low = o.mul(size, a, b);
  const high = o.mulHighSigned(size, a, b);
  write(o, i, 0, low);
  overflowFlags(o, o.not(o.equal(high, signFill(o, size, low))));
}

const multiplyTwo: Semantics = (o, i) => multiplyInto(o, i, read(o, i, 0), read(o, i, 1));
const multiplyThree: Semantics = (o, i) => multiplyInto(o, i, read(o, i, 1), read(o, i, 2));

const imul: Semantics = (o, i) => {
  if (i.operands.length === 1) multiplySigned(o, i);
  else if (i.operands.length === 2) multiplyTwo(o, i);
  else multiplyThree(o, i);
};

/** #DE when the divisor is zero or the quotient does not fit; then nothing changes. */
function divide<V, B>(o: Ops<V, B>, i: Insn, signed: boolean): void {
  const size = i.size as Size;
  const divisor = read(o, i, 0);
  o.if(
    o.isZero(divisor),
    () => o.raise(DIVIDE_ERROR),
    () => {
      const high = o.get(upperHalf(size), size);
      const low = o.get(RAX, size);
      const { quotient, remainder, overflow } = signed
        ? o.divideSigned(size, high, low, divisor)
        : o.divide(size, high, low, divisor);
      o.if(
        overflow,
        () => o.raise(DIVIDE_ERROR),
        () => {
          o.set(RAX, size, quotient);
          o.set(upperHalf(size), size, remainder);
        },
      );
    },
  );
}

/** CBW, CWDE, CDQE: the accumulator's lower half fills the whole. */
const extendAccumulator: Semantics = (o, i) => {
  const size = i.size as Size;
  const half = (size >> 1) as Size;
  o.set(RAX, size, o.signExtend(half, size, o.get(RAX, half)));
};

/** CWD, CDQ, CQO: the sign of the accumulator fills RDX, ready for IDIV. */
const extendIntoRdx: Semantics = (o, i) => {
  const size = i.size as Size;
  o.set(RDX, size, signFill(o, size, o.get(RAX, size)));
};

/** The three instructions that share an opcode and differ by operand size. */
function threeSizes(
  opcode: string,
  names: readonly [string, string, string],
  says: readonly [string, string, string],
  semantics: Semantics,
  manual: string,
): Instruction[] {
  const encodings = [
    `66 W0 ${opcode} | | size=16`,
    `W0 ${opcode} | | size=32 by66`,
    `REX.W ${opcode} | | size=64`,
  ];
  return names.map((name, n) => entry(name, says[n]!, "", [encodings[n]!], semantics, { manual }));
}

const EXAMPLES: Readonly<Record<string, string>> = {
  div: `
    mov eax, 23
    xor edx, edx
    mov ebx, 5
    div ebx
  `,
  idiv: `
    mov eax, -23
    cdq
    mov ebx, 5
    idiv ebx
  `,
};

export const MULTIPLY_DIVIDE: readonly Instruction[] = withExamples(EXAMPLES, [
  entry(
    "mul",
    "Multiplies the accumulator, unsigned; the product has twice its width.",
    "OF CF",
    ["F6 /4 | r/m8", "F7 /4 | r/mv"],
    multiply,
  ),
  entry(
    "imul",
    "Multiplies signed numbers.",
    "OF CF",
    [
      "F6 /5 | r/m8",
      "F7 /5 | r/mv",
      "0F AF /r | rv, r/mv",
      "6B /r | rv, r/mv, imm8s",
      "69 /r | rv, r/mv, immz",
    ],
    imul,
  ),
  entry(
    "div",
    "Divides a number of twice the width, unsigned; leaves quotient and remainder.",
    "",
    ["F6 /6 | r/m8", "F7 /6 | r/mv"],
    (o, i) => divide(o, i, false),
  ),
  entry(
    "idiv",
    "Divides a number of twice the width, signed; leaves quotient and remainder.",
    "",
    ["F6 /7 | r/m8", "F7 /7 | r/mv"],
    (o, i) => divide(o, i, true),
  ),
  ...threeSizes(
    "98",
    ["cbw", "cwde", "cdqe"],
    ["Sign-extends AL into AX.", "Sign-extends AX into EAX.", "Sign-extends EAX into RAX."],
    extendAccumulator,
    "SDM Vol. 2A, CBW/CWDE/CDQE",
  ),
  ...threeSizes(
    "99",
    ["cwd", "cdq", "cqo"],
    ["Fills DX with the sign of AX.", "Fills EDX with the sign of EAX.", "Fills RDX with the sign of RAX."],
    extendIntoRdx,
    "SDM Vol. 2A, CWD/CDQ/CQO",
  ),
]);
