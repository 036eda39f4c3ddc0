/**
 * The quick engine: hot code becomes WebAssembly, a region at a time. It changes nothing that the guest or anybody
 * else could see of the machine: the same t, the same bytes, the same faults at the same instruction as with the
 * evaluator alone, which still does everything rare.
 *
 * How it is entered: at the head of each translated block the decoded instruction is replaced by one whose semantics run
 * the region. How code becomes hot: the processor asks `sample` every few hundred evaluated steps; counts are
 * of steps only, so what is translated is the same in every run.
 */
import type { CodePage } from "../cpu/code-cache.js";
import type { Cpu } from "../cpu/cpu.js";
import { FAR } from "../cpu/evaluator.js";
import { GuestFault } from "../cpu/guest-fault.js";
import type { InstructionFetch } from "../cpu/instruction-fetch.js";
import { LazyFlags } from "../cpu/lazy-flags.js";
import { isPlain, MXCSR } from "../cpu/quick-floats.js";
import { Insn } from "../isa/insn.js";
import { LINEAR } from "../memory/linear-memory.js";
import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE } from "../memory/physical-memory.js";
import { CALLOUT, CELL, JUMP_CACHE } from "./engine-cells.js";
import { InstructionKinds } from "./instruction-kinds.js";
import { instantiate, type RegionFunction, type RegionImports } from "./region-module.js";
import {
  MAXIMUM_BLOCKS,
  type RegionBlock,
  type RegionPage,
  type RegionPlan,
  RegionPlanner,
} from "./region-plan.js";
import { type RegionExit, RegionTranslation } from "./region-translation.js";

/** A translated region. */
interface Region {
  readonly id: number;
  readonly run: RegionFunction;
  readonly exits: readonly RegionExit[];
  readonly pages: readonly RegionPage[];
  readonly user: boolean;
  readonly usesVectors: boolean;
  readonly usesFloats: boolean;
  readonly usesX87: boolean;
  readonly usesSegmentBases: boolean;
  /** Heads from which its blocks were found. */
  readonly roots: readonly bigint[];
  /** Heads in other regions where it was left for, with how often. */
  readonly followers: Map<bigint, number>;
  departures: number;
  /** At so many departures it is seen whether a union pays. */
  patience: number;
  /** It computes only what is exact: right whatever the precision flag is, but slow. */
  readonly exact: boolean;
  /** How often it was wanted with the precision flag as it was not when it was translated. */
  misfits: number;
  /** Where it is entered from: the instructions put in the place of heads of blocks. */
  readonly entries: { readonly code: CodePage; readonly offset: number; readonly insn: Insn }[];
  alive: boolean;
}

/** Steps that one call may take: after it generated code is entered anew, perhaps in a better compiled version. */
const LONGEST_RUN = 1 << 20;
/** Samples in the same 64 bytes of code after which it is translated. */
const HOT = 3;
const NEVER_HOT = 255;
/** More regions than this are given up all at once. */
const MOST_REGIONS = 4000;

const MOST_MISFITS = 64;
/** Blocks of a region at first. */
const FIRST_BLOCKS = 96;
/**
 * A union is worth its translation when the time that departures into others take is more than that. Both are about
 * equal at so many departures for each instruction of the union. Others that fewer departures lead to stay out of it.
 */
const DEPARTURES_PER_INSN = 25;
const OFTEN = 1 / 20;
const MOST_ROOTS = 64;

export class Translator {
  /** Regions made so far. */
  made = 0;
  /** Steps taken in regions. */
  steps = 0;
  private readonly cells: Int32Array;
  private readonly wideCells: BigUint64Array;
  private readonly jumpCache: Int32Array;
  private readonly kinds = new InstructionKinds();
  private readonly imports: RegionImports;
  private readonly settling = new LazyFlags();
  private readonly regionsOfPage = new Map<number, Set<Region>>();
  private alive = 0;
  private refused = false;
  private active: Region | undefined;
  /** The budget at which the processor's time was last brought up to date. */
  private synchronized = 0;
  /** The region that was left last at the end of an instruction, and when. */
  private left: Region | undefined;
  private leftAt = 0;

