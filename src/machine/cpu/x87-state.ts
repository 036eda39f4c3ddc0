/**
 * The x87 unit's registers, which MMX shares. Source: Intel SDM Vol. 1 §8.1.
 *
 *     physical register   79     78..64     63..0
 *                         sign   exponent   significand        ST(i) is register (top + i) mod 8
 */
export class X87State {
  readonly significands = new BigUint64Array(8);
  /** Sign in bit 15, exponent below. */
  readonly signExponents = new Uint16Array(8);
  /** Number of the register that is ST(0). */
  top = 0;
  control = 0x37f;
  /** Status word without TOP (bits 13:11). */
  status = 0;
  /** Two bits a physical register: 0 valid, 1 zero, 2 special, 3 empty. */
  tags = 0xffff;
  lastOpcode = 0;
  lastInstruction = 0n;
  lastData = 0n;

  copyFrom(other: X87State): void {
    this.significands.set(other.significands);
    this.signExponents.set(other.signExponents);
    this.top = other.top;
    this.control = other.control;
    this.status = other.status;
    this.tags = other.tags;
    this.lastOpcode = other.lastOpcode;
    this.lastInstruction = other.lastInstruction;
    this.lastData = other.lastData;
  }
}
