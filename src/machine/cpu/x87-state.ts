/**
 * The x87 unit's registers, which MMX shares: a ring of eight, of which TOP names the one that is ST(0).
 * Source: Intel SDM Vol. 1 §8.1. Leaves out: the selectors of the last instruction and operand, which newer
 * processors store as 0 (CPUID.7.EBX[13]).
 *
 *     physical register   79     78..64     63..0
 *                         sign   exponent   significand        ST(i) is register (top + i) mod 8
 */

import { LINEAR, type LinearMemory } from "../memory/linear-memory.js";

/** The tag of an empty register. */
const EMPTY = 3;

/** Where in linear memory the parts lie, from its begin on. Significands and sign-exponents have a ninth place for an operand. */
export const X87_AT = {
  SIGNIFICANDS: LINEAR.X87,
  SIGN_EXPONENTS: LINEAR.X87 + 0x48,
  TOP: LINEAR.X87 + 0x60,
  CONTROL: LINEAR.X87 + 0x64,
  STATUS: LINEAR.X87 + 0x68,
  TAGS: LINEAR.X87 + 0x6c,
  LAST_OPCODE: LINEAR.X87 + 0x70,
  LAST_INSTRUCTION: LINEAR.X87 + 0x78,
  LAST_DATA: LINEAR.X87 + 0x80,
} as const;
const BYTES = 0x88;

export class X87State {
  readonly significands: BigUint64Array;
  /** Sign in bit 15, exponent below. */
  readonly signExponents: Uint16Array;
  private readonly words: Int32Array;
  private readonly pointers: BigUint64Array;

  /** @param linear where the unit shall live; without it it gets memory of its own */
  constructor(linear?: LinearMemory) {
    const buffer = linear?.buffer ?? new ArrayBuffer(BYTES);
    const begin = linear ? 0 : -LINEAR.X87;
    this.significands = new BigUint64Array(buffer, begin + X87_AT.SIGNIFICANDS, 8);
    this.signExponents = new Uint16Array(buffer, begin + X87_AT.SIGN_EXPONENTS, 8);
    this.words = new Int32Array(buffer, begin + X87_AT.TOP, 5);
    this.pointers = new BigUint64Array(buffer, begin + X87_AT.LAST_INSTRUCTION, 2);
    this.initialize();
  }

  /** Number of the register that is ST(0). */
  get top(): number {
    return this.words[0]!;
  }

  set top(register: number) {
    this.words[0] = register;
  }

  get control(): number {
    return this.words[1]!;
  }

  set control(word: number) {
    this.words[1] = word;
  }

  /** Status word without TOP (bits 13:11). */
  get status(): number {
    return this.words[2]!;
  }

  set status(word: number) {
    this.words[2] = word;
  }

  /** Two bits a physical register: 0 only if it holds a normal number, 1 only if zero, 2 anything, 3 empty. `tagWord` is exact. */
  get tags(): number {
    return this.words[3]!;
  }

  set tags(word: number) {
    this.words[3] = word;
  }

  get lastOpcode(): number {
    return this.words[4]!;
  }

  set lastOpcode(opcode: number) {
    this.words[4] = opcode;
  }

  get lastInstruction(): bigint {
    return this.pointers[0]!;
  }

  set lastInstruction(address: bigint) {
    this.pointers[0] = address;
  }

  get lastData(): bigint {
    return this.pointers[1]!;
  }

  set lastData(address: bigint) {
    this.pointers[1] = address;
  }

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
