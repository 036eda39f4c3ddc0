/** Control, debug and model-specific registers, CPUID, time, caches. Source: Intel SDM Vol. 2, entries named below; Vol. 3A §2.5. */

import { isCanonicalBase } from "../../cpu/canonical.js";
import { writeCr0, writeCr3, writeCr4 } from "../../cpu/control-registers.js";
import type { Cpu } from "../../cpu/cpu.js";
import { cpuid } from "../../cpu/cpuid.js";
import { GuestFault, VECTOR } from "../../cpu/guest-fault.js";
import { modelRegister } from "../../cpu/model-registers.js";
import { requireRing0, requireTableRead } from "../../cpu/privilege.js";
import { CR0, CR4, DR6, DR7_GD } from "../../cpu/state.js";
import type { Insn } from "../insn.js";
import type { Instruction } from "../instruction.js";
import { readOperand, write } from "../operands.js";
import { RAX, RBX, RCX, RDX } from "../registers.js";
import { entry, withExamples } from "./entry.js";

const refuse = (detail: string): never => {
  throw new GuestFault(VECTOR.GP, 0, undefined, detail);
};
const undefinedInstruction = (detail: string): never => {
  throw new GuestFault(VECTOR.UD, undefined, undefined, detail);
};

function writeControl(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "MOV to a control register");
  const value = readOperand(cpu.evaluator, i, i.operands[1]!);
  const { register } = i.operands[0]!;
  if (register === 0) writeCr0(cpu, value);
  else if (register === 2) cpu.system.cr2 = value;
  else if (register === 3) writeCr3(cpu, value);
  else if (register === 4) writeCr4(cpu, value);
  else if (register === 8) {
    if (value > 15n) refuse("CR8 has four bits");
    cpu.system.cr8 = value;
  } else undefinedInstruction(`there is no CR${register}`);
}

function readControl(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "MOV from a control register");
  const { cr0, cr2, cr3, cr4, cr8 } = cpu.system;
  const { register } = i.operands[1]!;
  const value = { 0: cr0, 2: cr2, 3: cr3, 4: cr4, 8: cr8 }[register];
  write(cpu.evaluator, i, 0, value ?? undefinedInstruction(`there is no CR${register}`));
}

/** DR4 and DR5 are other names of DR6 and DR7 unless CR4.DE forbids them. */
function debugNumber(cpu: Cpu, register: number): number {
  if (register > 7 || ((register === 4 || register === 5) && (cpu.system.cr4 & CR4.DE) !== 0n))
    return undefinedInstruction(`there is no DR${register}`);
  return register === 4 || register === 5 ? register + 2 : register;
}

/** DR7.GD: #DB instead of an access, so that a debugger keeps the registers for itself. */
function detectAccess(cpu: Cpu): void {
  const { dr } = cpu.system;
  if ((dr[7]! & DR7_GD) === 0n) return;
  dr[6] = dr[6]! | DR6.BD;
  throw new GuestFault(VECTOR.DB, undefined, undefined, "DR7.GD guards the debug registers");
}

function writeDebug(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "MOV to a debug register");
  const value = readOperand(cpu.evaluator, i, i.operands[1]!);
  const number = debugNumber(cpu, i.operands[0]!.register);
  detectAccess(cpu);
  if (number >= 6 && value >> 32n !== 0n) refuse("bits 63:32 of DR6 and DR7 are reserved");
  cpu.system.dr[number] =
    number === 6 ? (value & 0x1e00fn) | 0xffff0ff0n : number === 7 ? value | 0x400n : value;
  cpu.debugChanged();
}

function readDebug(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "MOV from a debug register");
  const number = debugNumber(cpu, i.operands[1]!.register);
  detectAccess(cpu);
  write(cpu.evaluator, i, 0, cpu.system.dr[number]!);
}

function clearTaskSwitched(cpu: Cpu): void {
  requireRing0(cpu, "CLTS");
  cpu.system.cr0 &= ~CR0.TS;
  cpu.evaluator.unitsChanged(cpu.system.cr0, cpu.system.cr4);
}