  constructor(
    private readonly cpu: Cpu,
    private readonly code: InstructionFetch,
  ) {
    const { linear } = cpu.memory;
    this.cells = new Int32Array(linear.buffer, 0, LINEAR.QUICK_TABLES / 4);
    this.wideCells = new BigUint64Array(linear.buffer, 0, LINEAR.QUICK_TABLES / 8);
    this.jumpCache = new Int32Array(linear.buffer, LINEAR.JUMP_CACHE, JUMP_CACHE.ENTRIES * 4);
    this.refused = linear.importable === undefined;
    this.imports = { memory: linear.importable ?? {}, functions: this.importedFunctions() };
    code.onCodeDropped = (page) => this.dropPage(page);
  }

  /** In the order of `IMPORT`. */
  private importedFunctions(): RegionImports["functions"] {
    const { mmu } = this.cpu;
    const crosses = (address: bigint, bytes: number) => Number(address & 0xfffn) + bytes > PAGE_SIZE;
    return [
      (address: bigint, bytes: number) => (!crosses(address, bytes) && mmu.admitRead(address) ? 1 : 0),
      (address: bigint, bytes: number) => (!crosses(address, bytes) && mmu.admitWrite(address) ? 1 : 0),
      (bits: number, rule: number, a: bigint, b: bigint, result: bigint) => {
        this.settling.setValues(a, b, result);
        this.settling.setLazy(bits, rule);
        return this.settling.value;
      },
      (exit: number, budget: number) => this.callOut(exit, budget),
    ];
  }

  /** Called every few hundred evaluated steps, between instructions. */
  sample(): void {
    const { page } = this.code;
    const { evaluator } = this.cpu;
    const { offset } = evaluator;
    const line = offset >> 6;
    const heat = page.heat[line]!;
    if (this.refused || heat === NEVER_HOT) return;
    if (page.insns[offset] !== page.original(offset)) return;
    page.heat[line] = heat + 1;
    if (heat + 1 < HOT) return;
    page.heat[line] = this.translate(this.cpu.rip, false) ? 0 : NEVER_HOT;
  }

  /**
   * Translates what is around `rip`, whose page is the current one; code that never ran only if told to explore.
   * False when that is not possible or brings nothing.
   */
  translate(rip: bigint, explores: boolean): boolean {
    const plan = this.planner(FIRST_BLOCKS, explores).plan(rip);
    if (!plan?.blocks.some((block) => !this.hasEntry(plan, block))) return false;
    return this.compile(plan, [rip]) !== undefined;
  }

  private planner(blocks: number, explores: boolean): RegionPlanner {
    const { mmu, system } = this.cpu;
    return new RegionPlanner(mmu, this.code.cache, system.cpl === 3, this.kinds.kindOf, blocks, explores);
  }

  private compile(plan: RegionPlan, roots: readonly bigint[]): Region | undefined {
    if (this.alive >= MOST_REGIONS) this.dropAll();
    const id = ++this.made;
    const user = this.cpu.system.cpl === 3;
    const exact = (this.cpu.system.mxcsr & MXCSR.PRECISION) === 0;
    const translation = new RegionTranslation(plan, id, user, exact);
    const run = instantiate(translation.translate(), translation.usesX87, this.imports);
    this.refused = run === undefined;
    if (!run) return undefined;
    const { exits, usesVectors, usesFloats, usesX87, usesSegmentBases } = translation;
    const uses = { usesVectors, usesFloats, usesX87, usesSegmentBases };
    const { pages } = plan;
    const known = { id, run, exits, pages, user, ...uses, exact, roots };
    const patience = priceOf(plan);
    const leaving = { followers: new Map(), departures: 0, patience };
    const region = { ...known, ...leaving, misfits: 0, entries: [], alive: true };
    this.install(region, plan);
    return region;
  }

  /**
   * `from` was left for the block at `rip` of another region. When that happens often, both become one: then control
   * stays in generated code.
   */
  private noteDeparture(from: Region, rip: bigint): void {
    from.followers.set(rip, (from.followers.get(rip) ?? 0) + 1);
    if (++from.departures < from.patience || !from.alive) return;
    const enough = from.departures * OFTEN;
    const often = [...from.followers].filter(([, times]) => times >= enough).map(([follower]) => follower);
    const roots = [...new Set([...from.roots, ...often])];
    const plan = this.planner(MAXIMUM_BLOCKS, false).planAll(roots);
    const gained = often.some((follower) => plan.blocks.some((block) => block.rip === follower));
    const hopeless = !gained || roots.length > MOST_ROOTS || plan.blocks.length >= MAXIMUM_BLOCKS;
    from.patience = hopeless ? Number.POSITIVE_INFINITY : priceOf(plan);
    if (from.departures < from.patience) return;
    this.drop(from);
    this.compile(plan, roots);
  }

