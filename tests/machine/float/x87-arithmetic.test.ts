/** The extended format against the real processor's x87 unit: results, flags and C1, bit for bit. */
import { describe, expect, it } from "vitest";
import {
  add,
  BINARY32,
  BINARY64,
  compare,
  convert,
  divide,
  EXTENDED,
  FloatContext,
  isUnsupported,
  multiply,
  type Order,
  type Rounding,
  remainder,
  roundToIntegral,
  squareRoot,
  subtract,
  toInteger,
} from "../../../src/machine/float/index.js";
import { edges, ODD_PATTERNS, randomOperand, Seeded } from "./operands.js";
import { findSilicon, MEMORY, type Moment, PLAIN } from "./silicon.js";

const silicon = findSilicon();

/** Exceptions, and C1. */
const COMPARED = 0x23f;
const DATA = 0x07;

/** An operation of ST(0) and ST(1), or of ST(0) with a result in memory. */
interface Operation {
  readonly name: string;
  readonly instruction: readonly number[];
  readonly compute: (context: FloatContext, a: bigint, b: bigint) => bigint;
  readonly unary?: true;
  /** The result is this many bits at [rdi], not ST(0). */
  readonly stored?: 16 | 32 | 64;
  /** These bits of the status word are the operation's own, not C1. */
  readonly ownsC1?: true;
}

const AT_RDI = 0x17;
const f = EXTENDED;
const OPERATIONS: readonly Operation[] = [
  { name: "add", instruction: [0xd8, 0xc1], compute: (c, a, b) => add(c, f, a, b) },
  { name: "subtract", instruction: [0xd8, 0xe1], compute: (c, a, b) => subtract(c, f, a, b) },
  { name: "multiply", instruction: [0xd8, 0xc9], compute: (c, a, b) => multiply(c, f, a, b) },
  { name: "divide", instruction: [0xd8, 0xf1], compute: (c, a, b) => divide(c, f, a, b) },
  { name: "squareRoot", instruction: [0xd9, 0xfa], compute: (c, a) => squareRoot(c, f, a), unary: true },
  {
    name: "toBinary32",
    instruction: [0xd9, AT_RDI],
    compute: (c, a) => convert(c, f, BINARY32, a),
    unary: true,
    stored: 32,
  },
  {
    name: "toBinary64",
    instruction: [0xdd, AT_RDI],
    compute: (c, a) => convert(c, f, BINARY64, a),
    unary: true,
    stored: 64,
  },
  {
    name: "toInteger16",
    instruction: [0xdf, AT_RDI],
    compute: (c, a) => toInteger(c, f, a, 16),
    unary: true,
    stored: 16,
  },
  {
    name: "toInteger32",
    instruction: [0xdb, AT_RDI],
    compute: (c, a) => toInteger(c, f, a, 32),
    unary: true,
    stored: 32,
  },
  {
    name: "toInteger64",
    instruction: [0xdf, 0x3f],
    compute: (c, a) => toInteger(c, f, a, 64),
    unary: true,
    stored: 64,
  },
  {
    name: "remainder",
    instruction: [0xd9, 0xf8],
    compute: (c, a, b) => remainder(c, f, a, b, false).bits,
    ownsC1: true,
  },
  {
    name: "nearest remainder",
    instruction: [0xd9, 0xf5],
    compute: (c, a, b) => remainder(c, f, a, b, true).bits,
    ownsC1: true,
  },
];

/** Control words: every rounding, every precision, and masks: all, or one of OE, UE and PE not. */
function controls(n: number): number {
  const masks = [0x3f, 0x3f, 0x3f, 0x37, 0x2f, 0x1f, 0x3d, 0x3e][(n >> 2) % 8]!;
  const precision = [3, 3, 2, 0][(n >> 5) % 4]!;
  return 0x40 | masks | (precision << 8) | ((n & 3) << 10);
}

function contextOf(control: number): FloatContext {
  const context = new FloatContext();
  context.masks = control & 0x3f;
  context.rounding = ((control >> 10) & 3) as Rounding;
  context.precision = ([24, 24, 53, 64] as const)[(control >> 8) & 3]!;
  return context;
}

function pairs(random: Seeded, count: number, unary: boolean): [bigint, bigint][] {
  const known = [...edges(f), ...ODD_PATTERNS];
  const one = 0x3fff_8000000000000000n;
  const all = unary
    ? known.flatMap((a) => Array.from({ length: 16 }, (): [bigint, bigint] => [a, one]))
    : known.flatMap((a) => known.map((b): [bigint, bigint] => [a, b]));
  const some = (): bigint => (random.below(4) === 0 ? random.pick(known) : randomOperand(random, f));
  for (let n = 0; n < count; n++) all.push([some(), some()]);
  return all;
}

function moment(instruction: readonly number[], a: bigint, b: bigint, control: number): Moment {
  return { ...PLAIN, instruction, st: [a, b, 0n, 0n, 0n, 0n, 0n, 0n], tags: 0, control };
}

const hex = (n: bigint | number): string => n.toString(16);

