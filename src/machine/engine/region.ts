/** What is kept of a translated region, and two judgements about one. */
import type { CodePage } from "../cpu/code-cache.js";
import { GIVEN } from "./engine-cells.js";
import type { RegionHead } from "./region-heads.js";
import type { RegionPage, RegionPlan } from "./region-plan.js";
import type { RegionTranslation } from "./region-translation.js";
import type { RegionExit } from "./transfer-translation.js";

/** A translated region. */
export interface Region {
  /** From 1; numbers of regions that were given up serve again. */
  readonly id: number;
  readonly exits: readonly RegionExit[];
  readonly pages: readonly RegionPage[];
  readonly user: boolean;
  /** Bits of `GIVEN` that must hold. */
  readonly needs: number;
  /** Numbers of its blocks by their addresses. */
  readonly blocks: ReadonlyMap<bigint, number>;
  /** Heads from which its blocks were found. */
  readonly roots: readonly bigint[];
  /** Heads in other regions where it was left for, with how often. */
  readonly followers: Map<bigint, number>;
  departures: number;
  /** At so many departures it is seen whether a union pays. */
  patience: number;
  /** It computes only what is exact: right whatever the precision flag is, but slow. */
  readonly exact: boolean;
  /** How often it was wanted with the precision flag as it was not when it was translated. */
  misfits: number;
  /** Where it is entered from: what was put in the place of heads of blocks. */
  readonly entries: { readonly code: CodePage; readonly offset: number; readonly head: RegionHead }[];
  alive: boolean;
}

/**
 * A union is worth its translation when the time that departures into others take is more than that. Both are about
 * equal at so many noted departures for each instruction of the union. Others that fewer lead to stay out of it.
 */
const DEPARTURES_PER_INSN = 4;

/** Departures that cost as much as translating this. */
export function priceOf({ blocks }: RegionPlan): number {
  return DEPARTURES_PER_INSN * blocks.reduce((sum, block) => sum + block.insns.length, 0);
}

/** Bits of `GIVEN` that the region takes for granted. */
export function needsOf({ usesVectors, usesX87, usesFloats, exact }: RegionTranslation): number {
  const floats = exact ? GIVEN.EXACT_FLOATS : GIVEN.FLOATS;
  return (usesVectors ? GIVEN.VECTORS : 0) | (usesX87 ? GIVEN.X87 : 0) | (usesFloats ? floats : 0);
}
