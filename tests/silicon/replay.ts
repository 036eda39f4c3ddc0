/**
 * Executes recorded instructions on a `Cpu` in ring 3 with real page tables, and names every field that differs.
 * The guest has nothing but the vector's two areas; there is no IDT, so a fault is caught as its delivery begins.
 */
import { decode } from "../../src/machine/isa/decoder.js";
import type { Insn } from "../../src/machine/isa/insn.js";
import type { Engine } from "../../src/machine/machine.js";
import { UserCpu } from "../machine/user-cpu.js";
import { AT, NAMES, type RecordedFault, type RecordedState, type Vector } from "./vector-file.js";

const CODE = 0x10000000;
const DATA = 0x20000000;
const DATA_SIZE = 0x2000;
const CODE_FRAME = 0x10000;
const DATA_FRAME = 0x20000;

/** No vector of the recorder has more iterations. */
const MOST_STEPS = 100_000;

const PATTERN = Uint8Array.from({ length: DATA_SIZE }, (_, n) => ((n * 167 + 13) & 255) ^ ((n >> 5) & 255));

export class Replayer {
  private readonly machine = new UserCpu([
    { linear: CODE, frame: CODE_FRAME, pages: 1, writable: true },
    { linear: DATA, frame: DATA_FRAME, pages: DATA_SIZE / 4096, writable: true },
  ]);
  private readonly cpu = this.machine.cpu;

  /** @param engine with `translator` each instruction is translated before it runs, where that is possible */
  constructor(private readonly engine: Engine = "evaluator") {
    if (engine === "translator") this.cpu.useTranslator();
  }

  /** Runs one vector to its end and compares everything it recorded: the differences, none when it passed. */
  replay(vector: Vector): string[] {
    const bytes = Buffer.from(vector.hex, "hex");
    const insn = decode(bytes, 0);
    if (typeof insn === "string") return [`this machine has no such instruction (${insn})`];
    this.prepare(vector.before, bytes);
    try {
      this.execute(insn);
    } catch (caught) {
      return [`threw ${String(caught)}`];
    }
    return this.compare(vector, insn.length);
  }

  private execute(insn: Insn): void {
    const { cpu, machine } = this;
    const repeats = insn.form.repeatable && insn.repeat !== 0;
    for (let n = 0; n < MOST_STEPS; n++) {
      if (this.engine === "translator" && n < 2) this.cpu.translateHere();
      machine.step();
      if (machine.caught || !repeats || cpu.rip !== AT) return;
    }
  }

  private prepare(before: RecordedState, bytes: Uint8Array): void {
    const { cpu } = this;
    this.machine.reset();
    cpu.memory.fill(CODE_FRAME, 4096, 0xcc);
    cpu.memory.writeBytes(CODE_FRAME + 0x800, bytes);
    cpu.memory.writeBytes(DATA_FRAME, PATTERN);
    cpu.state.general.set(before.general);
    before.xmm.forEach((value, n) => {
      cpu.state.vectors[2 * n] = BigInt.asUintN(64, value);
      cpu.state.vectors[2 * n + 1] = value >> 64n;
    });
    this.loadX87(before);
    cpu.system.mxcsr = before.mxcsr;
    cpu.flags = before.flags;
    cpu.rip = AT;
  }

  private loadX87(before: RecordedState): void {
    const { x87 } = this.cpu.state;
    x87.top = (before.status >> 11) & 7;
    x87.status = before.status & ~0x3800;
    x87.control = before.control;
    x87.tags = 0;
    before.st.forEach((value, n) => {
      const register = (x87.top + n) & 7;
      x87.significands[register] = BigInt.asUintN(64, value);
      x87.signExponents[register] = Number(value >> 64n);
      const used = (before.tags >> register) & 1;
      x87.tags |= (used === 0 ? 3 : tagOf(value)) << (register * 2);
    });
  }

  private compare(vector: Vector, length: number): string[] {
    const differences: string[] = [];
    const check = (
      name: string,
      got: bigint | number | undefined,
      expected: bigint | number | undefined,
    ): void => {
      if (got !== expected) differences.push(`${name} ${show(got)}, recorded ${show(expected)}`);
    };
    const { cpu } = this;
    const { caught } = this.machine;
    const { after, undefinedFlags } = vector;
    check("exception", caught?.vector, vector.fault?.vector);
    if (vector.fault && caught) {
      // The recorder kept the error codes of #GP, #PF and #AC only.
      if (vector.fault.errorCode !== undefined)
        check("error code", errorCodeSeen(caught), vector.fault.errorCode);
      check("cr2", caught.address, vector.fault.address);
    }
    check("rip", cpu.rip, vector.rip ?? AT);
    if (vector.rip === undefined && length !== vector.hex.length / 2)
      check("length", length, vector.hex.length / 2);
    after.general.forEach((value, n) => check(NAMES[n]!, cpu.state.general[n], value));
    check("rflags", cpu.flags & ~undefinedFlags, after.flags & ~undefinedFlags);
    after.xmm.forEach((value, n) => check(`xmm${n}`, this.xmm(n), value));
    check("mxcsr", cpu.system.mxcsr, after.mxcsr);
    this.compareX87(after, check);
    this.compareMemory(vector, differences);
    return differences;
  }

  private xmm(n: number): bigint {
    const { vectors } = this.cpu.state;
    return vectors[2 * n]! | (vectors[2 * n + 1]! << 64n);
  }

  private compareX87(
    after: RecordedState,
    check: (name: string, got: bigint | number, expected: bigint | number) => void,
  ): void {
    const { x87 } = this.cpu.state;
    check("fcw", x87.control, after.control);
    check("fsw", x87.status | (x87.top << 11), after.status);
    let used = 0;
    for (let n = 0; n < 8; n++) if (((x87.tags >> (n * 2)) & 3) !== 3) used |= 1 << n;
    check("tags in use", used, after.tags);
    after.st.forEach((value, n) => {
      const register = (x87.top + n) & 7;
      check(`st${n}`, x87.significands[register]! | (BigInt(x87.signExponents[register]!) << 64n), value);
    });
  }

  private compareMemory(vector: Vector, differences: string[]): void {
    const expected = PATTERN.slice();
    for (const [offset, bytes] of vector.memory) expected.set(bytes, offset);
    const got = this.cpu.memory.readBytes(DATA_FRAME, DATA_SIZE);
    for (let n = 0; n < DATA_SIZE; n++) {
      if (got[n] === expected[n]) continue;
      differences.push(`memory ${show(DATA + n)}: ${show(got[n])}, recorded ${show(expected[n])}`);
      return;
    }
  }
}

/** What a signal handler sees: Linux calls every fault of a kernel address a protection fault (bit 0). */
function errorCodeSeen({ errorCode, address }: RecordedFault): number | undefined {
  return errorCode !== undefined && address !== undefined && address >> 63n !== 0n
    ? errorCode | 1
    : errorCode;
}

/** The full tag of a value in use: 0 valid, 1 zero, 2 special. Source: SDM Vol. 1 §8.1.7. */
function tagOf(value: bigint): number {
  const exponent = Number(value >> 64n) & 0x7fff;
  const significand = BigInt.asUintN(64, value);
  if (exponent === 0 && significand === 0n) return 1;
  return exponent === 0 || exponent === 0x7fff || significand >> 63n === 0n ? 2 : 0;
}

function show(value: bigint | number | undefined): string {
  return value === undefined ? "none" : `0x${value.toString(16)}`;
}
