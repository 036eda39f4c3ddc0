/**
 * The kernel's own code, assembled beforehand: here none. Bundles get a module in the place of this one that was made from the
 * same sources when they were built; see `scripts/prepared-code.mjs`.
 */
import type { FixedCode } from "./fixed-code.js";

/** By `codeKey` of the source. */
export const PREPARED_CODE: ReadonlyMap<string, FixedCode> = new Map();
