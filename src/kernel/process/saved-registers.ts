/**
 * The registers of a program that is in the kernel: `pt_regs` on its kernel stack, in guest memory, where the entry
 * stubs pushed them and from where the way back pops them. Reading and writing go through to the guest's bytes.
 */
import type { PhysicalMemory } from "../../machine/memory/physical-memory.js";
import { PT_REGS, type PtRegsField } from "../abi/pt-regs.js";

const OFFSETS = Object.fromEntries(PT_REGS.fields.map(({ name, offset }) => [name, offset])) as Record<
  PtRegsField,
  number
>;

export class SavedRegisters {
  /** @param at physical address of `r15` */
  constructor(
    private readonly memory: PhysicalMemory,
    readonly at: number,
  ) {}

  get(field: PtRegsField): bigint {
    return this.memory.read64(this.at + OFFSETS[field]);
  }

  /** The low half as an unsigned number. */
  low(field: PtRegsField): number {
    return this.memory.read32(this.at + OFFSETS[field]);
  }

  set(field: PtRegsField, value: bigint): void {
    this.memory.write64(this.at + OFFSETS[field], BigInt.asUintN(64, value));
  }

  /** What the call answers: a small number, or all bits. */
  setResult(result: number | bigint): void {
    const at = this.at + OFFSETS.rax;
    if (typeof result === "bigint" || !Number.isSafeInteger(result)) this.set("rax", BigInt(result));
    else {
      this.memory.write32(at, result);
      this.memory.write32(at + 4, Math.floor(result / 2 ** 32));
    }
  }

  /** True when the interrupted code ran in ring 3. */
  get fromUser(): boolean {
    return (this.get("cs") & 3n) === 3n;
  }

  /** All registers by name, for views. */
  toObject(): Record<PtRegsField, bigint> {
    const entries = PT_REGS.fields.map((field) => [field.name, this.get(field.name as PtRegsField)]);
    return Object.fromEntries(entries) as Record<PtRegsField, bigint>;
  }
}
