/**
 * Numbers of users and groups, as wide as the caller has them: 32 bits, but 16 for the old calls of i386.
 * Models low2highuid and high2lowuid (Linux include/linux/highuid.h).
 */
import { type ArgumentKind, type Call, unsignedInt } from "./definition.js";

/** What 16 bits can say; beyond it they say "overflow". */
const LARGEST = 0xffff;
const OVERFLOW = 65534;
/** All ones: leave it as it is. */
const KEEP = 0xffffffff;

/** The identity as an old call of i386 tells it. */
export const narrowed = (id: number): number => (id > LARGEST ? OVERFLOW : id);

/** A user or a group. */
export const identity: ArgumentKind<number> = {
  ...unsignedInt,
  type: "uid_t",
  convert(raw, abi) {
    if (abi === "x86-64") return unsignedInt.convert(raw, abi);
    const narrow = Number(raw & 0xffffn);
    return narrow === LARGEST ? KEEP : narrow;
  },
};

/** Writes an identity into the program's memory; false for EFAULT. */
export function putId(call: Call, at: number, id: number, narrow: boolean): boolean {
  if (!narrow) return call.memory.write32(at, id);
  return call.memory.write(at, Uint8Array.of(narrowed(id) & 0xff, narrowed(id) >> 8));
}
