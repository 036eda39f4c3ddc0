/**
 * Device state is plain data: numbers, strings, booleans, arrays, typed arrays and objects of them. What is frozen is a value as
 * a number is: nobody changes it, so a copy shares it.
 */

/** A copy that shares nothing with the original but frozen values. */
export function copyPlain<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array || value instanceof Uint32Array) return value.slice() as T;
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyPlain) as T;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyPlain(inner)])) as T;
}
