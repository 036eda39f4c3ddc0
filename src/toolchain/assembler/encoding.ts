/** An instruction or data as bytes, some of which wait for addresses. */
import type { Expression } from "./expression.js";

/** A number to be filled in when addresses are known. */
export interface Fixup {
  /** Offset in the bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: 1 | 2 | 4 | 8;
  /** Relative to the end of the instruction. */
  readonly relative: boolean;
  /** The field is sign-extended when used, so it must fit as a signed number. */
  readonly signed: boolean;
  readonly expression: Expression;
  readonly column: number;
  readonly length: number;
}

export interface Encoding {
  readonly bytes: number[];
  readonly fixups: Fixup[];
}

/** An expression's value when it is known without addresses. */
export type Constant = (expression: Expression) => bigint | undefined;

/** Appends the low `count` bytes of a number, the lowest first. */
export function pushNumber(bytes: number[], value: bigint, count: number): void {
  let rest = BigInt.asUintN(count * 8, value);
  for (let n = 0; n < count; n++, rest >>= 8n) bytes.push(Number(rest & 0xffn));
}
