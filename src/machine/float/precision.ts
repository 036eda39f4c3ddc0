/** The x87's precision control, which shortens the results of its basic operations and nothing else. */
import type { FloatContext } from "./context.js";
import type { Format } from "./format.js";

/** Significand bits of a sum, difference, product, quotient or root. Source: Intel SDM Vol. 1 §8.1.5.2. */
export function resultPrecision(context: FloatContext, f: Format): number {
  return f.width === 80 ? context.precision : f.precision;
}
