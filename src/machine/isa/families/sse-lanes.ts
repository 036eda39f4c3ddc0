/**
 * Integer arithmetic, comparison and logic on packed lanes, for XMM and MMX registers alike.
 * Source: Intel SDM Vol. 2B, entries named below; Vol. 1 §9.4, §11.4.2.
 */
import type { Instruction } from "../instruction.js";
import type { BitOperation, LaneOperation, LaneSize, WideningOperation } from "../vector-ops.js";
import { bothForms, combining, sse } from "./sse-operands.js";

const NAMES: Readonly<Record<LaneSize, string>> = {
  8: "bytes",
  16: "words",
  32: "doublewords",
  64: "quadwords",
};

const lanes = (
  mnemonic: string,
  opcode: string,
  operation: LaneOperation,
  size: LaneSize,
  says: string,
): Instruction =>
  sse(
    mnemonic,
    says.replace("#", NAMES[size]),
    bothForms(opcode),
    combining((o, a, b) => o.lanes(operation, size, a, b)),
  );

const widening = (
  mnemonic: string,
  opcode: string,
  operation: WideningOperation,
  says: string,
): Instruction =>
  sse(
    mnemonic,
    says,
    bothForms(opcode),
    combining((o, a, b) => o.widen(operation, a, b)),
  );

const logic = (mnemonic: string, forms: string[], operation: BitOperation, says: string): Instruction =>
  sse(
    mnemonic,
    says,
    forms,
    combining((o, a, b) => o.bitwise(operation, a, b)),
  );

/** The same bit operation under the names for integers and for numbers of both formats. */
const logicOfAll = (
  name: string,
  integer: string,
  floats: string,
  operation: BitOperation,
  says: string,
): Instruction[] => [
  logic(`p${name}`, bothForms(integer), operation, says),
  logic(`${name}ps`, [`NP 0F ${floats} /r | xmm, xmm/m128`], operation, says),
  logic(`${name}pd`, [`66 0F ${floats} /r | xmm, xmm/m128`], operation, says),
];

const ADD = "Adds packed #; a carry out of a lane is lost.";
const SUBTRACT = "Subtracts packed #; a borrow out of a lane is lost.";
const ADD_SIGNED = "Adds packed signed # and stops at the bounds.";
const ADD_UNSIGNED = "Adds packed unsigned # and stops at the highest value.";
const SUBTRACT_SIGNED = "Subtracts packed signed # and stops at the bounds.";
const SUBTRACT_UNSIGNED = "Subtracts packed unsigned # and stops at zero.";
const EQUAL = "Sets each of the packed # to all ones where both are equal, else to zero.";
const GREATER =
  "Sets each of the packed signed # to all ones where the destination is greater, else to zero.";

export const SSE_LANES: readonly Instruction[] = [
  lanes("paddb", "FC", "add", 8, ADD),
  lanes("paddw", "FD", "add", 16, ADD),
  lanes("paddd", "FE", "add", 32, ADD),
  lanes("paddq", "D4", "add", 64, ADD),
  lanes("psubb", "F8", "subtract", 8, SUBTRACT),
  lanes("psubw", "F9", "subtract", 16, SUBTRACT),
  lanes("psubd", "FA", "subtract", 32, SUBTRACT),
  lanes("psubq", "FB", "subtract", 64, SUBTRACT),
  lanes("paddsb", "EC", "addSaturateSigned", 8, ADD_SIGNED),
  lanes("paddsw", "ED", "addSaturateSigned", 16, ADD_SIGNED),
  lanes("paddusb", "DC", "addSaturateUnsigned", 8, ADD_UNSIGNED),
  lanes("paddusw", "DD", "addSaturateUnsigned", 16, ADD_UNSIGNED),
  lanes("psubsb", "E8", "subtractSaturateSigned", 8, SUBTRACT_SIGNED),
  lanes("psubsw", "E9", "subtractSaturateSigned", 16, SUBTRACT_SIGNED),
  lanes("psubusb", "D8", "subtractSaturateUnsigned", 8, SUBTRACT_UNSIGNED),
  lanes("psubusw", "D9", "subtractSaturateUnsigned", 16, SUBTRACT_UNSIGNED),
  lanes("pmullw", "D5", "multiplyLow", 16, "Multiplies packed words and keeps the low halves."),
  lanes(
    "pmulhw",
    "E5",
    "multiplyHighSigned",
    16,
    "Multiplies packed signed words and keeps the high halves.",
  ),
  lanes(
    "pmulhuw",
    "E4",
    "multiplyHighUnsigned",
    16,
    "Multiplies packed unsigned words and keeps the high halves.",
  ),
  lanes("pavgb", "E0", "averageUnsigned", 8, "Averages packed unsigned bytes, rounding up."),
  lanes("pavgw", "E3", "averageUnsigned", 16, "Averages packed unsigned words, rounding up."),
  lanes("pminub", "DA", "minimumUnsigned", 8, "Keeps the lower of packed unsigned bytes."),
  lanes("pmaxub", "DE", "maximumUnsigned", 8, "Keeps the higher of packed unsigned bytes."),
  lanes("pminsw", "EA", "minimumSigned", 16, "Keeps the lower of packed signed words."),
  lanes("pmaxsw", "EE", "maximumSigned", 16, "Keeps the higher of packed signed words."),
  lanes("pcmpeqb", "74", "equal", 8, EQUAL),
  lanes("pcmpeqw", "75", "equal", 16, EQUAL),
  lanes("pcmpeqd", "76", "equal", 32, EQUAL),
  lanes("pcmpgtb", "64", "greaterSigned", 8, GREATER),
  lanes("pcmpgtw", "65", "greaterSigned", 16, GREATER),
  lanes("pcmpgtd", "66", "greaterSigned", 32, GREATER),
  widening(
    "pmaddwd",
    "F5",
    "addProducts",
    "Multiplies packed signed words and adds neighbouring products as doublewords.",
  ),
  widening("pmuludq", "F4", "multiplyEven", "Multiplies every other unsigned doubleword into quadwords."),
  widening(
    "psadbw",
    "F6",
    "sumDifferences",
    "Sums the absolute differences of eight unsigned bytes into a quadword.",
  ),
  ...logicOfAll("and", "DB", "54", "and", "Clears in the destination every bit that is clear in the source."),
  ...logicOfAll(
    "andn",
    "DF",
    "55",
    "andNot",
    "Keeps those bits of the source that are clear in the destination.",
  ),
  ...logicOfAll("or", "EB", "56", "or", "Sets in the destination every bit that is set in the source."),
  ...logicOfAll("xor", "EF", "57", "xor", "Flips in the destination every bit that is set in the source."),
];
