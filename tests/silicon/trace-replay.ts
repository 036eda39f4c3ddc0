/**
 * Replays a traced program and finds where this machine first does something else than the real processor. The
 * evaluator is compared after every instruction, the translator wherever something comes from outside.
 */
import { Code, Decoder, RflagsBits } from "iced-x86";
import type { Engine } from "../../src/machine/machine.js";
import { PAGE_SIZE } from "../../src/machine/memory/physical-memory.js";
import { disassembleOne } from "../../src/toolchain/disassembler/disassemble.js";
import { REGISTER, REGISTER_NAMES, REGISTERS, type RegisterChange, type TraceLine } from "./trace-file.js";
import { TraceMachine } from "./trace-machine.js";

/** How a replay ended. */
export interface TraceResult {
  /** Instructions that both executed. */
  steps: number;
  /** How often the processor was given something from outside. */
  fromOutside: number;
  /** Pages of memory that were compared. */
  pages: number;
  /** The first divergence, for a human: instruction and every field that differs. */
  divergence: string | undefined;
}

const STATUS_FLAGS = [
  [RflagsBits.OF, 0x800],
  [RflagsBits.SF, 0x80],
  [RflagsBits.ZF, 0x40],
  [RflagsBits.AF, 0x10],
  [RflagsBits.PF, 4],
  [RflagsBits.CF, 1],
] as const;
const CPUID = "0fa2";

export function replayTrace(lines: Iterable<TraceLine>, engine: Engine): TraceResult {
  const replay = new Replay(engine);
  for (const line of lines) {
    replay.take(line);
    if (replay.result.divergence !== undefined) break;
  }
  return replay.result;
}

class Replay {
  readonly result: TraceResult = { steps: 0, fromOutside: 0, pages: 0, divergence: undefined };
  private readonly machine: TraceMachine;
  private readonly flagEffects = new FlagEffects();
  private readonly stepwise: boolean;
  /** The real processor's registers. */
  private readonly real = new Array<bigint>(REGISTERS).fill(0n);
  /** Status flags that are undefined at this moment. */
  private undefinedFlags = 0;
  /** Instructions that the real processor is ahead. */
  private ahead = 0;
  private lastCode = "";
  private lastRip = 0n;
  private mapped = false;

  constructor(engine: Engine) {
    this.machine = new TraceMachine(engine);
    this.stepwise = engine === "evaluator";
  }

  take(line: TraceLine): void {
    switch (line.kind) {
      case "map":
        for (let at = line.start; at < line.end; at += BigInt(PAGE_SIZE)) this.machine.map(at);
        break;
      case "unmap":
        for (let at = line.start; at < line.end; at += BigInt(PAGE_SIZE)) this.machine.unmap(at);
        break;
      case "data":
        this.machine.write(line.address, line.bytes);
        break;
      case "start":
        this.apply(line.changes);
        break;
      case "hash":
        this.catchUp();
        this.compareMemory(line.address, line.hash);
        break;
      case "step":
        this.step(line.code, line.changes);
        return;
      case "outside":
        if (line.code.startsWith(CPUID)) this.step(line.code, line.changes);
        else this.fromOutside(line.changes);
        return;
      default:
        this.catchUp();
    }
    this.mapped = line.kind !== "hash" || this.mapped;
  }

  private apply(changes: readonly RegisterChange[]): void {
    for (const [register, value] of changes) this.real[register] = value;
  }

  private step(code: string, changes: readonly RegisterChange[]): void {
    if (this.mapped) {
      // Memory or registers were changed from outside since the last instruction.
      this.machine.put(this.real);
      this.undefinedFlags = 0;
      this.mapped = false;
    }
    const [undefinedNow, writes] = this.flagEffects.of(code);
    this.undefinedFlags = (this.undefinedFlags & ~writes) | undefinedNow;
    this.lastCode = code;
    this.lastRip = this.real[REGISTER.RIP]!;
    this.apply(changes);
    this.ahead++;
    if (this.stepwise) this.catchUp();
  }

