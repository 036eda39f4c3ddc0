/**
 * The quick engine: hot code becomes WebAssembly, a region at a time. It changes nothing that the guest or anybody
 * else could see of the machine: the same t, the same bytes, the same faults at the same instruction as with the
 * evaluator alone, which still does everything rare.
 *
 * How it is entered: at the head of each translated block the decoded instruction is replaced by one whose semantics run
 * the region. How code becomes hot: the processor asks `sample` every few hundred evaluated steps; counts are
 * of steps only, so what is translated is the same in every run.
 */
import type { Cpu } from "../cpu/cpu.js";
import type { InstructionFetch } from "../cpu/instruction-fetch.js";
import { isPlain, MXCSR } from "../cpu/quick-floats.js";
import { Insn } from "../isa/insn.js";
import { LINEAR } from "../memory/linear-memory.js";
import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE } from "../memory/physical-memory.js";
import { CELL, GIVEN } from "./engine-cells.js";
import { EvaluatorCalls } from "./evaluator-calls.js";
import { InstructionKinds } from "./instruction-kinds.js";
import { JumpCache } from "./jump-cache.js";
import { needsOf, priceOf, type Region } from "./region.js";
import { type RegionHead, RegionHeads } from "./region-heads.js";
import { RegionModules, type Services } from "./region-module.js";
import { MAXIMUM_BLOCKS, type RegionBlock, type RegionPlan, RegionPlanner } from "./region-plan.js";
import { RegionQueue } from "./region-queue.js";
import { RegionTranslation } from "./region-translation.js";

/** Steps that one call may take: after it generated code is entered anew, perhaps in a better compiled version. */
const LONGEST_RUN = 1 << 20;
/** Samples in the same 64 bytes of code after which it is translated: what they took is about what a translation takes. */
const HOT = 12;
const MOST_HEAT = 0xffff;
/** More regions than this are given up all at once. */
const MOST_REGIONS = 4000;

const MOST_MISFITS = 64;
/** Blocks of a region at first. */
const FIRST_BLOCKS = 32;
/** Regions follow each other without a word but every so many times, when it is noted who follows whom. */
const NOTED = 128;
const OFTEN = 1 / 20;
const MOST_ROOTS = 64;

