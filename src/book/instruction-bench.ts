/**
 * Examples of instructions on a bare processor: what the instruction changed, and which exceptions it can raise. The latter
 * is found by trying: the same moment again, with one thing made wrong.
 */
import { LongModeTables } from "../cells/stage/long-mode-tables.js";
import type { CpuObserver } from "../machine/cpu/cpu.js";
import { CR0, CR4 } from "../machine/cpu/state.js";
import { decode } from "../machine/isa/decoder.js";
import type { Insn } from "../machine/isa/insn.js";
import type { Instruction } from "../machine/isa/instruction.js";
import { FLAG, RSP } from "../machine/isa/registers.js";
import { type Engine, Machine, type MachineSnapshot } from "../machine/machine.js";
import type { MemoryChange } from "../machine/time/journal.js";
import type { RegisterChange } from "../machine/time/places.js";
import { assemble } from "../toolchain/assembler/assemble.js";
import { exampleOf, examplesOfAllKinds } from "./instruction-examples.js";

/** What one execution of the instruction did. */
export interface Effect {
  readonly registers: readonly RegisterChange[];
  readonly memory: readonly MemoryChange[];
  /** The exception or interrupt that it ended in. */
  readonly vector: number | undefined;
}

/** An exception and how it was brought about. */
export interface PossibleException {
  readonly vector: number;
  readonly causes: readonly string[];
}

const STACK_TOP = 0x7fffffffe000n;
const STACK_SIZE = 0x4000;
const MOST_STEPS = 200;

/** The moment before an instruction of a program, in memory of its own. */
export class InstructionBench {
  readonly machine: Machine;
  readonly insn: Insn;
  private readonly before: MachineSnapshot;
  private readonly tables: LongModeTables;
  private vector: number | undefined;
  private readonly touched = new Set<bigint>();

  /** @throws when the example does not assemble or does not come to its instruction */
  constructor(
    readonly instruction: Instruction,
    engine: Engine = "evaluator",
    private readonly ring: 0 | 3 = 0,
    source = exampleOf(instruction).source,
  ) {
    this.machine = Machine.create({ ram: 4 << 20, engine });
    const { cpu, memory } = this.machine;
    this.tables = new LongModeTables(cpu);
    const assembly = assemble(source);
    if (!assembly.ok) {
      const problem = assembly.errors[0];
      throw new Error(`${instruction.mnemonic}: line ${problem?.line}: ${problem?.reason}`);
    }
    for (const { address, bytes } of assembly.sections) {
      this.tables.map(address, bytes.length, true);
      bytes.forEach((byte, n) => memory.write8(this.physical(address + BigInt(n)), byte));
    }
    this.tables.map(STACK_TOP - BigInt(STACK_SIZE), STACK_SIZE, true);
    this.tables.start(ring, assembly.entry, STACK_TOP - 64n, 2);
    const observer: CpuObserver = cpu.observer;
    const { delivered } = observer;
    cpu.observer.delivered = (vector, ...rest) => {
      this.vector ??= vector;
      delivered?.(vector, ...rest);
    };
    this.insn = this.runToInstruction(
      assembly.listing.filter(({ isCode }) => isCode).map(({ address }) => address),
    );
    this.before = this.machine.snapshot();
  }

  private physical(linear: bigint): number {
    const entry = this.machine.memory.read64(this.tables.entryOf(linear));
    return Number(entry & 0xfffffff000n) + Number(linear & 0xfffn);
  }

  /** To the first instruction of the program that is an instance of the definition. */
  private runToInstruction(addresses: readonly bigint[]): Insn {
    const { machine } = this;
    for (let n = 0; n < MOST_STEPS; n++) {
      const { rip } = machine.cpu;
      if (addresses.includes(rip)) {
        const bytes = machine.memory.readBytes(this.physical(rip), 15);
        const insn = decode(bytes, 0);
        if (typeof insn === "object" && insn.form.instruction === this.instruction) return insn;
      }
      machine.step();
      if (this.vector !== undefined) break;
    }
    throw new Error(`${this.instruction.mnemonic}: its example does not come to it`);
  }

  /** Executes the instruction once. */
  effect(): Effect {
    const { machine } = this;
    this.vector = undefined;
    machine.journal.record(true);
    const watch = {
      ignores: () => false,
      reads: (lo: number, hi: number) => this.note(lo, hi),
      writes: (lo: number, hi: number) => this.note(lo, hi),
      changes: () => {},
    };
    machine.watch(watch, true);
    machine.step();
    machine.watch(watch, false);
    const entry = machine.journal.last;
    const effect = { registers: entry?.registers ?? [], memory: entry?.memory ?? [], vector: this.vector };
    machine.journal.record(false);
    return effect;
  }

  private note(lo: number, hi: number): void {
    this.touched.add((BigInt(hi >>> 0) << 32n) | BigInt((lo & ~0xfff) >>> 0));
  }

  /** The exception that the instruction raises after `change`, if any. */
  private raised(change: () => void): number | undefined {
    const { machine } = this;
    machine.restore(this.before);
    this.vector = undefined;
    change();
    machine.step();
    return this.vector;
  }

