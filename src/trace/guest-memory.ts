/** Reading the guest's memory by linear address without being noticed: no TLB entry, no accessed flag, no fault. */
import type { Cpu } from "../machine/cpu/cpu.js";
import { walk } from "../machine/memory/page-table.js";
import { READ } from "../machine/memory/tlb.js";

/**
 * The physical address of a linear one, as ring 0 would read it; undefined where nothing is mapped.
 * @param root physical address of the page tables to use; those of CR3 if not said
 */
export function physicalAddress(cpu: Cpu, linear: bigint, root?: number): number | undefined {
  const address = BigInt.asUintN(64, linear);
  const lo = Number(BigInt.asIntN(32, address));
  const hi = Number(BigInt.asIntN(32, address >> 32n));
  const top = hi >> 15;
  if (top !== 0 && top !== -1) return undefined;
  const mode = root === undefined ? cpu.mmu.mode : { ...cpu.mmu.mode, root };
  const found = walk(cpu.memory, mode, lo, hi, READ, false, true, false);
  return found.error < 0 && found.physical < cpu.memory.size ? found.physical : undefined;
}

/** Bytes from `linear` on; undefined where nothing is mapped. */
export function peekBytes(cpu: Cpu, linear: bigint, length: number, root?: number): (number | undefined)[] {
  const bytes: (number | undefined)[] = [];
  let physical: number | undefined;
  for (let n = 0; n < length; n++) {
    const address = linear + BigInt(n);
    physical =
      n === 0 || (address & 0xfffn) === 0n
        ? physicalAddress(cpu, address, root)
        : physical === undefined
          ? undefined
          : physical + 1;
    bytes.push(physical === undefined ? undefined : cpu.memory.read8(physical));
  }
  return bytes;
}

/** The bytes up to the first that is not mapped. */
export function peekMapped(cpu: Cpu, linear: bigint, length: number, root?: number): number[] {
  const bytes = peekBytes(cpu, linear, length, root);
  const end = bytes.indexOf(undefined);
  return bytes.slice(0, end < 0 ? length : end) as number[];
}

/** Eight bytes as a little-endian number, undefined when one of them is not mapped. */
export function peek64(cpu: Cpu, linear: bigint): bigint | undefined {
  const bytes = peekMapped(cpu, linear, 8);
  return bytes.length === 8 ? bytes.reduceRight((n, byte) => (n << 8n) | BigInt(byte), 0n) : undefined;
}

/** Writes bytes as ring 0 could if no page were read-only. Returns false, and writes nothing, where one is not mapped. */
export function pokeBytes(cpu: Cpu, linear: bigint, bytes: readonly number[]): boolean {
  const places = bytes.map((_, n) => physicalAddress(cpu, linear + BigInt(n)));
  if (places.includes(undefined)) return false;
  places.forEach((place, n) => {
    cpu.memory.write8(place as number, bytes[n] as number);
  });
  return true;
}
