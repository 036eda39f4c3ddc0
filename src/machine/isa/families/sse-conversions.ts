/**
 * Conversions between integers and floating-point numbers, and between the two formats of numbers.
 * Source: Intel SDM Vol. 2A, entries CVT…; SDM Vol. 1 §11.5.2 and table 4-9 (the integer indefinite).
 */

import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import type { Ops } from "../ops.js";
import type { FloatSize, LaneConversion } from "../vector-ops.js";
import { readScalar, readVector, sse, writeVector } from "./sse-operands.js";

/** All lanes of the source; the unused upper half of a narrower result becomes zero. */
const packed =
  (conversion: LaneConversion): Semantics =>
  (o, i) =>
    o.setVector(i.operands[0]!.register, o.convertLanes(conversion, readVector(o, i, 1)));

/** The low lane of a vector register becomes `x`. */
function writeLow<V, B, X>(o: Ops<V, B, X>, i: Insn, size: FloatSize, x: V): void {
  const { register } = i.operands[0]!;
  o.setVector(register, o.withLane(o.getVector(register), size, 0, x));
}

const fromInteger =
  (to: FloatSize): Semantics =>
  (o, i) => {
    const from = i.operands[1]!.size as 32 | 64;
    writeLow(o, i, to, o.integerToFloat(from, to, readScalar(o, i, 1, from)));
  };

const toInteger =
  (from: FloatSize, truncate: boolean): Semantics =>
  (o, i) => {
    const { register, size } = i.operands[0]!;
    o.set(
      register,
      size as 32 | 64,
      o.floatToInteger(from, size as 32 | 64, truncate, readScalar(o, i, 1, from)),
    );
  };

const between =
  (from: FloatSize, to: FloatSize): Semantics =>
  (o, i) =>
    writeLow(o, i, to, o.convertFloat(from, to, readScalar(o, i, 1, from)));

/**
 * Two integers in an MMX register from the low two numbers of a vector; the others must not raise exceptions.
 * The x87 state changes even when the conversion then raises #XM.
 */
const toMmx =
  (conversion: LaneConversion, from: FloatSize): Semantics =>
  (o, i) => {
    const numbers = from === 64 ? readVector(o, i, 1) : o.vector(readScalar(o, i, 1, 64), o.constant(0n));
    o.enterMmx();
    writeVector(o, i, 0, o.convertLanes(conversion, numbers));
  };

/** Two numbers from two integers in an MMX register or memory. Only CVTPI2PD leaves the x87 state alone for memory. */
const fromMmx =
  (conversion: LaneConversion): Semantics =>
  (o, i) => {
    const [to, from] = [i.operands[0]!, i.operands[1]!];
    const integers = readVector(o, i, 1);
    if (from.kind === Kind.Mmx) o.enterMmx();
    const converted = o.convertLanes(conversion, integers);
    const keepsHigh = conversion === "int32ToFloat32";
    const kept = keepsHigh ? o.shuffle(64, converted, o.getVector(to.register), [0, 3]) : converted;
    o.setVector(to.register, kept);
  };

const PACKED = "Converts packed";

