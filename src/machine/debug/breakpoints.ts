/**
 * Breakpoints of whoever looks at the machine from outside; the guest's own are its debug registers. A run that meets one
 * returns with everything as it is at that moment.
 * An instruction with a breakpoint is replaced by one that asks first, in the decoded code only: no other instruction, and
 * nothing that the guest can see, is different. Exceptions and system calls are rare enough to ask each time.
 */
import type { Traps } from "../cpu/code-cache.js";
import type { Cpu } from "../cpu/cpu.js";
import type { Source } from "../cpu/interrupts.js";
import { Insn } from "../isa/insn.js";
import { PAGE_MASK } from "../memory/physical-memory.js";

/** Where to stop. */
export type BreakPlace =
  /** Before the instruction at a linear address; with `root`, only in the address space of that CR3 (its bits 51:12). */
  | { readonly kind: "address"; readonly address: bigint; readonly root?: bigint }
  /** Before the instruction at any of these. */
  | { readonly kind: "addresses"; readonly addresses: readonly bigint[] }
  /** At the first instruction of the handler when an exception or interrupt is delivered; without `vector`, of any. */
  | { readonly kind: "vector"; readonly vector?: number }
  /** At LSTAR, behind SYSCALL. */
  | { readonly kind: "systemCall" };

export interface Breakpoint {
  readonly place: BreakPlace;
  /** Asked when the place is reached, for vectors before the delivery: false goes on. It must change nothing. */
  readonly condition: (() => boolean) | undefined;
  /** Takes it away. */
  remove(): void;
}

/** A run ended at a breakpoint. */
export interface BreakpointHit {
  readonly reason: "breakpoint";
  readonly breakpoint: Breakpoint;
  /** RIP: the next instruction. */
  readonly rip: bigint;
  /** Of an exception or interrupt. */
  readonly vector?: number;
  readonly errorCode?: number;
}

const ROOT_BITS = 0xffffffffff000n;

export class Breakpoints implements Traps {
  private readonly set = new Set<Breakpoint>();
  private readonly byAddress = new Map<bigint, Breakpoint[]>();
  private offsets = new Set<number>();
  /** t at which no instruction is stopped: the run began there, or the same instruction goes on. */
  private passAt = -1;
  private hit: Omit<BreakpointHit, "reason" | "rip"> | undefined;
  /** All are passed over. */
  silent = false;

  constructor(private readonly cpu: Cpu) {}

  /** All that are set. */
  get all(): readonly Breakpoint[] {
    return [...this.set];
  }

  /** Sets a breakpoint. */
  add(place: BreakPlace, condition?: () => boolean): Breakpoint {
    const breakpoint: Breakpoint = { place, condition, remove: () => this.remove(breakpoint) };
    this.set.add(breakpoint);
    if (hasAddress(place)) this.arrange();
    this.watchCalls();
    return breakpoint;
  }

  private remove(breakpoint: Breakpoint): void {
    if (!this.set.delete(breakpoint)) return;
    if (hasAddress(breakpoint.place)) this.arrange();
    this.watchCalls();
  }

  /** The processor tells of system calls only where somebody waits for them. */
  private watchCalls(): void {
    const isCall = ({ place }: Breakpoint) => place.kind === "systemCall";
    this.cpu.breakAtCall = [...this.set].some(isCall) ? () => this.stopAt(isCall, {}) : undefined;
  }

  private arrange(): void {
    this.byAddress.clear();
    for (const breakpoint of this.set) {
      for (const address of addressesOf(breakpoint.place)) {
        const others = this.byAddress.get(address);
        if (others) others.push(breakpoint);
        else this.byAddress.set(address, [breakpoint]);
      }
    }
    this.offsets = new Set([...this.byAddress.keys()].map((address) => Number(address & BigInt(PAGE_MASK))));
    this.cpu.setTraps(this.byAddress.size > 0 ? this : undefined);
  }

  has(rip: bigint): boolean {
    return this.byAddress.has(rip);
  }

  covers(offset: number): boolean {
    return this.offsets.has(offset);
  }

  cover(original: Insn): Insn {
    const { cpu } = this;
    const semantics: Insn["semantics"] = (ops) => {
      const { evaluator } = cpu;
      if (this.reached()) {
        cpu.refuse();
        return;
      }
      evaluator.insn = original;
      original.semantics(ops, original);
      const goesOn = original.repeat !== 0 && evaluator.nextOffset === evaluator.offset;
      if (goesOn) this.passAt = cpu.time + 1;
    };
    return Object.assign(new Insn(original.form, semantics), { ...original, semantics });
  }

  /** The instruction at RIP is to run, or the run ends in front of it: is that a hit? */
  private reached(): boolean {
    const { cpu } = this;
    if (this.silent || this.hit || cpu.time === this.passAt) return false;
    const root = cpu.system.cr3 & ROOT_BITS;
    const here = this.byAddress.get(cpu.rip)?.find(({ place, condition }) => {
      if (place.kind === "address" && place.root !== undefined && place.root !== root) return false;
      return condition?.() ?? true;
    });
    if (here) this.hit = { breakpoint: here };
    return here !== undefined;
  }

  /** A run begins: its first instruction is not stopped. */
  begin(): void {
    this.passAt = this.cpu.time;
    this.hit = undefined;
  }

  /** What was hit; where a run has reached its limit, also what stands just before RIP. */
  take(atLimit: boolean): BreakpointHit | undefined {
    if (atLimit && this.byAddress.size > 0) this.reached();
    const { hit } = this;
    this.hit = undefined;
    return hit && { reason: "breakpoint", ...hit, rip: this.cpu.rip };
  }

  /** The processor delivers an exception or interrupt. */
  delivered(vector: number, errorCode: number | undefined, source: Source): void {
    if (this.set.size === 0) return;
    this.stopAt(({ place }) => place.kind === "vector" && (place.vector ?? vector) === vector, {
      vector,
      ...(errorCode === undefined || source === "software" ? {} : { errorCode }),
    });
  }

  private stopAt(fits: (one: Breakpoint) => boolean, what: { vector?: number; errorCode?: number }): void {
    if (this.silent || this.hit) return;
    const found = [...this.set].find((one) => fits(one) && (one.condition?.() ?? true));
    if (!found) return;
    this.hit = { breakpoint: found, ...what };
    this.cpu.yield();
  }
}

const hasAddress = ({ kind }: BreakPlace): boolean => kind === "address" || kind === "addresses";

function addressesOf(place: BreakPlace): readonly bigint[] {
  if (place.kind === "address") return [place.address];
  return place.kind === "addresses" ? place.addresses : [];
}