  /** From now on the heads of its blocks lead into it. */
  private install(region: Region, plan: RegionPlan): void {
    this.alive++;
    for (const { physical } of region.pages) {
      const page = physical >>> PAGE_SHIFT;
      const known = this.regionsOfPage.get(page) ?? new Set();
      this.regionsOfPage.set(page, known.add(region));
    }
    plan.blocks.forEach((block, index) => {
      const { code, base, physical } = region.pages[block.page]!;
      const offset = Number(block.rip - base);
      const insn = this.entry(region, index, block, physical);
      region.entries.push({ code, offset, insn });
      code.replace(offset, insn);
    });
  }

  /** Something else than the decoded instruction is at the head of the block already. */
  private hasEntry(plan: RegionPlan, block: RegionBlock): boolean {
    const { code, base } = plan.pages[block.page]!;
    const offset = Number(block.rip - base);
    return code.insns[offset] !== code.original(offset);
  }

  /** The instruction that stands for the head of a block. */
  private entry(region: Region, index: number, block: RegionBlock, physical: number): Insn {
    const { rip } = block;
    const original = block.insns[0]!;
    const low = Number(BigInt.asIntN(32, rip));
    const high = Number(BigInt.asIntN(32, rip >> 32n));
    const slot = ((low ^ (low >>> 10)) & (JUMP_CACHE.ENTRIES - 1)) * 4;
    const semantics = () => {
      const { evaluator } = this.cpu;
      const here = evaluator.pageHigh === high && evaluator.pageLow === (low & ~PAGE_MASK);
      const from = this.left;
      if (from) {
        this.left = undefined;
        if (from !== region && this.cpu.time === this.leftAt) this.noteDeparture(from, rip);
      }
      if (here && region.alive && this.mayEnter(region)) {
        this.jumpCache[slot] = low;
        this.jumpCache[slot + 1] = high;
        this.jumpCache[slot + 2] = (region.id << 8) | index;
        this.jumpCache[slot + 3] = physical;
        if (this.run(region, index)) return;
        this.stayAt(region, block);
      }
      evaluator.insn = original;
      original.semantics(evaluator, original);
    };
    return Object.assign(new Insn(original.form, semantics), { ...original, semantics });
  }

  /** What the region takes for granted holds now. */
  private mayEnter(region: Region): boolean {
    const { cpu } = this;
    const { evaluator } = cpu;
    if (!cpu.isUndisturbed || evaluator.alignmentChecked) return false;
    if (region.user !== (cpu.system.cpl === 3)) return false;
    if (region.usesVectors && evaluator.vectorFault !== 0) return false;
    if (region.usesX87 && evaluator.mmxFault !== 0) return false;
    return !region.usesFloats || this.fits(region);
  }

  /** A region that often does not fit the precision flag is given up, to be translated anew for what it is now. */
  private fits(region: Region): boolean {
    const { mxcsr } = this.cpu.system;
    const inexact = (mxcsr & MXCSR.PRECISION) !== 0;
    if (inexact === region.exact && ++region.misfits > MOST_MISFITS) this.drop(region);
    return region.alive && isPlain(mxcsr) && (inexact || region.exact);
  }

  /** Runs from the head of a block. False when not a single step was taken: then nothing has changed. */
  private run(region: Region, block: number): boolean {
    const { cpu, cells, wideCells } = this;
    const { evaluator } = cpu;
    const flags = evaluator.lazyFlags;
    const budget = Math.min(cpu.room, LONGEST_RUN);
    cells[CELL.FLAG_BITS >> 2] = flags.lazyBits;
    cells[CELL.FLAG_RULE >> 2] = flags.lazyRule;
    if (region.usesSegmentBases) {
      wideCells[CELL.FS_BASE >> 3] = evaluator.fsBase;
      wideCells[CELL.GS_BASE >> 3] = evaluator.gsBase;
    }
    this.active = region;
    this.synchronized = budget;
    const left = region.run(block, budget);
    this.active = undefined;
    const exit = region.exits[cells[CELL.EXIT >> 2]!]!;
    const rest = left + exit.refund;
    flags.setLazy(cells[CELL.FLAG_BITS >> 2]!, cells[CELL.FLAG_RULE >> 2]!);
    if (rest === budget) return false;
    this.steps += budget - rest;
    this.left = exit.refund === 0 ? region : undefined;
    // The processor's loop counts one step itself.
    cpu.spend(this.synchronized - rest - 1);
    this.leftAt = cpu.time + 1;
    this.continueAt(region, exit, exit.rip ?? wideCells[CELL.NEXT_RIP >> 3]!);
    return true;
  }

