/**
 * The x87 unit's state in memory: the environment (FNSTENV), the whole unit (FNSAVE), and unit and vectors together
 * (FXSAVE).
 *
 *     32-bit environment    0 control   4 status   8 tags   12 FIP   16 FCS and opcode   20 FDP   24 FDS
 *     16-bit environment    0 control   2 status   4 tags    6 FIP    8 FCS              10 FDP   12 FDS
 *     FNSAVE                the environment, then ST(0)…ST(7) of 10 bytes each
 *     FXSAVE   0 control  2 status  4 abridged tags  6 opcode  8 FIP  16 FDP  24 MXCSR  28 its valid bits
 *              32 ST(0)…ST(7), 16 bytes each   160 XMM0…XMM15, 16 bytes each   416 not touched   512
 *
 * Source: Intel SDM Vol. 1 §8.1.10, §10.5.1, figures 8-9 to 8-12; Vol. 2A, FXSAVE.
 */
import type { Insn } from "../isa/insn.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import type { X87State } from "./x87-state.js";
import { STATUS, summarize } from "./x87-step.js";

/** Bits of the control word that exist, and the one that always reads 1. */
const CONTROL_BITS = 0x1f3f;
const CONTROL_ALWAYS = 0x40;
const MXCSR_BITS = 0xffffn;

const REGISTERS = 8;
const ST_SIZE = 10n;
const FX_ST = 32n;
const FX_XMM = 160n;
const FX_SIZE_USED = 416;

/** A new control word, and with it perhaps an exception that is no longer masked. */
export function setControl(x87: X87State, word: number): void {
  x87.control = (word & CONTROL_BITS) | CONTROL_ALWAYS;
  summarize(x87);
}

/** Memory from the operand's address on, byte offsets counted from there. */
class Area {
  private readonly base: bigint;

  constructor(
    private readonly cpu: Cpu,
    private readonly insn: Insn,
  ) {
    this.base = cpu.evaluator.address(insn);
  }

  get isAligned16(): boolean {
    return (this.cpu.evaluator.linear(this.base, this.insn.segment) & 15n) === 0n;
  }

  read(size: 16 | 32 | 64, offset: bigint): bigint {
    return this.cpu.evaluator.load(size, this.at(offset), this.insn.segment);
  }

  write(size: 16 | 32 | 64, offset: bigint, value: bigint): void {
    this.cpu.evaluator.store(size, this.at(offset), value, this.insn.segment);
  }

  /** Faults as writing `bytes` bytes would. */
  probe(bytes: number): void {
    this.cpu.mmu.probeWrite(this.cpu.evaluator.linear(this.base, this.insn.segment), bytes);
  }

  /** Faults as reading `bytes` bytes would. */
  probeRead(bytes: number): void {
    this.read(16, 0n);
    this.read(16, BigInt(bytes - 2));
  }

  private at(offset: bigint): bigint {
    return BigInt.asUintN(64, this.base + offset);
  }
}

/** 66 asks for the environment of 16-bit code. */
const unitOf = (insn: Insn): 16 | 32 => (insn.size === 16 ? 16 : 32);
const environmentSize = (insn: Insn): number => (unitOf(insn) === 16 ? 14 : 28);

/** FNSTENV: stores the environment and masks all exceptions. */
export function storeEnvironment(cpu: Cpu, insn: Insn): void {
  const area = new Area(cpu, insn);
  area.probe(environmentSize(insn));
  writeEnvironment(area, cpu.state.x87, unitOf(insn));
  setControl(cpu.state.x87, cpu.state.x87.control | STATUS.EXCEPTIONS);
}

/** FNSAVE: stores everything and starts afresh. */
export function saveUnit(cpu: Cpu, insn: Insn): void {
  const { x87 } = cpu.state;
  const area = new Area(cpu, insn);
  const start = BigInt(environmentSize(insn));
  area.probe(environmentSize(insn) + REGISTERS * Number(ST_SIZE));
  writeEnvironment(area, x87, unitOf(insn));
  for (let n = 0; n < REGISTERS; n++) {
    const bits = x87.read(n);
    area.write(64, start + BigInt(n) * ST_SIZE, BigInt.asUintN(64, bits));
    area.write(16, start + BigInt(n) * ST_SIZE + 8n, bits >> 64n);
  }
  x87.initialize();
}

/** FLDENV. */
export function loadEnvironment(cpu: Cpu, insn: Insn): void {
  const area = new Area(cpu, insn);
  area.probeRead(environmentSize(insn));
  readEnvironment(area, cpu.state.x87, unitOf(insn));
}

/** FRSTOR. */
export function restoreUnit(cpu: Cpu, insn: Insn): void {
  const { x87 } = cpu.state;
  const area = new Area(cpu, insn);
  const start = BigInt(environmentSize(insn));
  area.probeRead(environmentSize(insn) + REGISTERS * Number(ST_SIZE));
  const [top, tags] = readEnvironment(area, x87, unitOf(insn));
  for (let n = 0; n < REGISTERS; n++) {
    const at = start + BigInt(n) * ST_SIZE;
    x87.significands[(top + n) & 7] = area.read(64, at);
    x87.signExponents[(top + n) & 7] = Number(area.read(16, at + 8n));
  }
  x87.tagWord = tags;
}