const pair = (value: bigint): [low: bigint, high: bigint] => [value & 0xffffffffn, value >> 32n];

function setPair(cpu: Cpu, value: bigint): void {
  [cpu.state.general[RAX], cpu.state.general[RDX]] = pair(value);
}

function readModel(cpu: Cpu): void {
  requireRing0(cpu, "RDMSR");
  setPair(cpu, modelRegister(Number(cpu.evaluator.get(RCX, 32))).read(cpu));
}

function writeModel(cpu: Cpu): void {
  requireRing0(cpu, "WRMSR");
  const value = (cpu.evaluator.get(RDX, 32) << 32n) | cpu.evaluator.get(RAX, 32);
  modelRegister(Number(cpu.evaluator.get(RCX, 32))).write(cpu, value);
}

function readTimeStamp(cpu: Cpu, withAux: boolean): void {
  if (cpu.system.cpl !== 0 && (cpu.system.cr4 & CR4.TSD) !== 0n) refuse("RDTSC is for ring 0 only (CR4.TSD)");
  setPair(cpu, cpu.timeStamp);
  if (withAux) cpu.state.general[RCX] = cpu.system.tscAux;
}

function identify(cpu: Cpu): void {
  const result = cpuid(Number(cpu.evaluator.get(RAX, 32)), Number(cpu.evaluator.get(RCX, 32)));
  [RAX, RBX, RCX, RDX].forEach((register, n) => {
    cpu.state.general[register] = BigInt(result[n]!);
  });
}

function invalidate(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "INVLPG");
  cpu.invalidatePage(cpu.evaluator.linear(cpu.evaluator.address(i), i.segment));
}

/** What INVPCID's register operand asks for. */
const INVPCID = { ADDRESS: 0n, SPACE: 1n, ALL: 2n, ALL_BUT_GLOBAL: 3n } as const;

function invalidateSpace(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "INVPCID");
  const kind = cpu.evaluator.get(i.operands[0]!.register, 64);
  if (kind > INVPCID.ALL_BUT_GLOBAL) refuse(`INVPCID has no type ${kind}`);
  const at = cpu.evaluator.linear(cpu.evaluator.address(i), i.segment);
  const space = cpu.mmu.read64(at);
  const address = cpu.mmu.read64(BigInt.asUintN(64, at + 8n));
  if (space >> 12n !== 0n) refuse("bits 63:12 of INVPCID's descriptor are reserved");
  const one = kind === INVPCID.ADDRESS || kind === INVPCID.SPACE;
  if (one && space !== 0n && (cpu.system.cr4 & CR4.PCIDE) === 0n)
    refuse("without CR4.PCIDE there is only PCID 0");
  if (kind === INVPCID.ADDRESS && !isCanonicalBase(address)) refuse("INVPCID's address is not canonical");
  const { tlb } = cpu.mmu;
  if (kind === INVPCID.ALL) tlb.flush();
  else if (kind === INVPCID.ALL_BUT_GLOBAL) tlb.flushSpaces();
  else if (kind === INVPCID.SPACE) tlb.flushSpace(Number(space));
  else
    tlb.invalidateIn(
      Number(space),
      Number(BigInt.asIntN(32, address)),
      Number(BigInt.asIntN(32, address >> 32n)),
    );
  cpu.translationsChanged();
}

function machineStatus(cpu: Cpu, i: Insn): void {
  requireTableRead(cpu);
  const size = i.operands[0]!.size;
  write(cpu.evaluator, i, 0, BigInt.asUintN(size, cpu.system.cr0));
}

/** LMSW can set PE, MP, EM and TS, and clear the last three. */
function loadMachineStatus(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "LMSW");
  const value = readOperand(cpu.evaluator, i, i.operands[0]!);
  writeCr0(cpu, (cpu.system.cr0 & ~0xen) | (value & 0xfn));
}