  /** The evaluator executes the head of the block after all. */
  private stayAt(region: Region, block: RegionBlock): void {
    const { evaluator } = this.cpu;
    evaluator.moveTo(block.rip);
    evaluator.nextOffset = evaluator.offset + block.insns[0]!.length;
    this.code.page = region.pages[block.page]!.code;
  }

  /** The evaluator goes on at `rip`. In the same page it needs no new translation for fetching, as always. */
  private continueAt(region: Region, exit: RegionExit, rip: bigint): void {
    const { evaluator } = this.cpu;
    evaluator.moveTo(rip);
    const page = region.pages[exit.page]!;
    const samePage = evaluator.pageBase === page.base;
    if (samePage && region.alive) this.code.page = page.code;
    else this.code.forget();
  }

  /** Executes the instruction of a retry exit in the evaluator, in all its repetitions. See `CALLOUT` for the answer. */
  private callOut(exitNumber: number, budget: number): number {
    const { cpu, cells } = this;
    const { evaluator } = cpu;
    const region = this.active!;
    const exit = region.exits[exitNumber]!;
    this.continueAt(region, exit, exit.rip!);
    const insn = this.code.page.original(evaluator.offset)!;
    evaluator.lazyFlags.setLazy(cells[CELL.FLAG_BITS >> 2]!, cells[CELL.FLAG_RULE >> 2]!);
    cpu.spend(this.synchronized - (budget + exit.refund));
    const start = cpu.time;
    const outcome = this.evaluate(insn);
    cells[CELL.FLAG_BITS >> 2] = evaluator.lazyFlags.lazyBits;
    cells[CELL.FLAG_RULE >> 2] = evaluator.lazyFlags.lazyRule;
    const additional = cpu.time - start;
    this.synchronized = budget + exit.refund - additional;
    const goesOn = evaluator.nextOffset === evaluator.offset + insn.length;
    if (outcome === CALLOUT.RETRY) return additional * 4 + CALLOUT.RETRY;
    if (goesOn && region.alive && cpu.isUndisturbed) return additional * 4 + CALLOUT.GO_ON;
    this.wideCells[CELL.NEXT_RIP >> 3] =
      evaluator.nextOffset === FAR
        ? evaluator.farTarget
        : BigInt.asUintN(64, evaluator.pageBase + BigInt(evaluator.nextOffset));
    return additional * 4 + CALLOUT.LEAVE;
  }

  /** All steps but the last are counted here. */
  private evaluate(insn: Insn): number {
    const { cpu } = this;
    const { evaluator } = cpu;
    for (;;) {
      evaluator.insn = insn;
      evaluator.nextOffset = evaluator.offset + insn.length;
      try {
        insn.semantics(evaluator, insn);
      } catch (caught) {
        if (caught instanceof GuestFault) return CALLOUT.RETRY;
        throw caught;
      }
      const repeats = evaluator.nextOffset === evaluator.offset;
      if (!repeats || cpu.room <= 1 || !cpu.isUndisturbed) return CALLOUT.GO_ON;
      cpu.spend(1);
    }
  }

  /** Code of a physical page was written. */
  private dropPage(page: number): void {
    for (const region of this.regionsOfPage.get(page) ?? []) this.drop(region);
    this.regionsOfPage.delete(page);
  }

  private dropAll(): void {
    for (const page of [...this.regionsOfPage.keys()]) this.dropPage(page);
  }

  private drop(region: Region): void {
    if (!region.alive) return;
    region.alive = false;
    this.alive--;
    for (const { physical } of region.pages) this.regionsOfPage.get(physical >>> PAGE_SHIFT)?.delete(region);
    for (const { code, offset, insn } of region.entries) {
      if (code.insns[offset] === insn) code.putBack(offset);
    }
  }
}

/** Departures that cost as much as translating this. */
function priceOf({ blocks }: RegionPlan): number {
  return DEPARTURES_PER_INSN * blocks.reduce((sum, block) => sum + block.insns.length, 0);
}
