/**
 * What to say of bytes that are no instruction here: #UD, or #GP(0) where they are too long, with a reason for a human.
 * Source: Intel SDM Vol. 2A §2.3.11 (length), Vol. 2D appendix A (opcode maps).
 */
import type { DecodeFailure } from "../isa/decoder.js";
import { GuestFault, VECTOR } from "./guest-fault.js";

/** Encodings that exist on other processors, or in modes that this one lacks, by how they begin. */
const KNOWN: readonly (readonly [start: readonly number[], why: string])[] = [
  [[0x0f, 0x07], "SYSRET without REX.W returns to 32-bit code, which this machine lacks"],
  [[0x0f, 0x34], "SYSENTER is not announced by CPUID"],
  [[0x0f, 0x35], "SYSEXIT is not announced by CPUID"],
  [[0x0f, 0x01, 0xc8], "MONITOR is not announced by CPUID"],
  [[0x0f, 0x01, 0xc9], "MWAIT is not announced by CPUID"],
  [[0x0f, 0x01, 0xd0], "XGETBV: there is no AVX state, as CPUID says"],
  [[0xc4], "VEX instructions (AVX) are not announced by CPUID"],
  [[0xc5], "VEX instructions (AVX) are not announced by CPUID"],
  [[0x62], "EVEX instructions (AVX-512) are not announced by CPUID"],
];

/** Raises what the processor raises for `bytes`, which begin with the instruction. */
export function undecodable(failure: DecodeFailure, bytes: Uint8Array): never {
  if (failure === "too-long")
    throw new GuestFault(VECTOR.GP, 0, undefined, "an instruction of more than 15 bytes");
  const shown = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const known = KNOWN.find(([start]) => start.every((byte, n) => bytes[n] === byte));
  const detail =
    failure === "lock"
      ? "LOCK where it is not allowed"
      : (known?.[1] ?? "this machine has no such instruction");
  throw new GuestFault(VECTOR.UD, undefined, undefined, `${detail}: ${shown} …`);
}
