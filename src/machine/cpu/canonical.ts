/**
 * Canonical addresses: their upper bits are copies of the highest one that is translated.
 * Source: Intel SDM Vol. 1 §3.3.7.1, Vol. 3A §4.5.3. That registers take 57 bits whatever CR4.LA57 says was found out by
 * asking processors: Linux, arch/x86/kvm/mmu.h.
 */

/** Bits of a linear address, as CPUID tells them: with five levels of paging. */
export const LINEAR_BITS = 57;

/** All bits from `bits` - 1 on are equal. */
export function isCanonical(address: bigint, bits: number): boolean {
  return BigInt.asUintN(64, BigInt.asIntN(bits, address)) === address;
}

/** What base addresses in registers, of segments, tables and MSRs, may be: five levels might be used one day. */
export function isCanonicalBase(address: bigint): boolean {
  return isCanonical(address, LINEAR_BITS);
}