describe.skipIf(typeof silicon === "string")("the x87 unit's numbers", () => {
  const ask = silicon as Exclude<typeof silicon, string>;

  for (const { name, instruction, compute, unary, stored, ownsC1 } of OPERATIONS) {
    it(`${name} gives the processor's bits and flags under every control word`, () => {
      const random = new Seeded(11n);
      const before = pairs(random, 6000, unary === true).map(([a, b], n) =>
        moment(instruction, a, b, controls(n + Number(a & 31n))),
      );
      const wrong: string[] = [];
      ask(before).forEach((after, n) => {
        const { st, control } = before[n]!;
        const context = contextOf(control);
        const got = compute(context, st[0]!, st[1]!);
        const lost = stored !== undefined && (context.flags & ~context.masks & 0x1f) !== 0;
        const expected = stored === undefined ? after.st[0]! : readMemory(after.memory, stored);
        const status = context.flags | (context.roundedUp && !context.stopped ? 0x200 : 0);
        const compared = ownsC1 === true ? 0x3f : COMPARED;
        const same = context.stopped || lost || got === expected;
        if (!same || (status & compared) !== (after.status & compared)) {
          wrong.push(
            `${hex(st[0]!)}, ${hex(st[1]!)} cw ${hex(control)}: ${hex(got)} ${hex(status)}, is ${hex(expected)} ${hex(after.status)}`,
          );
        }
      });
      expect({ count: wrong.length, first: wrong.slice(0, 8) }).toEqual({ count: 0, first: [] });
    });
  }

  for (const signalling of [true, false]) {
    it(`a ${signalling ? "signalling" : "quiet"} comparison tells the processor's order`, () => {
      const bytes = signalling ? [0xd8, 0xd1] : [0xdd, 0xe1];
      const before = pairs(new Seeded(12n), 2000, false).map(([a, b]) => moment(bytes, a, b, 0x37f));
      const wrong: string[] = [];
      ask(before).forEach((after, n) => {
        const { st } = before[n]!;
        const context = contextOf(0x37f);
        const got = compare(context, f, st[0]!, st[1]!, signalling);
        if (got !== orderOf(after.status) || context.flags !== (after.status & 0x3f)) {
          wrong.push(`${hex(st[0]!)}, ${hex(st[1]!)}: ${got} ${context.flags}, is ${hex(after.status)}`);
        }
      });
      expect(wrong.slice(0, 8)).toEqual([]);
    });
  }

  it("a number is rounded to an integral one, and a partial remainder tells its quotient", () => {
    const wrong: string[] = [];
    const numbers = pairs(new Seeded(13n), 6000, false).filter(
      ([a, b]) => !isUnsupported(f, a) && !isUnsupported(f, b),
    );
    const rounded = numbers
      .filter(([a]) => (a & f.infinity) !== f.infinity)
      .map(([a, b], n) => moment([0xd9, 0xfc], a, b, controls(n)));
    ask(rounded).forEach((after, n) => {
      const { st, control } = rounded[n]!;
      const context = contextOf(control);
      const got = roundToIntegral(context, f, st[0]!);
      const status = context.flags | (context.roundedUp ? 0x200 : 0);
      if (!context.stopped && (got !== after.st[0] || status !== (after.status & COMPARED))) {
        wrong.push(
          `frndint ${hex(st[0]!)} cw ${hex(control)}: ${hex(got)} ${hex(status)}, is ${hex(after.st[0]!)} ${hex(after.status)}`,
        );
      }
    });
    for (const nearest of [false, true]) {
      const divided = numbers.map(([a, b]) => moment([0xd9, nearest ? 0xf5 : 0xf8], a, b, 0x37f));
      ask(divided).forEach((after, n) => {
        const { st } = divided[n]!;
        const context = contextOf(0x37f);
        const { quotient, complete } = remainder(context, f, st[0]!, st[1]!, nearest);
        if (
          (context.flags & 1) === 0 &&
          (complete !== ((after.status & 0x400) === 0) || (complete && quotient !== quotientOf(after.status)))
        ) {
          wrong.push(
            `remainder ${nearest} ${hex(st[0]!)}, ${hex(st[1]!)}: ${quotient} ${complete}, is ${hex(after.status)}`,
          );
        }
      });
    }
    expect(wrong.slice(0, 8)).toEqual([]);
  });

  it("a number is widened without loss, and what is no number becomes quiet", () => {
    const wrong: string[] = [];
    for (const narrow of [BINARY32, BINARY64]) {
      const before = edges(narrow).map((value): Moment => {
        const memory = new Uint8Array(MEMORY);
        new DataView(memory.buffer).setBigUint64(0, value, true);
        return { ...PLAIN, instruction: [narrow === BINARY32 ? 0xd9 : 0xdd, DATA], memory };
      });
      ask(before).forEach((after, n) => {
        const context = contextOf(0x37f);
        const got = convert(context, narrow, f, readMemory(before[n]!.memory, narrow.width as 32 | 64));
        if (got !== after.st[0] || context.flags !== (after.status & 0x3f)) wrong.push(hex(got));
      });
    }
    expect(wrong).toEqual([]);
  });
});

function readMemory(memory: Uint8Array, bits: 16 | 32 | 64): bigint {
  return BigInt.asUintN(bits, new DataView(memory.buffer, memory.byteOffset).getBigUint64(0, true));
}

/** C3, C2 and C0 after a comparison. */
function orderOf(status: number): Order {
  return ({ 0: "greater", 0x100: "less", 0x4000: "equal" } as const)[status & 0x4500] ?? "unordered";
}

/** Q2, Q1, Q0 lie in C0, C3, C1. */
function quotientOf(status: number): number {
  return ((status >> 8) & 1) * 4 + ((status >> 14) & 1) * 2 + ((status >> 9) & 1);
}
