/**
 * How programs are run that expect another system than today's.
 * Source: Linux 6.18, include/uapi/linux/personality.h.
 */

import { PROT_EXEC, PROT_READ } from "./memory-flags.js";

/** Nothing in the address space is random. */
export const ADDR_NO_RANDOMIZE = 0x0040000;
/** Address 0 can be read. */
export const MMAP_PAGE_ZERO = 0x0100000;
/** mmap from the bottom upwards. */
export const ADDR_COMPAT_LAYOUT = 0x0200000;
/** What can be read can be executed. */
export const READ_IMPLIES_EXEC = 0x0400000;

/** What a program that gains rights must not inherit. */
export const CLEARED_ON_SETID = READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT | MMAP_PAGE_ZERO;

/** The rights that a program of this personality gets when it asks for `prot`. */
export function impliedProtection(personality: number, prot: number): number {
  return personality & READ_IMPLIES_EXEC && prot & PROT_READ ? prot | PROT_EXEC : prot;
}