export class Translator {
  /** Regions made so far. */
  made = 0;
  /** Steps taken in regions. */
  steps = 0;
  private readonly cells: Int32Array;
  private readonly wideCells: BigUint64Array;
  private readonly jumpCache: JumpCache;
  private readonly calls: EvaluatorCalls;
  private readonly kinds = new InstructionKinds();
  private readonly modules: RegionModules | undefined;
  private readonly regionsOfPage = new Map<number, Set<Region>>();
  /** By number. One that was given up stays until its number serves again. */
  private readonly regions: Region[] = [];
  private readonly unusedNumbers: number[] = [];
  private readonly heads = new RegionHeads((head) => this.headInsn(head));
  private readonly queue = new RegionQueue();
  private alive = 0;
  private refused = false;
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
    this.jumpCache = new JumpCache(linear);
    const region = (id: number) => this.regions[id - 1]!;
    this.calls = new EvaluatorCalls(cpu, code, this.cells, this.wideCells, this.jumpCache, region);
    this.modules = linear.importable && RegionModules.create(linear.importable, this.services());
    this.refused = this.modules === undefined;
    code.onCodeDropped = (page) => this.dropPage(page);
  }

  /** In the order of `IMPORT`. */
  private services(): Services {
    const { mmu } = this.cpu;
    const crosses = (address: bigint, bytes: number) => Number(address & 0xfffn) + bytes > PAGE_SIZE;
    return [
      (address: bigint, bytes: number) => {
        this.calls.catchUp();
        return !crosses(address, bytes) && mmu.admitRead(address) ? 1 : 0;
      },
      (address: bigint, bytes: number) => {
        this.calls.catchUp();
        return !crosses(address, bytes) && mmu.admitWrite(address) ? 1 : 0;
      },
      (exit: number, budget: number) => this.calls.callOut(exit, budget),
      (exit: number, budget: number) => this.calls.endBlock(exit, budget),
    ];
  }

  /** Called every few hundred evaluated steps, between instructions. */
  sample(): void {
    const { page } = this.code;
    const { evaluator } = this.cpu;
    const { offset } = evaluator;
    const line = offset >> 6;
    const heat = page.heat[line]!;
    if (page.waiting[line] !== 0) {
      if (this.queue.isDue()) this.compile();
      return;
    }
    if (this.refused || page.untranslatable.has(offset)) return;
    if (this.heads.isTaken(page, offset, evaluator.pageLow, evaluator.pageHigh)) return;
    page.heat[line] = heat < MOST_HEAT ? heat + 1 : 1;
    if ((heat + 1) % HOT !== 0) return;
    if (!this.write(this.cpu.rip, false)) page.untranslatable.add(offset);
  }

  /**
   * Translates what is around `rip`, whose page is the current one, at once; code that never ran, too.
   * False when that is not possible or brings nothing.
   */
  translateNow(rip: bigint): boolean {
    return this.write(rip, true) && this.compile();
  }

  /** Writes the region around `rip`, whose page is the current one. False when that is not possible or brings nothing. */
  private write(rip: bigint, explores: boolean): boolean {
    const plan = this.planner(FIRST_BLOCKS, explores, !explores).plan(rip);
    if (!plan?.blocks.some((block) => !this.hasEntry(plan, block))) return false;
    this.writeRegion(plan, [rip]);
    return true;
  }

  private planner(blocks: number, explores: boolean, apart: boolean): RegionPlanner {
    const { mmu, system } = this.cpu;
    return new RegionPlanner(
      mmu,
      this.code.cache,
      system.cpl === 3,
      this.kinds.kindOf,
      blocks,
      explores,
      apart ? this.heads : undefined,
    );
  }

  private writeRegion(plan: RegionPlan, roots: readonly bigint[]): void {
    if (this.alive >= MOST_REGIONS) this.dropAll();
    const id = this.unusedNumbers.pop() ?? this.regions.length + 1;
    const user = this.cpu.system.cpl === 3;
    const exact = (this.cpu.system.mxcsr & MXCSR.PRECISION) === 0;
    const translation = new RegionTranslation(plan, id, user, exact);
    const code = translation.translate();
    const { exits, usesX87 } = translation;
    const { pages } = plan;
    const blocks = new Map(plan.blocks.map(({ rip }, n) => [rip, n]));
    const known = { id, exits, pages, blocks, user, needs: needsOf(translation), exact, roots };
    const patience = priceOf(plan);
    const leaving = { followers: new Map(), departures: 0, patience };
    const region = { ...known, ...leaving, misfits: 0, entries: [], alive: true };
    this.register(region);
    this.queue.add({ id, code, usesX87, region, plan });
  }

  /** Compiles all regions that wait for it, in one module. False when the host refuses. */
  private compile(): boolean {
    const written = this.queue.take();
    this.refused = !this.modules?.add(written);
    if (this.refused) return false;
    for (const { region, plan } of written) this.install(region, plan);
    return true;
  }

  /**
   * `from` was left for the block at `rip` of another region, or of none that the jump cache knew. When one region is
   * often left for another, both become one.
   */
  private noteDeparture(from: Region, to: Region, rip: bigint): void {
    const own = from.alive ? from.blocks.get(rip) : undefined;
    if (own !== undefined) {
      const [low, high] = [Number(BigInt.asIntN(32, rip)), Number(BigInt.asIntN(32, rip >> 32n))];
      const page = from.pages.find(({ base }) => base === (rip & ~BigInt(PAGE_MASK)))!;
      this.jumpCache.forItself(from, low, high, own, page.physical);
      return;
    }
    if (from === to || from.user !== to.user) return;
    from.followers.set(rip, (from.followers.get(rip) ?? 0) + 1);
    if (++from.departures < from.patience || !from.alive) return;
    const enough = from.departures * OFTEN;
    const often = [...from.followers].filter(([, times]) => times >= enough).map(([follower]) => follower);
    const roots = [...new Set([...from.roots, ...often])];
    const plan = this.planner(MAXIMUM_BLOCKS, false, false).planAll(roots);
    const gained = often.some((follower) => plan.blocks.some((block) => block.rip === follower));
    const hopeless = !gained || roots.length > MOST_ROOTS || plan.blocks.length >= MAXIMUM_BLOCKS;
    from.patience = hopeless ? Number.POSITIVE_INFINITY : priceOf(plan);
    if (from.departures < from.patience) return;
    this.drop(from);
    this.writeRegion(plan, roots);
    this.compile();
  }

  private register(region: Region): void {
    this.alive++;
    this.regions[region.id - 1] = region;
    for (const { physical } of region.pages) {
      const page = physical >>> PAGE_SHIFT;
      const known = this.regionsOfPage.get(page) ?? new Set();
      this.regionsOfPage.set(page, known.add(region));
    }
  }

  /** From now on the heads of its blocks lead into it. */
  private install(region: Region, plan: RegionPlan): void {
    this.made++;
    plan.blocks.forEach((block, index) => {
      const { code, base, low, high, physical } = region.pages[block.page]!;
      const offset = Number(block.rip - base);
      const head = this.heads.install(code, { region, block, index, low, high, physical, offset });
      region.entries.push({ code, offset, head });
    });
  }

  /** There is a way into some region at the head of the block already. */
  private hasEntry(plan: RegionPlan, block: RegionBlock): boolean {
    const { code, base, low, high } = plan.pages[block.page]!;
    return this.heads.isTaken(code, Number(block.rip - base), low, high);
  }

  /** The instruction that stands in the place of a block's first: it goes on in the region for the address, if there is one. */
  private headInsn(head: RegionHead): Insn {
    const { original } = head;
    const semantics = () => {
      const { evaluator } = this.cpu;
      const entry = head.at(evaluator.pageLow, evaluator.pageHigh);
      const from = this.left;
      this.left = undefined;
      if (entry) {
        const { region, block, index, low, high, physical, offset } = entry;
        if (from && this.cpu.time === this.leftAt) this.noteDeparture(from, region, block.rip);
        if (region.alive && this.mayEnter(region)) {
          this.jumpCache.forAll(region, low | offset, high, index, physical);
          if (this.run(region, index)) return;
          this.stayAt(region, block);
        }
      }
      evaluator.insn = original;
      original.semantics(evaluator, original);
    };
    return Object.assign(new Insn(original.form, semantics), { ...original, semantics });
  }

  /** What the region takes for granted holds now. */
  private mayEnter(region: Region): boolean {
    const { cpu } = this;
    if (!cpu.isUndisturbed || cpu.evaluator.alignmentChecked) return false;
    if (region.user !== (cpu.system.cpl === 3)) return false;
    const missing = region.needs & ~this.calls.given();
    if (missing === 0) return true;
    if (missing === GIVEN.EXACT_FLOATS || missing === GIVEN.FLOATS) return this.fits(region);
    return false;
  }

  /**
   * A region that often does not fit the precision flag is given up, to be translated anew for what it is now. One that
   * computes only what is exact may run all the same.
   */
  private fits(region: Region): boolean {
    const { mxcsr } = this.cpu.system;
    if (isPlain(mxcsr) && ++region.misfits > MOST_MISFITS) this.drop(region);
    return region.alive && isPlain(mxcsr) && region.exact;
  }

  /** Runs from the head of a block. False when not a single step was taken: then nothing has changed. */
  private run(region: Region, block: number): boolean {
    const { cpu, calls, cells, wideCells } = this;
    const budget = Math.min(cpu.room, LONGEST_RUN);
    calls.prepare();
    if (cells[CELL.UNSEEN >> 2]! <= 0) cells[CELL.UNSEEN >> 2] = NOTED;
    calls.synchronized = budget;
    const start = cpu.time;
    const left = this.modules!.enter(region.id, block, budget);
    calls.catchUp();
    const last = calls.running;
    const exit = last.exits[cells[CELL.EXIT >> 2]!]!;
    const { fault } = calls;
    if (fault) {
      calls.fault = undefined;
      this.steps += cpu.time - start;
      throw fault;
    }
    const rest = left + exit.refund;
    calls.takeFlags();
    if (rest === budget) return false;
    this.left = exit.refund === 0 && !exit.evaluated ? last : undefined;
    // The processor's loop counts one step itself.
    cpu.spend(calls.synchronized - rest - 1);
    this.leftAt = cpu.time + 1;
    this.steps += this.leftAt - start;
    if (!exit.evaluated) calls.continueAt(last, exit, exit.rip ?? wideCells[CELL.NEXT_RIP >> 3]!);
    return true;
  }

  /** The evaluator executes the head of the block after all. */
  private stayAt(region: Region, block: RegionBlock): void {
    const { evaluator } = this.cpu;
    evaluator.moveTo(block.rip);
    evaluator.nextOffset = evaluator.offset + block.insns[0]!.length;
    this.code.page = region.pages[block.page]!.code;
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
    this.jumpCache.clear();
    this.modules?.remove(region.id);
    this.unusedNumbers.push(region.id);
    for (const { physical } of region.pages) this.regionsOfPage.get(physical >>> PAGE_SHIFT)?.delete(region);
    this.heads.remove(region);
  }
}
