/**
 * Records every passage between rings, as the processor makes it: how it stood before, and what the processor had saved when
 * the first instruction behind the door was about to run. For that moment the machine is paused after each delivery; whoever
 * runs it calls `settle` and goes on. What was recorded is plain data of this object, so that it can be taken back.
 */
import type { Cpu, CpuObserver } from "../../machine/cpu/cpu.js";
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";
import type { Source } from "../../machine/cpu/interrupts.js";
import type { Return } from "../../machine/cpu/outside.js";
import { R11, RCX, RSP } from "../../machine/isa/registers.js";
import type { Crossing, CrossingsState, Door, Ring, SavedValue } from "../../views/machine-state.js";
import { hex } from "../../views/numbers.js";
import { peek64 } from "./peek.js";
import type { NameOf } from "./tables.js";

/** How the processor stood before a passage. */
interface Before {
  readonly ring: Ring;
  readonly rip: bigint;
  readonly rsp: bigint;
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

export interface RecorderOptions {
  /** Makes whoever runs the processor return after a delivery, to call `settle`. */
  pause(): void;
  /** Deliveries of this vector are nobody's business. */
  readonly unrecorded?: number;
  /** What the interrupt of a vector is called: "timer". */
  vectorName?(vector: number): string | undefined;
}

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
    private readonly options: RecorderOptions,
  ) {
    const { observer } = cpu;
    const delivered: NonNullable<CpuObserver["delivered"]> = (vector, errorCode, source, detail) => {
      observer.delivered?.(vector, errorCode, source, detail);
      if (vector === options.unrecorded) return;
      this.pending.push({ vector, errorCode, source, detail, before: this.beforeDelivery(source) });
      options.pause();
    };
    const systemCall = () => {
      observer.systemCall?.();
      this.add(this.fromSyscall());
    };
    const returns: NonNullable<CpuObserver["returns"]> = (to) => {
      observer.returns?.(to);
      this.add(this.fromReturn(to));
    };
    cpu.observer = { ...observer, delivered, systemCall, returns };
  }

  /** How the processor stands now. */
  private look(): Before {
    const { cpu } = this;
    return { ring: cpu.system.cpl, rip: cpu.rip, rsp: cpu.state.general[RSP]!, time: cpu.time };
  }

  /** INT n is reported when it has already happened: then the frame tells how things stood. */
  private beforeDelivery(source: Source): Before {
    const now = this.look();
    if (source !== "software") return now;
    const [rip, cs, , rsp] = FRAME.map((_, n) => peek64(this.cpu, now.rsp + BigInt(n * 8)) ?? 0n);
    const length = BigInt(this.cpu.evaluator.insn.length);
    return { ...now, ring: Number(cs! & 3n) as Ring, rip: rip! - length, rsp: rsp! };
  }

  /** Completes what was delivered last, before the handler's first instruction. */
  settle(): void {
    if (this.pending.length === 0) return;
    const delivered = this.pending;
    this.pending = [];
    const rsp = this.cpu.state.general[RSP]!;
    for (const one of delivered) {
      const top = rsp + (one.errorCode === undefined ? 0n : 8n);
      this.add(this.fromDelivery(one, top, this.cpu.rip));
    }
  }

  private add(crossing: Crossing): void {
    this.counts = { ...this.counts, [crossing.door]: this.counts[crossing.door] + 1 };
    this.latest = { ...this.latest, [crossing.door]: crossing };
    this.last = crossing;
  }

  /** @param frame where the saved RIP lies; an error code lies below it */
  private fromDelivery(
    { vector, errorCode, source, detail, before }: Delivery,
    frame: bigint,
    target: bigint,
  ): Crossing {
    const saved = FRAME.map((what, n) => this.savedAt(what, frame + BigInt(n * 8)));
    if (errorCode !== undefined) saved.unshift(this.savedAt("error code", frame - 8n));
    const isInterrupt = source === "external" || (source === "software" && vector > 4);
    const why = detail ?? (isInterrupt ? undefined : EXCEPTION_NAMES[vector]?.[1]);
    return {
      ...this.passage(before, isInterrupt ? "interrupt" : "exception", target),
      stackAfter: frame - (errorCode === undefined ? 0n : 8n),
      vector,
      name: this.deliveryName(vector, source),
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(why === undefined ? {} : { detail: why }),
      saved: this.cpu.shutDownReason === undefined ? saved : [],
    };
  }

  private deliveryName(vector: number, source: Source): string {
    if (source === "external") return this.options.vectorName?.(vector) ?? `interrupt ${vector}`;
    return source === "software" && vector > 4
      ? `int ${hex(vector)}`
      : (EXCEPTION_NAMES[vector]?.[0] ?? `exception ${vector}`);
  }

  private savedAt(what: string, address: bigint): SavedValue {
    return { what, place: address, value: peek64(this.cpu, address) ?? 0n };
  }

  /** The processor is at the first instruction behind the door, and has used registers only. */
  private fromSyscall(): Crossing {
    const { general } = this.cpu.state;
    const { rsp, time } = this.look();
    const before = { ring: 3 as const, rip: general[RCX]! - SYSCALL_LENGTH, rsp, time };
    return {
      ...this.passage(before, "syscall", this.cpu.system.lstar),
      name: "syscall",
      saved: savedBySyscall(general[RCX]!, general[R11]!),
    };
  }

  private fromReturn({ ring, rip, rsp }: Return): Crossing {
    const before = this.look();
    const passage = this.passage(before, "return", rip);
    return { ...passage, to: ring as Ring, stackAfter: rsp, name: this.textAt(before.rip), saved: [] };
  }

  private passage(before: Before, door: Door, target: bigint): Omit<Crossing, "name" | "saved"> {
    const targetName = this.nameOf(target);
    return {
      door,
      time: before.time,
      from: before.ring,
      to: this.cpu.system.cpl,
      instruction: this.textAt(before.rip),
      rip: before.rip,
      target,
      ...(targetName === undefined ? {} : { targetName }),
      stackBefore: before.rsp,
      stackAfter: this.cpu.state.general[RSP]!,
    };
  }

  /** Forgets what was: the program begins now. */
  clear(): void {
    this.counts = { exception: 0, interrupt: 0, syscall: 0, return: 0 };
    this.latest = {};
    this.last = undefined;
    this.pending = [];
  }

  state(): CrossingsState {
    return {
      counts: this.counts,
      latest: this.latest,
      ...(this.last === undefined ? {} : { last: this.last }),
    };
  }
}

const SYSCALL_LENGTH = 2n;

const savedBySyscall = (rip: bigint, flags: bigint): SavedValue[] => [
  { what: "rip", place: "rcx", value: rip },
  { what: "rflags", place: "r11", value: flags },
];
