/** All functions of generated code for the x87 unit, and how a region names their operands. */
import type { CodeBuffer } from "./code-buffer.js";
import { binary32, constant32, type Node } from "./node.js";
import { OP } from "./opcodes.js";
import { product, quotient, round, sum } from "./x87-arithmetic.js";
import { TURN } from "./x87-function-numbers.js";
import {
  changeSign,
  compare,
  exchange,
  fromFloat64,
  fromInteger,
  set,
  storeExtended,
  storeFloat,
  storeInteger,
} from "./x87-transfer.js";

/** The bodies with their locals, in the order of `X87_FUNCTION`. */
export const X87_BODIES: readonly CodeBuffer[] = [
  round(),
  sum(),
  product(),
  quotient(),
  fromFloat64(),
  fromInteger(),
  set(),
  storeFloat(52, 0x3c00, 0x7fe),
  storeFloat(23, 0x3f80, 0xfe),
  storeExtended(),
  storeInteger(),
  exchange(),
  changeSign(),
  compare(),
];

/** `ADD`'s second number with its sign turned round. */
export const turnedRound = (register: Node): Node => binary32(OP.I32_OR, register, constant32(TURN));
