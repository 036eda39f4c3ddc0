/**
 * MM0..7: the significands of the x87 unit's physical registers.
 * Source: Intel SDM Vol. 1 §9.2.2, §9.6.2; Vol. 3A §12.2 (effects on the x87 state).
 */
import type { X87State } from "./x87-state.js";

const EXCEPTIONS = 0x3f;
/** Every register in use, with whatever it holds. */
const ALL_IN_USE = 0xaaaa;
const ALL_EMPTY = 0xffff;
/** What sign and exponent hold after a write to an MMX register: no number. */
const NOT_A_NUMBER = 0xffff;

export class MmxRegisters {
  constructor(private readonly x87: X87State) {}

  /** An unmasked x87 exception waits to be reported. */
  get exceptionPending(): boolean {
    return (this.x87.status & ~this.x87.control & EXCEPTIONS) !== 0;
  }

  read(register: number): bigint {
    return this.x87.significands[register]!;
  }

  write(register: number, v: bigint): void {
    this.enter();
    this.x87.significands[register] = v;
    this.x87.signExponents[register] = NOT_A_NUMBER;
  }

  /** What every MMX instruction but EMMS does: TOP becomes 0 and all registers count as valid. */
  enter(): void {
    this.x87.top = 0;
    this.x87.tags = ALL_IN_USE;
  }

  empty(): void {
    this.x87.top = 0;
    this.x87.tags = ALL_EMPTY;
  }
}
