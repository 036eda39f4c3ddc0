/** Where in RAM the bytes lie that a reference names, as things stand now. */
import { PT_REGS } from "../kernel/abi/pt-regs.js";
import type { Kernel } from "../kernel/kernel.js";
import type { Task } from "../kernel/process/task.js";
import type { Cpu } from "../machine/cpu/cpu.js";
import { decode } from "../machine/isa/decoder.js";
import { Insn } from "../machine/isa/insn.js";
import { PTE } from "../machine/memory/page-table.js";
import { PAGE_MASK, PAGE_SIZE } from "../machine/memory/physical-memory.js";
import { peekMapped, physicalAddress } from "./guest-memory.js";
import { PAGE_TABLES, type Reference, wholeRegister } from "./reference.js";

/** Some bytes of RAM that lie together. */
export interface Piece {
  readonly physical: number;
  readonly length: number;
}

/** Bytes of RAM, in pieces where pages lie apart. */
export type Place = { readonly pieces: readonly Piece[] } | { readonly problem: string };

/** What a place is looked up in. */
export interface Surroundings {
  readonly cpu: Cpu;
  readonly kernel?: Kernel | undefined;
}

/** The longest range that can be named at once. */
const MOST_BYTES = 1 << 20;

/** Undefined when what the reference names does not consist of bytes of RAM. */
export function placeOf(reference: Reference, where: Surroundings): Place | undefined {
  const { cpu, kernel } = where;
  switch (reference.kind) {
    case "physical":
      return inRam(cpu, Number(reference.address), reference.length);
    case "memory": {
      const root = rootOf(where, reference.process);
      return typeof root === "object" ? root : linear(cpu, reference.address, reference.length, root);
    }
    case "instruction": {
      const root = rootOf(where, reference.process);
      return typeof root === "object" ? root : instruction(cpu, reference.address, root);
    }
    case "gate":
      return inTable(cpu, "the IDT", cpu.system.idtr, reference.vector * 16, 16);
    case "segment":
      return inTable(cpu, "the GDT", cpu.system.gdtr, reference.selector & ~7, 8);
    case "entry": {
      const root = rootOf(where, reference.process);
      return typeof root === "object" ? root : tableEntry(cpu, reference.path, reference.table, root);
    }
    case "saved":
      return savedRegister(taskOf(kernel, reference.process), reference.process, reference.name);
    default:
      return undefined;
  }
}

const problem = (text: string): { problem: string } => ({ problem: text });

function taskOf(kernel: Kernel | undefined, process: number): Task | undefined {
  return kernel?.tasks.get(process);
}

/** The page tables of a process; undefined for those in use. */
function rootOf(
  { kernel }: Surroundings,
  process: number | undefined,
): number | undefined | { problem: string } {
  if (process === undefined) return undefined;
  const task = taskOf(kernel, process);
  return task ? task.space.tables.root * PAGE_SIZE : problem(`there is no process ${process} now`);
}

function inRam(cpu: Cpu, physical: number, length: number): Place {
  if (length > MOST_BYTES) return problem(`${length} bytes are too many at once: at most ${MOST_BYTES}`);
  if (physical + length > cpu.memory.size)
    return problem(`0x${physical.toString(16)} lies beyond the RAM, which has ${cpu.memory.size} bytes`);
  return { pieces: [{ physical, length }] };
}

function linear(cpu: Cpu, address: bigint, length: number, root: number | undefined): Place {
  if (length > MOST_BYTES) return problem(`${length} bytes are too many at once: at most ${MOST_BYTES}`);
  const pieces: Piece[] = [];
  for (let done = 0; done < length; ) {
    const at = address + BigInt(done);
    const physical = physicalAddress(cpu, at, root);
    if (physical === undefined)
      return problem(`no page is mapped at 0x${BigInt.asUintN(64, at).toString(16)}`);
    const inPage = Math.min(length - done, PAGE_SIZE - Number(at & BigInt(PAGE_MASK)));
    pieces.push({ physical, length: inPage });
    done += inPage;
  }
  return { pieces };
}

const LONGEST_INSTRUCTION = 15;

function instruction(cpu: Cpu, address: bigint, root: number | undefined): Place {
  const bytes = peekMapped(cpu, address, LONGEST_INSTRUCTION, root);
  const decoded = decode(Uint8Array.from(bytes), 0);
  const length = decoded instanceof Insn ? decoded.length : 1;
  return linear(cpu, address, length, root);
}

function inTable(
  cpu: Cpu,
  table: string,
  { base, limit }: { base: bigint; limit: number },
  offset: number,
  length: number,
): Place {
  if (offset + length - 1 > limit)
    return problem(
      `offset 0x${offset.toString(16)} lies beyond ${table}, whose limit is 0x${limit.toString(16)}`,
    );
  return linear(cpu, base + BigInt(offset), length, undefined);
}

const ADDRESS_BITS = 0xffffffffff000n;

/** Follows the indices from the root on, whatever the entries allow. */
function tableEntry(cpu: Cpu, path: readonly number[], name: string, root = cpu.mmu.mode.root): Place {
  const depth =
    PAGE_TABLES.indexOf(name as (typeof PAGE_TABLES)[number]) - (cpu.mmu.mode.levels === 5 ? 0 : 1);
  if (path.length !== depth + 1)
    return problem(
      `with ${cpu.mmu.mode.levels} levels ${depth + 1} indices lead to an entry of the ${name}, not ${path.length}`,
    );
  let table = root;
  for (const [n, index] of path.slice(0, -1).entries()) {
    const entry = cpu.memory.read64(table + index * 8);
    if ((entry & BigInt(PTE.P)) === 0n)
      return problem(`entry ${path.slice(0, n + 1).join("/")} leads to no table`);
    if (n > 0 && (entry & BigInt(PTE.PS)) !== 0n)
      return problem(`entry ${path.slice(0, n + 1).join("/")} maps a large page`);
    table = Number(entry & ADDRESS_BITS);
  }
  return inRam(cpu, table + path.at(-1)! * 8, 8);
}

/** Names of `pt_regs` that differ from the manual's. */
const SAVED_NAMES: Readonly<Record<string, string>> = { rflags: "eflags" };

/** Registers of a program lie at the top of its kernel stack while it is in the kernel, and keep lying there afterwards. */
function savedRegister(task: Task | undefined, process: number, register: string): Place {
  if (!task) return problem(`there is no process ${process} now`);
  const whole = wholeRegister(register);
  const field = PT_REGS.fields.find(({ name }) => name === (SAVED_NAMES[whole] ?? whole));
  if (!field)
    return problem(`pt_regs has no ${register}: it has ${PT_REGS.fields.map(({ name }) => name).join(", ")}`);
  return { pieces: [{ physical: task.kernelStackTop - PT_REGS.size + field.offset, length: 8 }] };
}
