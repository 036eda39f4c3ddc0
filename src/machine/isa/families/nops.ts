/**
 * Instructions whose effect the machine cannot show: hints, fences, and the opcodes kept for ever invalid.
 * There is no cache and memory is always in order, so that fences and prefetches only take their step of time.
 * Source: Intel SDM Vol. 2, entries named below; reserved hint opcodes 0F 19..1F: Vol. 2B, NOP.
 */
import type { Instruction, Semantics } from "../instruction.js";
import { entry, hexByte } from "./entry.js";

const INVALID_OPCODE = 6;

const nothing: Semantics = () => {};

/** Faults as a load would: the line must be mapped. */
const flushLine: Semantics = (o, i) => {
  o.load(8, o.address(i), i.segment);
};

const invalid: Semantics = (o) => o.raise(INVALID_OPCODE);

const prefetch = (name: string, form: string): Instruction =>
  entry(name, "Hints that a cache line will be needed.", "", [form], nothing, {
    manual: "SDM Vol. 2B, PREFETCHh",
  });

/** The low three bits of a fence's ModRM byte mean nothing. */
function fenceForms(modrm: number): string[] {
  return Array.from({ length: 8 }, (_, n) => `NP 0F AE ${hexByte(modrm + n)}`);
}

export const NOPS: readonly Instruction[] = [
  prefetch("prefetchnta", "0F 18 /0 | m8"),
  prefetch("prefetcht0", "0F 18 /1 | m8"),
  prefetch("prefetcht1", "0F 18 /2 | m8"),
  prefetch("prefetcht2", "0F 18 /3 | m8"),
  prefetch("prefetch", "0F 0D /0 | m8"),
  prefetch("prefetchw", "0F 0D /1 | m8"),
  entry(
    "endbr64",
    "Marks a place where an indirect branch may land; does nothing.",
    "",
    ["F3 0F 1E FA"],
    nothing,
  ),
  entry("pause", "Hints that a loop is waiting; does nothing.", "", ["F3 90 | | rexb0"], nothing),
  entry(
    "nop",
    "Does nothing.",
    "",
    [
      "90 | | rexb0",
      "0F 1F /r | r/mv",
      ...[0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x0d].map((op) => `0F ${hexByte(op)} /r | r/mv`),
    ],
    nothing,
  ),
  entry("lfence", "Waits until all earlier loads are done.", "", fenceForms(0xe8), nothing),
  entry("mfence", "Waits until all earlier loads and stores are done.", "", fenceForms(0xf0), nothing),
  entry("sfence", "Waits until all earlier stores are done.", "", fenceForms(0xf8), nothing),
  entry("clflush", "Writes a cache line back to memory.", "", ["NP 0F AE /7 | m8"], flushLine),
  entry("ud2", "Raises #UD: an invalid opcode on purpose.", "", ["0F 0B"], invalid, {
    manual: "SDM Vol. 2B, UD",
  }),
  entry("ud1", "Raises #UD: an invalid opcode on purpose.", "", ["0F B9 /r | rv, r/mv"], invalid, {
    manual: "SDM Vol. 2B, UD",
  }),
  entry("ud0", "Raises #UD: an invalid opcode on purpose.", "", ["0F FF /r | rv, r/mv"], invalid, {
    manual: "SDM Vol. 2B, UD",
  }),
];