/** Reserved halves of 32-bit fields are stored as ones. */
function writeEnvironment(area: Area, x87: X87State, unit: 16 | 32): void {
  const ones = unit === 32 ? 0xffff0000n : 0n;
  const opcode = unit === 32 ? BigInt(x87.lastOpcode) << 16n : 0n;
  const fields = [
    BigInt(x87.control) | ones,
    BigInt(x87.statusWord) | ones,
    BigInt(x87.tagWord) | ones,
    BigInt.asUintN(unit, x87.lastInstruction),
    opcode,
    BigInt.asUintN(unit, x87.lastData),
    ones,
  ];
  fields.forEach((field, n) => area.write(unit, BigInt((n * unit) >> 3), field));
}

function readEnvironment(area: Area, x87: X87State, unit: 16 | 32): [top: number, tags: number] {
  const field = (n: number): bigint => area.read(unit, BigInt((n * unit) >> 3));
  const word = (n: number): number => Number(field(n) & 0xffffn);
  x87.statusWord = word(1);
  setControl(x87, word(0));
  x87.tagWord = word(2);
  x87.lastInstruction = field(3);
  x87.lastOpcode = unit === 32 ? Number((field(4) >> 16n) & 0x7ffn) : 0;
  x87.lastData = field(5);
  return [x87.top, word(2)];
}

/**
 * FXSAVE and FXSAVE64, which differ in the width of the pointers. As on AMD's processors, one of which the machine says
 * it is, opcode and pointers are saved only while an exception is pending and are zeros otherwise (APM Vol. 5, FXSAVE).
 */
export function saveAll(cpu: Cpu, insn: Insn): void {
  const { x87, vectors } = cpu.state;
  const area = aligned(cpu, insn);
  area.probe(FX_SIZE_USED);
  area.write(16, 0n, BigInt(x87.control));
  area.write(16, 2n, BigInt(x87.statusWord));
  area.write(16, 4n, BigInt(x87.usedRegisters));
  const pending = (x87.statusWord & STATUS.SUMMARY) !== 0;
  area.write(16, 6n, pending ? BigInt(x87.lastOpcode) : 0n);
  const pointer = insn.size === 64 ? 64 : 32;
  area.write(64, 8n, pending ? BigInt.asUintN(pointer, x87.lastInstruction) : 0n);
  area.write(64, 16n, pending ? BigInt.asUintN(pointer, x87.lastData) : 0n);
  area.write(32, 24n, BigInt(cpu.system.mxcsr));
  area.write(32, 28n, MXCSR_BITS);
  for (let n = 0; n < REGISTERS; n++) {
    const bits = x87.read(n);
    area.write(64, FX_ST + BigInt(n * 16), BigInt.asUintN(64, bits));
    area.write(64, FX_ST + BigInt(n * 16 + 8), bits >> 64n);
  }
  vectors.forEach((half, n) => area.write(64, FX_XMM + BigInt(n * 8), half));
}

/** FXRSTOR and FXRSTOR64; a reserved bit of MXCSR is #GP(0). */
export function restoreAll(cpu: Cpu, insn: Insn): void {
  const { x87, vectors } = cpu.state;
  const area = aligned(cpu, insn);
  area.probeRead(FX_SIZE_USED);
  const mxcsr = area.read(32, 24n);
  if ((mxcsr & ~MXCSR_BITS) !== 0n)
    throw new GuestFault(VECTOR.GP, 0, undefined, "a reserved bit of MXCSR is set");
  cpu.system.mxcsr = Number(mxcsr);
  x87.statusWord = Number(area.read(16, 2n));
  setControl(x87, Number(area.read(16, 0n)));
  x87.lastOpcode = Number(area.read(16, 6n) & 0x7ffn);
  const pointer = insn.size === 64 ? 64 : 32;
  x87.lastInstruction = area.read(pointer, 8n);
  x87.lastData = area.read(pointer, 16n);
  for (let n = 0; n < REGISTERS; n++) {
    const register = (x87.top + n) & 7;
    x87.significands[register] = area.read(64, FX_ST + BigInt(n * 16));
    x87.signExponents[register] = Number(area.read(16, FX_ST + BigInt(n * 16 + 8)));
  }
  x87.usedRegisters = Number(area.read(16, 4n) & 0xffn);
  for (let n = 0; n < vectors.length; n++) vectors[n] = area.read(64, FX_XMM + BigInt(n * 8));
}

function aligned(cpu: Cpu, insn: Insn): Area {
  const area = new Area(cpu, insn);
  if (!area.isAligned16)
    throw new GuestFault(VECTOR.GP, 0, undefined, "the area must be aligned to 16 bytes");
  return area;
}