export const SSE_CONVERSIONS: readonly Instruction[] = [
  sse(
    "cvtps2pd",
    `${PACKED} single-precision numbers to double precision.`,
    ["NP 0F 5A /r | xmm, xmm/m64"],
    packed("float32ToFloat64"),
  ),
  sse(
    "cvtpd2ps",
    `${PACKED} double-precision numbers to single precision.`,
    ["66 0F 5A /r | xmm, xmm/m128"],
    packed("float64ToFloat32"),
  ),
  sse(
    "cvtdq2ps",
    `${PACKED} integers to single-precision numbers.`,
    ["NP 0F 5B /r | xmm, xmm/m128"],
    packed("int32ToFloat32"),
  ),
  sse(
    "cvtps2dq",
    `${PACKED} single-precision numbers to integers.`,
    ["66 0F 5B /r | xmm, xmm/m128"],
    packed("float32ToInt32"),
  ),
  sse(
    "cvttps2dq",
    `${PACKED} single-precision numbers to integers, cutting off the fraction.`,
    ["F3 0F 5B /r | xmm, xmm/m128"],
    packed("float32ToInt32Truncate"),
  ),
  sse(
    "cvtdq2pd",
    `${PACKED} integers to double-precision numbers.`,
    ["F3 0F E6 /r | xmm, xmm/m64"],
    packed("int32ToFloat64"),
  ),
  sse(
    "cvtpd2dq",
    `${PACKED} double-precision numbers to integers.`,
    ["F2 0F E6 /r | xmm, xmm/m128"],
    packed("float64ToInt32"),
  ),
  sse(
    "cvttpd2dq",
    `${PACKED} double-precision numbers to integers, cutting off the fraction.`,
    ["66 0F E6 /r | xmm, xmm/m128"],
    packed("float64ToInt32Truncate"),
  ),
  sse(
    "cvtss2sd",
    "Converts a single-precision number to double precision.",
    ["F3 0F 5A /r | xmm, xmm/m32"],
    between(32, 64),
  ),
  sse(
    "cvtsd2ss",
    "Converts a double-precision number to single precision.",
    ["F2 0F 5A /r | xmm, xmm/m64"],
    between(64, 32),
  ),
  sse(
    "cvtsi2ss",
    "Converts an integer to a single-precision number.",
    ["F3 0F 2A /r | xmm, r/my"],
    fromInteger(32),
  ),
  sse(
    "cvtsi2sd",
    "Converts an integer to a double-precision number.",
    ["F2 0F 2A /r | xmm, r/my"],
    fromInteger(64),
  ),
  sse(
    "cvtss2si",
    "Converts a single-precision number to an integer.",
    ["F3 0F 2D /r | ry, xmm/m32"],
    toInteger(32, false),
  ),
  sse(
    "cvtsd2si",
    "Converts a double-precision number to an integer.",
    ["F2 0F 2D /r | ry, xmm/m64"],
    toInteger(64, false),
  ),
  sse(
    "cvttss2si",
    "Converts a single-precision number to an integer, cutting off the fraction.",
    ["F3 0F 2C /r | ry, xmm/m32"],
    toInteger(32, true),
  ),
  sse(
    "cvttsd2si",
    "Converts a double-precision number to an integer, cutting off the fraction.",
    ["F2 0F 2C /r | ry, xmm/m64"],
    toInteger(64, true),
  ),
  sse(
    "cvtpi2ps",
    "Converts two integers to single-precision numbers.",
    ["NP 0F 2A /r | xmm, mm/m64"],
    fromMmx("int32ToFloat32"),
  ),
  sse(
    "cvtpi2pd",
    "Converts two integers to double-precision numbers.",
    ["66 0F 2A /r | xmm, mm/m64"],
    fromMmx("int32ToFloat64"),
  ),
  sse(
    "cvtps2pi",
    "Converts two single-precision numbers to integers.",
    ["NP 0F 2D /r | mm, xmm/m64"],
    toMmx("float32ToInt32", 32),
  ),
  sse(
    "cvtpd2pi",
    "Converts two double-precision numbers to integers.",
    ["66 0F 2D /r | mm, xmm/m128"],
    toMmx("float64ToInt32", 64),
  ),
  sse(
    "cvttps2pi",
    "Converts two single-precision numbers to integers, cutting off the fraction.",
    ["NP 0F 2C /r | mm, xmm/m64"],
    toMmx("float32ToInt32Truncate", 32),
  ),
  sse(
    "cvttpd2pi",
    "Converts two double-precision numbers to integers, cutting off the fraction.",
    ["66 0F 2C /r | mm, xmm/m128"],
    toMmx("float64ToInt32Truncate", 64),
  ),
];
