/** Switching the PC on: the firmware in its place and the processor at reset. */
import type { Machine } from "../machine/machine.js";
import { assemble } from "../toolchain/assembler/assemble.js";
import { ROM_OFFSET, ROM_SEGMENT, ROM_SOURCE } from "./rom-source.js";

let assembled: Uint8Array | undefined;

/** The firmware's bytes, from `ROM_SEGMENT`:`ROM_OFFSET` to the end of the segment. */
export function romImage(): Uint8Array {
  assembled ??= assembleRom();
  return assembled;
}

function assembleRom(): Uint8Array {
  const result = assemble(ROM_SOURCE, { base: BigInt(ROM_OFFSET) });
  if (!result.ok) {
    const problem = result.errors[0];
    throw new Error(`the firmware does not assemble: line ${problem?.line}: ${problem?.reason}`);
  }
  return result.sections[0]!.bytes;
}

/**
 * Puts the firmware below 1 MiB and resets the processor, which then executes it: it loads the disk's first sector and
 * jumps there. The machine needs at least 1 MiB of RAM, which keeps the firmware, too: it is not protected from writing.
 */
export function powerOn(machine: Machine): void {
  machine.memory.writeBytes(ROM_SEGMENT * 16 + ROM_OFFSET, romImage());
  machine.reset();
}
