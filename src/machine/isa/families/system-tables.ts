/** Descriptor tables and segment registers. Source: Intel SDM Vol. 2, entries named below. */

import { isCanonicalBase } from "../../cpu/canonical.js";
import type { Cpu } from "../../cpu/cpu.js";
import { GuestFault, VECTOR } from "../../cpu/guest-fault.js";
import { requireRing0, requireTableRead } from "../../cpu/privilege.js";
import { loadSegment, readDescriptor, segmentOf } from "../../cpu/segments.js";
import type { Segment } from "../../cpu/state.js";
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { drop, peek, read, readOperand, write } from "../operands.js";
import { CS, RSP, type Size, SS } from "../registers.js";
import { entry, withExamples } from "./entry.js";

/** Bits of a table's base: 64 in 64-bit mode; elsewhere 32, of which operands of 16 bits use 24. */
const baseSize = ({ codeSize }: Insn): 32 | 64 => (codeSize === 64 ? 64 : 32);

/** LGDT and LIDT read a limit of 16 bits and a base. */
function loadTable(cpu: Cpu, i: Insn, which: "gdtr" | "idtr"): void {
  requireRing0(cpu, which === "gdtr" ? "LGDT" : "LIDT");
  const address = cpu.evaluator.address(i);
  const limit = Number(cpu.evaluator.load(16, address, i.segment));
  const stored = cpu.evaluator.load(baseSize(i), BigInt.asUintN(64, address + 2n), i.segment);
  const base = i.codeSize !== 64 && i.size === 16 ? stored & 0xffffffn : stored;
  if (!isCanonicalBase(base))
    throw new GuestFault(VECTOR.GP, 0, undefined, "the table's base is not canonical");
  cpu.system[which] = { base, limit };
}

function storeTable(cpu: Cpu, i: Insn, which: "gdtr" | "idtr"): void {
  requireTableRead(cpu);
  const address = cpu.evaluator.address(i);
  const { base, limit } = cpu.system[which];
  cpu.evaluator.probeWrite(16 + baseSize(i), address, i.segment);
  cpu.evaluator.store(16, address, BigInt(limit), i.segment);
  cpu.evaluator.store(baseSize(i), BigInt.asUintN(64, address + 2n), base, i.segment);
}

const AVAILABLE_TSS = 9;
const BUSY_BIT = 2n << 40n;
const LDT = 2;

/** A system descriptor from the GDT: of 16 bytes in long mode, else of 8. */
function systemSegment(
  cpu: Cpu,
  selector: number,
  type: number,
): { segment: Segment; low: bigint; at: bigint } {
  const error = selector & 0xfffc;
  const refuse = (detail: string): never => {
    throw new GuestFault(VECTOR.GP, error, undefined, detail);
  };
  if ((selector & 4) !== 0) refuse("the descriptor must be in the GDT");
  const bytes = cpu.isLong ? 16 : 8;
  if ((selector & 0xfff8) + bytes - 1 > cpu.system.gdtr.limit)
    refuse(`its ${bytes} bytes reach beyond the GDT`);
  const low = readDescriptor(cpu, selector);
  const at = cpu.system.gdtr.base + BigInt(selector & 0xfff8);
  const high = cpu.isLong ? cpu.mmu.readSystem(at + 8n, 8) : 0n;
  const segment = segmentOf(selector, low);
  segment.base |= (high & 0xffffffffn) << 32n;
  if ((segment.attributes & 0x1f) !== type) refuse("the descriptor is of another type");
  if ((segment.attributes & 0x80) === 0)
    throw new GuestFault(VECTOR.NP, error, undefined, "the descriptor is not present");
  return { segment, low, at };
}

function loadTaskRegister(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "LTR");
  const selector = Number(readOperand(cpu.evaluator, i, i.operands[0]!));
  if ((selector & 0xfffc) === 0) throw new GuestFault(VECTOR.GP, 0, undefined, "a null TSS");
  const { segment, low, at } = systemSegment(cpu, selector, AVAILABLE_TSS);
  cpu.mmu.writeSystem(at, 8, low | BUSY_BIT);
  cpu.system.tr = segment;
}

function loadLocalTable(cpu: Cpu, i: Insn): void {
  requireRing0(cpu, "LLDT");
  const selector = Number(readOperand(cpu.evaluator, i, i.operands[0]!));
  const none = { selector, base: 0n, limit: 0, attributes: 0 };
  cpu.system.ldtr = (selector & 0xfffc) === 0 ? none : systemSegment(cpu, selector, LDT).segment;
}

