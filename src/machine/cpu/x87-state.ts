/**
 * The x87 unit's registers, which MMX shares: a ring of eight, of which TOP names the one that is ST(0).
 * Source: Intel SDM Vol. 1 §8.1. Leaves out: the selectors of the last instruction and operand, which newer
 * processors store as 0 (CPUID.7.EBX[13]).
 *
 *     physical register   79     78..64     63..0
 *                         sign   exponent   significand        ST(i) is register (top + i) mod 8
 */

/** The tag of an empty register. */
const EMPTY = 3;

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

  /** As FNINIT leaves it: the numbers stay where they are, but no register counts as used. */
  initialize(): void {
    this.top = 0;
    this.control = 0x37f;
    this.status = 0;
    this.tags = 0xffff;
    this.lastOpcode = 0;
    this.lastInstruction = this.lastData = 0n;
  }

  /** ST(i) as a pattern of 80 bits, whether or not it is empty. */
  read(i: number): bigint {
    const register = (this.top + i) & 7;
    return (BigInt(this.signExponents[register]!) << 64n) | this.significands[register]!;
  }

  /** Fills ST(i). */
  write(i: number, bits: bigint): void {
    const register = (this.top + i) & 7;
    this.significands[register] = bits & 0xffffffffffffffffn;
    this.signExponents[register] = Number(bits >> 64n);
    this.setTag(register, this.classify(register));
  }

  isEmpty(i: number): boolean {
    return ((this.tags >> (((this.top + i) & 7) * 2)) & 3) === EMPTY;
  }

  /** Marks ST(i) empty. */
  free(i: number): void {
    this.setTag((this.top + i) & 7, EMPTY);
  }

  push(bits: bigint): void {
    this.top = (this.top - 1) & 7;
    this.write(0, bits);
  }

  pop(): void {
    this.free(0);
    this.top = (this.top + 1) & 7;
  }

  /** The status word as a program sees it, with TOP. */
  get statusWord(): number {
    return this.status | (this.top << 11);
  }

  set statusWord(word: number) {
    this.top = (word >> 11) & 7;
    this.status = word & ~0x3800;
  }

  /** The tag word with every used register's tag as its content demands. */
  get tagWord(): number {
    let word = 0;
    for (let n = 7; n >= 0; n--) word = (word << 2) | (this.isUsed(n) ? this.classify(n) : EMPTY);
    return word;
  }

  /** Of a tag word that is loaded, only used or empty counts. */
  set tagWord(word: number) {
    let used = 0;
    for (let n = 0; n < 8; n++) if (((word >> (2 * n)) & 3) !== EMPTY) used |= 1 << n;
    this.usedRegisters = used;
  }

  /** The abridged tag byte of FXSAVE: bit n is set when physical register n is used. */
  get usedRegisters(): number {
    let used = 0;
    for (let n = 0; n < 8; n++) if (this.isUsed(n)) used |= 1 << n;
    return used;
  }

  set usedRegisters(used: number) {
    for (let n = 0; n < 8; n++) this.setTag(n, (used >> n) & 1 ? this.classify(n) : EMPTY);
  }

  private isUsed(register: number): boolean {
    return ((this.tags >> (register * 2)) & 3) !== EMPTY;
  }

  private setTag(register: number, tag: number): void {
    this.tags = (this.tags & ~(3 << (register * 2))) | (tag << (register * 2));
  }

  /** The tag that a physical register's content demands. Source: SDM Vol. 1 §8.1.7. */
  private classify(register: number): number {
    const exponent = this.signExponents[register]! & 0x7fff;
    const significand = this.significands[register]!;
    if (exponent === 0) return significand === 0n ? 1 : 2;
    return exponent === 0x7fff || significand >> 63n === 0n ? 2 : 0;
  }
}