  private fromOutside(changes: readonly RegisterChange[]): void {
    this.catchUp();
    this.apply(changes);
    this.result.fromOutside++;
    this.mapped = true;
  }

  /** Executes what the real processor has executed, and compares all registers. */
  private catchUp(): void {
    if (this.ahead === 0 || this.result.divergence !== undefined) return;
    const { cpu } = this.machine;
    cpu.run(cpu.time + this.ahead);
    const ours = this.machine.registers();
    const mask = BigInt(~this.undefinedFlags & 0xffffff);
    const differing: number[] = [];
    for (let n = 0; n < REGISTERS; n++) {
      const same =
        n === REGISTER.FLAGS ? ((ours[n]! ^ this.real[n]!) & mask) === 0n : ours[n] === this.real[n];
      if (!same) differing.push(n);
    }
    if (differing.length > 0 || this.machine.caught) this.report(ours, differing);
    else this.result.steps += this.ahead;
    this.ahead = 0;
    // What is undefined may be read later (PUSHF, SAHF and the like): go on with the real processor's.
    if (this.undefinedFlags !== 0) {
      cpu.flags = Number(this.real[REGISTER.FLAGS]);
      this.undefinedFlags = 0;
    }
  }

  private compareMemory(address: bigint, expected: number): void {
    if (this.result.divergence !== undefined) return;
    this.result.pages++;
    const found = hashOf(this.machine.page(address));
    if (found === expected) return;
    this.result.divergence = `after ${this.result.steps} instructions the page at 0x${address.toString(16)} differs`;
  }

  private report(ours: readonly bigint[], differing: readonly number[]): void {
    const { caught } = this.machine;
    const text = disassembleOne(Buffer.from(this.lastCode, "hex"), 0, this.lastRip).text;
    const stretch = this.stepwise ? "" : `, or one of the ${this.ahead - 1} before it`;
    const lines = differing.map((n) => {
      const name = REGISTER_NAMES[n]!.padEnd(12);
      return `  ${name} ours 0x${ours[n]!.toString(16)}, real 0x${this.real[n]!.toString(16)}`;
    });
    if (caught) lines.unshift(`  exception ${caught.vector} here: ${caught.detail ?? ""}`);
    const where = `instruction ${this.result.steps + this.ahead} at 0x${this.lastRip.toString(16)}`;
    this.result.divergence = [`${where}: ${text}${stretch}`, ...lines].join("\n");
  }
}

/** FNV-1a of 32-bit words, as the tracer computes it. */
function hashOf(page: Uint8Array): number {
  const words = new DataView(page.buffer, page.byteOffset, page.length);
  let hash = 0x811c9dc5;
  for (let at = 0; at < page.length; at += 4) hash = Math.imul(hash ^ words.getUint32(at, true), 0x01000193);
  return hash >>> 0;
}

/** Which status flags an instruction leaves undefined, and which it writes, as iced-x86 tells. */
class FlagEffects {
  private readonly known = new Map<string, readonly [number, number]>();

  of(code: string): readonly [undefinedFlags: number, writes: number] {
    let found = this.known.get(code);
    if (!found) {
      found = this.ask(code);
      this.known.set(code, found);
    }
    return found;
  }

  private ask(code: string): readonly [number, number] {
    const decoder = new Decoder(64, Buffer.from(code, "hex"), 0);
    const insn = decoder.decode();
    const mask = (bits: number): number =>
      STATUS_FLAGS.reduce((all, [bit, flag]) => ((bits & bit) !== 0 ? all | flag : all), 0);
    const effects = [mask(insn.rflagsUndefined), mask(insn.rflagsModified)] as const;
    const exists = insn.code !== Code.INVALID;
    insn.free();
    decoder.free();
    return exists ? effects : [0, 0];
  }
}
