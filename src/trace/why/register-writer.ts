/**
 * Who wrote a register or flag last, found by repeating the last steps one by one. In a program's own ring only its own
 * instructions count, and what the kernel has changed by the time when it comes back: that its entry stubs save and
 * restore everything is no answer.
 */

import { decode, MAX_LENGTH } from "../../machine/isa/decoder.js";
import type { Insn } from "../../machine/isa/insn.js";
import { FLAG, GENERAL_NAMES } from "../../machine/isa/registers.js";
import type { Machine } from "../../machine/machine.js";
import { effectsOf } from "../effects.js";
import type { TraceEvent } from "../event.js";
import { peekMapped } from "../guest-memory.js";
import { type Reference, sameThing, wholeRegister } from "../reference.js";
import { flagValue, registerValue } from "../register-value.js";
import type { Session } from "../session.js";
import type { Writer } from "./cause.js";

export type RegisterReference = Extract<Reference, { kind: "register" | "flag" }>;

export interface RegisterWrite {
  readonly time: number;
  readonly rip: bigint;
  readonly by: Exclude<Writer["kind"], "page-walk" | "device">;
  readonly vector?: number;
  /** Of the session's inputs. */
  readonly input?: number;
  /** When the program was left, for what the kernel wrote. */
  readonly since?: number;
  readonly old: bigint;
  readonly now: bigint;
}

export class RegisterSearch {
  private readonly process: number | undefined;
  private readonly inRing3: boolean;
  private readonly decoded = new Map<bigint, { readonly bytes: string; readonly insn: Insn | undefined }>();

  constructor(
    private readonly session: Session,
    private readonly machine: Machine,
    private readonly reference: RegisterReference,
  ) {
    this.inRing3 = machine.cpu.system.cpl === 3;
    this.process = session.world.kernel?.current?.pid;
  }

  /** The last write between now and t = `to`. */
  look(to: number): RegisterWrite | undefined {
    const { session } = this;
    if (!this.isOwn()) this.goToEntry();
    let found: RegisterWrite | undefined;
    let left: { readonly time: number; readonly value: bigint } | undefined;
    while (session.time < to) {
      const before = this.before();
      session.replay(before.time + 1);
      if (session.time === before.time) break;
      const now = this.value();
      const input = this.inputAt(session.time);
      if (input !== undefined) found = { ...before, time: session.time, by: "input", input, now };
      else if (before.isOwn) found = this.ownWrite(before, now) ?? found;
      else if (left && this.isOwn() && now !== left.value)
        found = { ...before, by: "kernel", since: left.time, old: left.value, now };
      if (before.isOwn && !this.isOwn()) left = { time: before.time, value: now };
      else if (this.isOwn()) left = undefined;
    }
    return found;
  }

  private before() {
    const { cpu, time } = this.machine;
    const isOwn = this.isOwn();
    return {
      ...{ time, rip: cpu.rip, old: this.value(), isOwn, deliveries: cpu.deliveries },
      writes: isOwn && this.isWrittenBy(this.insnAt(cpu.rip)),
    };
  }

  private ownWrite(before: ReturnType<RegisterSearch["before"]>, now: bigint): RegisterWrite | undefined {
    const { time, rip, old, writes, deliveries } = before;
    const delivered = this.machine.cpu.deliveries > deliveries;
    if (delivered ? old === now : old === now && !writes) return undefined;
    return { time, rip, by: delivered ? "delivery" : "instruction", old, now };
  }

  /** The program whose register it is has the CPU. */
  private isOwn(): boolean {
    if (!this.inRing3) return true;
    return this.machine.cpu.system.cpl === 3 && this.session.world.kernel?.current?.pid === this.process;
  }

  /** Back to where the program was left last: what the kernel changes shows in comparison with that. */
  private goToEntry(): void {
    const { session, process } = this;
    const isEntry = ({ kind, pid }: TraceEvent) =>
      pid === process && ["syscall-entry", "exception", "interrupt"].includes(kind);
    for (let entry = session.log.lastBefore(session.time, isEntry); entry; ) {
      session.seek(entry.t);
      if (this.isOwn() || entry.t <= session.start) return;
      entry = session.log.lastBefore(entry.t, isEntry);
    }
  }

  private value(): bigint {
    const { reference } = this;
    const { cpu } = this.machine;
    const read = reference.kind === "flag" ? flagValue : registerValue;
    return read(cpu, reference.name) ?? 0n;
  }

  private inputAt(time: number): number | undefined {
    const n = this.session.inputs.findLastIndex(
      (one) => one.time === time && one.input.kind === "value" && sameThing(one.input.place, this.reference),
    );
    return n < 0 ? undefined : n;
  }

  private isWrittenBy(insn: Insn | undefined): boolean {
    if (!insn) return false;
    const { reference } = this;
    const effects = effectsOf(insn);
    if (reference.kind === "flag") {
      const mask = FLAG[reference.name.toUpperCase() as keyof typeof FLAG] ?? 0;
      return (effects.flags & mask) !== 0;
    }
    const whole = wholeRegister(reference.name);
    const vector = /^xmm(\d+)$/.exec(whole)?.[1];
    if (vector !== undefined) return effects.vectors.has(Number(vector));
    return effects.registers.has(GENERAL_NAMES[64].indexOf(whole));
  }

  private insnAt(rip: bigint): Insn | undefined {
    const bytes = peekMapped(this.machine.cpu, rip, MAX_LENGTH);
    const text = bytes.join();
    const known = this.decoded.get(rip);
    if (known?.bytes === text) return known.insn;
    const decoded = decode(Uint8Array.from(bytes), 0);
    const insn = typeof decoded === "string" ? undefined : decoded;
    this.decoded.set(rip, { bytes: text, insn });
    return insn;
  }
}
