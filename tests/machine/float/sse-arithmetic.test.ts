/** binary32 and binary64 against the real processor's SSE unit: results and flags, bit for bit. */
import { describe, expect, it } from "vitest";
import {
  add,
  BINARY32,
  BINARY64,
  compare,
  convert,
  divide,
  FloatContext,
  type Format,
  fromInteger,
  maximum,
  minimum,
  multiply,
  type Order,
  type Rounding,
  squareRoot,
  subtract,
  toInteger,
} from "../../../src/machine/float/index.js";
import { edges, randomOperand, Seeded } from "./operands.js";
import { findSilicon, type Moment, PLAIN } from "./silicon.js";

const silicon = findSilicon();

type Compute = (context: FloatContext, f: Format, a: bigint, b: bigint) => bigint;

/** An operation of XMM0 and XMM1; `opcode` follows F3 0F for binary32 and F2 0F for binary64. */
interface Operation {
  readonly name: string;
  readonly opcode: number;
  readonly compute: Compute;
  readonly unary?: true;
  /** Bits of the result when they are not the format's. */
  readonly result?: (f: Format) => number;
}

const other = (f: Format): Format => (f === BINARY32 ? BINARY64 : BINARY32);
const OPERATIONS: readonly Operation[] = [
  { name: "add", opcode: 0x58, compute: add },
  { name: "subtract", opcode: 0x5c, compute: subtract },
  { name: "multiply", opcode: 0x59, compute: multiply },
  { name: "divide", opcode: 0x5e, compute: divide },
  { name: "minimum", opcode: 0x5d, compute: minimum },
  { name: "maximum", opcode: 0x5f, compute: maximum },
  { name: "squareRoot", opcode: 0x51, compute: (c, f, _a, b) => squareRoot(c, f, b), unary: true },
  {
    name: "convert",
    opcode: 0x5a,
    compute: (c, f, _a, b) => convert(c, f, other(f), b),
    unary: true,
    result: (f) => other(f).width,
  },
];

const prefix = (f: Format): number => (f === BINARY32 ? 0xf3 : 0xf2);

/** Every edge with every edge, and random ones. */
function pairs(f: Format, random: Seeded, count: number, unary: boolean): [bigint, bigint][] {
  const known = edges(f);
  const all = unary
    ? known.map((b): [bigint, bigint] => [0n, b])
    : known.flatMap((a) => known.map((b): [bigint, bigint] => [a, b]));
  const some = (): bigint => (random.below(4) === 0 ? random.pick(known) : randomOperand(random, f));
  for (let n = 0; n < count; n++) all.push([some(), some()]);
  return all;
}

/** MXCSR with all exceptions masked: rounding by n, DAZ and FTZ now and then. */
function mxcsrs(n: number): number {
  return 0x1f80 | ((n & 3) << 13) | ((n & 28) === 4 ? 0x40 : 0) | ((n & 28) === 8 ? 0x8000 : 0);
}

function contextOf(mxcsr: number): FloatContext {
  const context = new FloatContext();
  context.rounding = ((mxcsr >> 13) & 3) as Rounding;
  context.denormalsAreZero = (mxcsr & 0x40) !== 0;
  context.flushToZero = (mxcsr & 0x8000) !== 0;
  return context;
}

function describeCase(name: string, f: Format, moment: Moment): string {
  return `${name}${f.width} ${moment.xmm.map((x) => x.toString(16)).join(", ")} mxcsr ${moment.mxcsr.toString(16)}`;
}

