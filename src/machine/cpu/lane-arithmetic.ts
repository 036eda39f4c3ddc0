/**
 * Integer arithmetic on lanes, over plain numbers: the loops behind `VectorOps.lanes`.
 * Source: Intel SDM Vol. 2B, entries PADDB … PSUBW.
 */
import type { LaneOperation } from "../isa/vector-ops.js";

/** The same bytes as signed and as unsigned lanes of one width. */
export interface LaneViews {
  readonly signed: Int8Array | Int16Array | Int32Array;
  readonly unsigned: Uint8Array | Uint16Array | Uint32Array;
  /** Lanes in a vector. */
  readonly count: number;
}

/** `x`, or the nearest of the bounds. */
export function saturate(x: number, lowest: number, highest: number): number {
  return x < lowest ? lowest : x > highest ? highest : x;
}

/** Combines `count` lanes from index `a` with those from `b` into those from `to`, which overlaps neither. */
export function combineLanes(
  operation: LaneOperation,
  views: LaneViews,
  to: number,
  a: number,
  b: number,
): void {
  const { signed: s, unsigned: u, count } = views;
  const end = to + count;
  const highest = count === 4 ? 0x7fffffff : count === 8 ? 0x7fff : 0x7f;
  switch (operation) {
    case "add":
      for (; to < end; to++) s[to] = (s[a++]! + s[b++]!) | 0;
      break;
    case "subtract":
      for (; to < end; to++) s[to] = (s[a++]! - s[b++]!) | 0;
      break;
    case "equal":
      for (; to < end; to++) s[to] = s[a++]! === s[b++]! ? -1 : 0;
      break;
    case "greaterSigned":
      for (; to < end; to++) s[to] = s[a++]! > s[b++]! ? -1 : 0;
      break;
    case "minimumSigned":
      for (; to < end; to++) s[to] = Math.min(s[a++]!, s[b++]!);
      break;
    case "minimumUnsigned":
      for (; to < end; to++) u[to] = Math.min(u[a++]!, u[b++]!);
      break;
    case "maximumSigned":
      for (; to < end; to++) s[to] = Math.max(s[a++]!, s[b++]!);
      break;
    case "maximumUnsigned":
      for (; to < end; to++) u[to] = Math.max(u[a++]!, u[b++]!);
      break;
    case "averageUnsigned":
      for (; to < end; to++) u[to] = (u[a++]! + u[b++]! + 1) >>> 1;
      break;
    case "addSaturateSigned":
      for (; to < end; to++) s[to] = saturate(s[a++]! + s[b++]!, -highest - 1, highest);
      break;
    case "subtractSaturateSigned":
      for (; to < end; to++) s[to] = saturate(s[a++]! - s[b++]!, -highest - 1, highest);
      break;
    case "addSaturateUnsigned":
      for (; to < end; to++) u[to] = Math.min(u[a++]! + u[b++]!, 2 * highest + 1);
      break;
    case "subtractSaturateUnsigned":
      for (; to < end; to++) u[to] = Math.max(u[a++]! - u[b++]!, 0);
      break;
    case "multiplyLow":
      for (; to < end; to++) s[to] = Math.imul(s[a++]!, s[b++]!);
      break;
    case "multiplyHighSigned":
      for (; to < end; to++) s[to] = (s[a++]! * s[b++]!) >> 16;
      break;
    case "multiplyHighUnsigned":
      for (; to < end; to++) u[to] = (u[a++]! * u[b++]!) >>> 16;
      break;
  }
}
