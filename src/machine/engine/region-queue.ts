/**
 * Regions that are written and wait to be compiled. A module costs much and a further function in one little, so regions
 * wait for others to share one with, until the evaluator has spent about as much time in them as a module takes.
 */
import { PAGE_MASK } from "../memory/physical-memory.js";
import type { Region } from "./region.js";
import type { RegionFunction } from "./region-module.js";
import type { RegionPlan } from "./region-plan.js";

/** Samples in code that waits after which a module is made: what they took is about what a module takes. */
const PATIENCE = 24;

export interface WrittenRegion extends RegionFunction {
  readonly region: Region;
  readonly plan: RegionPlan;
}

export class RegionQueue {
  private waiting: WrittenRegion[] = [];
  private patience = PATIENCE;

  /** From now on its heads are promised to it, and its lines of 64 bytes are marked as waiting. */
  add(written: WrittenRegion): void {
    this.waiting.push(written);
    mark(written.plan, true);
  }

  /** A sample fell into code that waits. True when it has waited long enough. */
  isDue(): boolean {
    return --this.patience <= 0;
  }

  /** All that are still wanted. They wait no more. */
  take(): readonly WrittenRegion[] {
    const taken = this.waiting;
    this.waiting = [];
    this.patience = PATIENCE;
    for (const { plan } of taken) mark(plan, false);
    return taken.filter(({ region }) => region.alive);
  }
}

function mark({ pages, blocks }: RegionPlan, waits: boolean): void {
  for (const { rip, page, insns } of blocks) {
    const { code } = pages[page]!;
    const head = Number(rip & BigInt(PAGE_MASK));
    const last = head + insns.reduce((length, insn) => length + insn.length, -1);
    if (waits) code.promised.add(head);
    else code.promised.delete(head);
    code.waiting.fill(waits ? 1 : 0, head >> 6, (last >> 6) + 1);
  }
}