  /** What the instruction raises as the example has it. */
  usualVector(): number | undefined {
    return this.raised(() => {});
  }

  /** All exceptions that were brought about, by vector. */
  exceptions(): PossibleException[] {
    const found = new Map<number, string[]>();
    const usual = this.usualVector();
    const note = (cause: string, change: () => void) => {
      const vector = this.raised(change);
      if (vector === undefined || vector === usual || vector >= 32) return;
      const causes = found.get(vector) ?? [];
      if (!causes.includes(cause)) found.set(vector, [...causes, cause]);
    };
    this.tryOperands(note);
    this.tryPages(note);
    this.tryUnits(note);
    return [...found].sort((a, b) => a[0] - b[0]).map(([vector, causes]) => ({ vector, causes }));
  }

  private tryOperands(note: (cause: string, change: () => void) => void): void {
    const { general, vectors } = this.machine.cpu.state;
    const { cpu } = this.machine;
    note("the divisor is zero", () => {
      if (/^i?div$/.test(this.instruction.mnemonic)) general.fill(0n, 0, 4);
    });
    for (let n = 0; n < 16; n++)
      note("an address that is not canonical", () => {
        general[n] = 0x8000_0000_0000_0000n;
      });
    for (let n = 0; n < 16; n++)
      note("16 bytes that are not aligned", () => {
        if (n !== 4) general[n] = general[n]! + 1n;
      });
    note("a return address that is not canonical", () => {
      this.machine.memory.write64(this.physical(general[RSP]!), 0x8000_0000_0000_0000n);
    });
    note("misaligned data in ring 3 while RFLAGS.AC and CR0.AM are set", () => {
      if (this.ring !== 3) return;
      cpu.flags |= FLAG.AC;
      for (let n = 0; n < 16; n++) general[n] = general[n]! + 1n;
    });
    for (const pattern of [0x7f80_0001_7f80_0001n, 0x7ff0_0000_0000_0001n, 0x0000_0001_0000_0001n])
      note("a floating-point exception that MXCSR does not mask", () => {
        cpu.system.mxcsr = 0;
        vectors.fill(pattern);
      });
  }

  private tryPages(note: (cause: string, change: () => void) => void): void {
    this.machine.restore(this.before);
    this.touched.clear();
    this.effect();
    for (const page of [...this.touched])
      note("a page that is not present or does not allow the access", () => {
        if (page >= 0xffff_8000_0000_0000n) return;
        this.machine.memory.write64(this.tables.entryOf(page), 0n);
        this.machine.cpu.flushTranslations();
      });
  }

  private tryUnits(note: (cause: string, change: () => void) => void): void {
    const { cpu } = this.machine;
    const bits = (cr0: bigint, cr4: bigint, on: boolean) => () => {
      const { system } = cpu;
      system.cr0 = on ? system.cr0 | cr0 : system.cr0 & ~cr0;
      system.cr4 = on ? system.cr4 | cr4 : system.cr4 & ~cr4;
      cpu.pagingChanged();
    };
    note("CR0.TS is set", bits(CR0.TS, 0n, true));
    note("CR0.EM is set", bits(CR0.EM, 0n, true));
    note("CR4.OSFXSR is clear", bits(0n, CR4.OSFXSR, false));
    if (this.ring === 3) {
      note("CR4.TSD is set in ring 3", bits(0n, CR4.TSD, true));
      note("CR4.UMIP is set in ring 3", bits(0n, CR4.UMIP, true));
    }
    note("an x87 exception is pending", () => {
      cpu.state.x87.control = 0x340;
      cpu.state.x87.status |= 0x8081;
    });
  }
}

type Add = (vector: number, cause: string) => void;

/** What the instruction may raise, with operands in registers and in memory, from both rings. */
export function exceptionsOf(instruction: Instruction): PossibleException[] {
  const found = new Map<number, string[]>();
  const add: Add = (vector, cause) => {
    const causes = found.get(vector) ?? [];
    if (!causes.includes(cause)) found.set(vector, [...causes, cause]);
  };
  collect(new InstructionBench(instruction), exampleOf(instruction).source, add);
  for (const source of examplesOfAllKinds(instruction)) {
    const bench = benchIn(0, instruction, source);
    if (bench && bench.usualVector() === undefined) collect(bench, source, add);
  }
  return [...found].sort((a, b) => a[0] - b[0]).map(([vector, causes]) => ({ vector, causes }));
}

function collect(inner: InstructionBench, source: string, add: Add): void {
  const addAll = (bench: InstructionBench) => {
    for (const { vector, causes } of bench.exceptions()) for (const cause of causes) add(vector, cause);
  };
  addAll(inner);
  const outer = benchIn(3, inner.instruction, source);
  const refused = outer?.usualVector();
  if (refused !== undefined && refused !== inner.usualVector() && refused < 32) add(refused, "in ring 3");
  else if (outer) addAll(outer);
}

/** Undefined where already what prepares the instruction does not work in this ring. */
function benchIn(ring: 0 | 3, instruction: Instruction, source: string): InstructionBench | undefined {
  try {
    return new InstructionBench(instruction, "evaluator", ring, source);
  } catch {
    return undefined;
  }
}
