/** Kinds of arguments that calls on files share. */
import { AT_FDCWD } from "../abi/open-flags.js";
import { type ArgumentKind, type Call, int, unsignedInt } from "./definition.js";

/** A descriptor. */
export const fd: ArgumentKind<number> = int;

/** A directory descriptor before a path. */
export const directoryFd: ArgumentKind<number> = {
  ...int,
  format: (value) => (value === AT_FDCWD ? "AT_FDCWD" : String(value)),
};

export const mode: ArgumentKind<number> = {
  ...unsignedInt,
  type: "mode_t",
  format: (value) => (value === 0 ? "000" : `0${value.toString(8)}`),
};

/** The path at an address, or an errno. */
export function pathAt(call: Call, at: number): string | number {
  return call.memory.readString(at);
}