describe.skipIf(typeof silicon === "string")("SSE's numbers", () => {
  const ask = silicon as Exclude<typeof silicon, string>;

  for (const f of [BINARY32, BINARY64]) {
    for (const { name, opcode, compute, unary, result } of OPERATIONS) {
      it(`${name} of binary${f.width} gives the processor's bits and flags`, () => {
        const before = pairs(f, new Seeded(7n), unary ? 3000 : 2000, unary === true).map(
          ([a, b], n): Moment => ({
            ...{ ...PLAIN, instruction: [prefix(f), 0x0f, opcode, 0xc1], xmm: [a, b], mxcsr: mxcsrs(n) },
          }),
        );
        const wrong: string[] = [];
        ask(before).forEach((after, n) => {
          const { xmm, mxcsr } = before[n]!;
          const context = contextOf(mxcsr);
          const got = compute(context, f, xmm[0], xmm[1]);
          const expected = BigInt.asUintN(result?.(f) ?? f.width, after.xmm[0]);
          if (got !== expected || context.flags !== (after.mxcsr & 0x3f)) {
            wrong.push(
              `${describeCase(name, f, before[n]!)}: ${got.toString(16)} ${context.flags}, is ${expected.toString(16)} ${after.mxcsr & 0x3f}`,
            );
          }
        });
        expect(wrong.slice(0, 5)).toEqual([]);
      });
    }

    it(`comparisons of binary${f.width} tell the processor's order`, () => {
      const before = pairs(f, new Seeded(8n), 1000, false).map(([a, b], n): Moment => {
        const bytes = [0x0f, (n & 1) === 0 ? 0x2e : 0x2f, 0xc1];
        return {
          ...PLAIN,
          instruction: f === BINARY64 ? [0x66, ...bytes] : bytes,
          xmm: [a, b],
          mxcsr: mxcsrs(n >> 1),
        };
      });
      const wrong: string[] = [];
      ask(before).forEach((after, n) => {
        const { xmm, mxcsr } = before[n]!;
        const context = contextOf(mxcsr);
        const got = compare(context, f, xmm[0], xmm[1], (n & 1) === 1);
        if (got !== orderOf(after.flags) || context.flags !== (after.mxcsr & 0x3f))
          wrong.push(describeCase("compare", f, before[n]!));
      });
      expect(wrong.slice(0, 5)).toEqual([]);
    });

    for (const width of [32, 64] as const) {
      for (const truncate of [false, true]) {
        it(`binary${f.width} becomes an integer of ${width} bits, ${truncate ? "truncated" : "rounded"}`, () => {
          const rex = width === 64 ? [0x48] : [];
          const bytes = [prefix(f), ...rex, 0x0f, truncate ? 0x2c : 0x2d, 0xc1];
          const before = pairs(f, new Seeded(9n), 2000, true).map(
            ([a, b], n): Moment => ({ ...PLAIN, instruction: bytes, xmm: [a, b], mxcsr: mxcsrs(n) }),
          );
          const wrong: string[] = [];
          ask(before).forEach((after, n) => {
            const context = contextOf(before[n]!.mxcsr);
            const got = toInteger(context, f, before[n]!.xmm[1], width, truncate ? 3 : context.rounding);
            if (got !== BigInt.asUintN(width, after.rax) || context.flags !== (after.mxcsr & 0x3f))
              wrong.push(describeCase("toInteger", f, before[n]!));
          });
          expect(wrong.slice(0, 5)).toEqual([]);
        });
      }

      it(`an integer of ${width} bits becomes binary${f.width}`, () => {
        const random = new Seeded(10n);
        const bytes = [prefix(f), ...(width === 64 ? [0x48] : []), 0x0f, 0x2a, 0xc0];
        const before = Array.from({ length: 3000 }, (_, n): Moment => {
          const value = BigInt.asIntN(width, random.next()) >> BigInt(random.below(width));
          return { ...PLAIN, instruction: bytes, rax: BigInt.asUintN(64, value), mxcsr: mxcsrs(n) };
        });
        const wrong: string[] = [];
        ask(before).forEach((after, n) => {
          const { mxcsr, rax } = before[n]!;
          const context = contextOf(mxcsr);
          const got = fromInteger(context, f, BigInt.asIntN(width, rax));
          if (got !== BigInt.asUintN(f.width, after.xmm[0]) || context.flags !== (after.mxcsr & 0x3f))
            wrong.push(rax.toString(16));
        });
        expect(wrong.slice(0, 5)).toEqual([]);
      });
    }
  }
});

/** ZF, PF and CF as COMISS sets them. */
function orderOf(flags: bigint): Order {
  switch (Number(flags & 0x45n)) {
    case 0x45:
      return "unordered";
    case 0x40:
      return "equal";
    case 0x01:
      return "less";
    default:
      return "greater";
  }
}