/** STR and SLDT: memory takes 16 bits, a register is zero-extended to its size. */
function storeSelector(cpu: Cpu, i: Insn, selector: number): void {
  requireTableRead(cpu);
  write(cpu.evaluator, i, 0, BigInt(selector));
}

function moveToSegment(cpu: Cpu, i: Insn): void {
  const register = i.operands[0]!.register;
  if (register === CS) throw new GuestFault(VECTOR.UD, undefined, undefined, "MOV cannot load CS");
  loadSegment(cpu, register, Number(readOperand(cpu.evaluator, i, i.operands[1]!) & 0xffffn));
  if (register === SS) cpu.shadowInterrupts(true);
}

const popSegment: Semantics = (o, i) => {
  const size = i.size as Size;
  const selector = peek(o, size);
  void selector;
  o.assist((cpu) => {
    const { register } = i.operands[0]!;
    loadSegment(cpu, register, Number(cpu.evaluator.load(16, cpu.evaluator.get(RSP, 64), SS)));
    if (register === SS) cpu.shadowInterrupts(true);
  });
  drop(o, size);
};

const EXAMPLES: Readonly<Record<string, string>> = {
  lgdt: `
    sgdt [rip + first]
    lgdt [rip + first]
  `,
  lidt: `
    mov word ptr [rip + first], 0xfff
    lidt [rip + first]
  `,
  ltr: `
    mov eax, 0x60
    ltr ax
  `,
  lldt: `
    xor eax, eax
    lldt ax
  `,
  "8E /r | sreg, rm:rv | size-free": `
    mov eax, ss
    mov ds, eax
  `,
};

export const SYSTEM_TABLES: readonly Instruction[] = withExamples(EXAMPLES, [
  entry(
    "lgdt",
    "Loads the place of the global descriptor table.",
    "",
    ["0F 01 /2 | m | only64", "0F 01 /2 | m | size=v legacy"],
    (o) => o.assist((cpu, i) => loadTable(cpu, i, "gdtr")),
  ),
  entry(
    "lidt",
    "Loads the place of the interrupt descriptor table.",
    "",
    ["0F 01 /3 | m | only64", "0F 01 /3 | m | size=v legacy"],
    (o) => o.assist((cpu, i) => loadTable(cpu, i, "idtr")),
  ),
  entry("sgdt", "Stores the place of the global descriptor table.", "", ["0F 01 /0 | m"], (o) =>
    o.assist((cpu, i) => storeTable(cpu, i, "gdtr")),
  ),
  entry("sidt", "Stores the place of the interrupt descriptor table.", "", ["0F 01 /1 | m"], (o) =>
    o.assist((cpu, i) => storeTable(cpu, i, "idtr")),
  ),
  entry("ltr", "Loads the task register: where the TSS is.", "", ["0F 00 /3 | r/m16"], (o) =>
    o.assist(loadTaskRegister),
  ),
  entry("lldt", "Loads the local descriptor table register.", "", ["0F 00 /2 | r/m16"], (o) =>
    o.assist(loadLocalTable),
  ),
  entry("str", "Stores the selector of the TSS.", "", ["0F 00 /1 | rm:rv | w-free", "0F 00 /1 | m16"], (o) =>
    o.assist((cpu, i) => storeSelector(cpu, i, cpu.system.tr.selector)),
  ),
  entry(
    "sldt",
    "Stores the selector of the local descriptor table.",
    "",
    ["0F 00 /0 | rm:rv | w-free", "0F 00 /0 | m16"],
    (o) => o.assist((cpu, i) => storeSelector(cpu, i, cpu.system.ldtr.selector)),
  ),
  entry(
    "mov",
    "Copies a selector from or to a segment register.",
    "",
    ["8C /r | rm:rv, sreg | w-free", "8C /r | m16, sreg"],
    (o, i) => write(o, i, 0, read(o, i, 1)),
  ),
  entry(
    "mov",
    "Loads a segment register from a selector.",
    "",
    ["8E /r | sreg, rm:rv | size-free", "8E /r | sreg, m16"],
    (o) => o.assist(moveToSegment),
  ),
  entry(
    "pop",
    "Pops a segment register.",
    "",
    [
      "0F A1 | fs | size=q",
      "0F A9 | gs | size=q",
      "07 | es | size=q legacy",
      "17 | ss | size=q legacy",
      "1F | ds | size=q legacy",
    ],
    popSegment,
  ),
]);