const EXAMPLES: Readonly<Record<string, string>> = {
  "0F 22 /r | cr, rm:r64": `
    mov eax, 0x1234
    mov cr2, rax
  `,
  lmsw: `
    mov eax, 0xb
    lmsw ax
  `,
  invpcid: `
    mov eax, 2
    invpcid rax, [rip + nothing]
    .data
    nothing: .quad 0, 0
  `,
  rdmsr: `
    mov ecx, 0xc0000080
    rdmsr
  `,
  wrmsr: `
    mov ecx, 0xc0000103
    mov eax, 5
    xor edx, edx
    wrmsr
  `,
  cpuid: `
    mov eax, 0x80000002
    cpuid
  `,
};

export const SYSTEM_REGISTERS: readonly Instruction[] = withExamples(EXAMPLES, [
  entry("mov", "Loads a control register.", "", ["0F 22 /r | cr, rm:r64"], (o) => o.assist(writeControl), {
    manual: "SDM Vol. 2B, MOV—Move to/from Control Registers",
  }),
  entry("mov", "Reads a control register.", "", ["0F 20 /r | rm:r64, cr"], (o) => o.assist(readControl), {
    manual: "SDM Vol. 2B, MOV—Move to/from Control Registers",
  }),
  entry("mov", "Loads a debug register.", "", ["0F 23 /r | dr, rm:r64"], (o) => o.assist(writeDebug), {
    manual: "SDM Vol. 2B, MOV—Move to/from Debug Registers",
  }),
  entry("mov", "Reads a debug register.", "", ["0F 21 /r | rm:r64, dr"], (o) => o.assist(readDebug), {
    manual: "SDM Vol. 2B, MOV—Move to/from Debug Registers",
  }),
  entry("clts", "Clears CR0.TS.", "", ["0F 06"], (o) => o.assist(clearTaskSwitched)),
  entry("smsw", "Stores the low part of CR0.", "", ["0F 01 /4 | rm:rv", "0F 01 /4 | m16"], (o) =>
    o.assist(machineStatus),
  ),
  entry("lmsw", "Loads the low four bits of CR0.", "", ["0F 01 /6 | r/m16"], (o) =>
    o.assist(loadMachineStatus),
  ),
  entry("invlpg", "Forgets the translation of one page.", "", ["0F 01 /7 | m"], (o) => o.assist(invalidate)),
  entry(
    "invpcid",
    "Forgets translations: of one page or all of an address space, of all spaces, with or without global ones.",
    "",
    ["66 0F 38 82 /r | r64, m"],
    (o) => o.assist(invalidateSpace),
  ),
  entry("wbinvd", "Writes back and empties the caches, which do not exist here.", "", ["0F 09"], (o) =>
    o.assist((cpu) => requireRing0(cpu, "WBINVD")),
  ),
  entry("invd", "Empties the caches, which do not exist here.", "", ["0F 08"], (o) =>
    o.assist((cpu) => requireRing0(cpu, "INVD")),
  ),
  entry("rdmsr", "Reads the model-specific register in ECX.", "", ["0F 32"], (o) => o.assist(readModel)),
  entry("wrmsr", "Writes the model-specific register in ECX.", "", ["0F 30"], (o) => o.assist(writeModel)),
  entry("rdtsc", "Reads the time-stamp counter.", "", ["0F 31"], (o) =>
    o.assist((cpu) => readTimeStamp(cpu, false)),
  ),
  entry("rdtscp", "Reads the time-stamp counter and IA32_TSC_AUX.", "", ["0F 01 F9"], (o) =>
    o.assist((cpu) => readTimeStamp(cpu, true)),
  ),
  entry("rdpmc", "Reads a performance counter, of which there are none.", "", ["0F 33"], (o) =>
    o.assist(() => refuse("there are no performance counters")),
  ),
  entry("cpuid", "Tells what the processor is and can.", "", ["0F A2"], (o) => o.assist(identify)),
]);
