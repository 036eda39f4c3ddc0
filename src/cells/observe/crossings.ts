/**
 * Records every passage between rings, as the processor makes it: what it looked like before, and what the processor
 * had saved when the first instruction behind the door was about to run. To see that moment, the recorder asks the
 * processor to pause after each delivery; whoever runs the machine calls `settle` and goes on.
 */
import type { Cpu, CpuObserver } from "../../machine/cpu/cpu.js";
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";
import type { Source } from "../../machine/cpu/interrupts.js";
import { RCX, RSP, R11 } from "../../machine/isa/registers.js";
import type { Crossing, CrossingsState, Door, Ring, SavedValue } from "../../views/machine-state.js";
import { hex } from "../../views/numbers.js";
import { peek64 } from "./peek.js";
import type { NameOf } from "./tables.js";

/** How the processor stood before a passage. */
interface Before {
  readonly ring: Ring;
  readonly rip: bigint;
  readonly rsp: bigint;
  readonly flags: number;
  readonly time: number;
}

interface Delivery {
  readonly vector: number;
  readonly errorCode: number | undefined;
  readonly source: Source;
  readonly detail: string | undefined;
  readonly before: Before;
}

/** The frame that the processor pushes, from the stack's top upwards, behind an error code if there is one. */
const FRAME = ["rip", "cs", "rflags", "rsp", "ss"] as const;

export class CrossingRecorder {
  private counts: Record<Door, number> = { exception: 0, interrupt: 0, syscall: 0, return: 0 };
  private last: Crossing | undefined;
  private latest: Partial<Record<Door, Crossing>> = {};
  private pending: Delivery[] = [];
  /** @param textAt the instruction at an address, in words; asked for at each passage */
  constructor(
    private readonly cpu: Cpu,
    private readonly nameOf: NameOf,
    private readonly textAt: (address: bigint) => string,
    /** Deliveries of this vector are nobody's business. */
    private readonly unrecorded = -1,
  ) {
    const { observer } = cpu;
    const delivered: NonNullable<CpuObserver["delivered"]> = (vector, errorCode, source, detail) => {
      observer.delivered?.(vector, errorCode, source, detail);
      if (vector === this.unrecorded) return;
      this.pending.push({ vector, errorCode, source, detail, before: this.beforeDelivery(source) });
      cpu.yield();
    };
    cpu.observer = { ...observer, delivered };
  }

  /** How the processor stands now; to be handed to `settle` after a single step. */
  look(): Before {
    const { cpu } = this;
    return { ring: cpu.system.cpl, rip: cpu.rip, rsp: cpu.state.general[RSP]!, flags: cpu.flags, time: cpu.time };
  }

  /** INT n is reported when it has already happened: then the frame tells how things stood. */
  private beforeDelivery(source: Source): Before {
    const now = this.look();
    if (source !== "software") return now;
    const [rip, cs, flags, rsp] = FRAME.map((_, n) => peek64(this.cpu, now.rsp + BigInt(n * 8)) ?? 0n);
    const length = BigInt(this.cpu.evaluator.insn.length);
    return { ring: Number(cs! & 3n) as Ring, rip: rip! - length, rsp: rsp!, flags: Number(flags), time: now.time };
  }

  /** Completes what was delivered since. With `before`, also notices SYSCALL, SYSRET and IRET of a single step. */
  settle(before?: Before): void {
    const delivered = this.pending;
    this.pending = [];
    for (const one of delivered) this.add(this.fromDelivery(one));
    if (before !== undefined && delivered.length === 0 && before.ring !== this.cpu.system.cpl) this.add(this.fromStep(before));
  }

  private add(crossing: Crossing): void {
    this.counts = { ...this.counts, [crossing.door]: this.counts[crossing.door] + 1 };
    this.latest = { ...this.latest, [crossing.door]: crossing };
    this.last = crossing;
  }

  private fromDelivery({ vector, errorCode, source, detail, before }: Delivery): Crossing {
    const { cpu } = this;
    const top = cpu.state.general[RSP]!;
    const first = errorCode === undefined ? 0 : 1;
    const frame: SavedValue[] = FRAME.map((what, n) => this.savedAt(what, top + BigInt((n + first) * 8)));
    if (first === 1) frame.unshift(this.savedAt("error code", top));
    const isInterrupt = source === "external" || (source === "software" && vector > 4);
    return {
      ...this.passage(before, isInterrupt ? "interrupt" : "exception"),
      vector,
      name: source === "external" ? `interrupt ${vector}` : (isInterrupt ? `int ${hex(vector)}` : (EXCEPTION_NAMES[vector]?.[0] ?? `exception ${vector}`)),
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(detail === undefined ? (isInterrupt ? {} : { detail: EXCEPTION_NAMES[vector]?.[1] ?? "" }) : { detail }),
      saved: cpu.shutDownReason === undefined ? frame : [],
    };
  }

  private savedAt(what: string, address: bigint): SavedValue {
    return { what, place: address, value: peek64(this.cpu, address) ?? 0n };
  }

  /** A step that changed the ring without a delivery: SYSCALL inwards, SYSRET or IRET outwards. */
  private fromStep(before: Before): Crossing {
    const { general } = this.cpu.state;
    const text = this.textAt(before.rip);
    if (this.cpu.system.cpl > before.ring) return { ...this.passage(before, "return"), name: text, saved: [] };
    return {
      ...this.passage(before, "syscall"),
      name: "syscall",
      saved: [
        { what: "rip", place: "rcx", value: general[RCX]! },
        { what: "rflags", place: "r11", value: general[R11]! },
      ],
    };
  }

  private passage(before: Before, door: Door): Omit<Crossing, "name" | "saved"> {
    const { cpu } = this;
    const target = cpu.rip;
    const targetName = this.nameOf(target);
    return {
      door,
      time: before.time,
      from: before.ring,
      to: cpu.system.cpl,
      instruction: this.textAt(before.rip),
      rip: before.rip,
      target,
      ...(targetName === undefined ? {} : { targetName }),
      stackBefore: before.rsp,
      stackAfter: cpu.state.general[RSP]!,
    };
  }

  state(): CrossingsState {
    return { counts: this.counts, latest: this.latest, ...(this.last === undefined ? {} : { last: this.last }) };
  }
}
