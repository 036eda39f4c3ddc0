/**
 * A program alone on a processor in long mode: no kernel. In ring 0, or in ring 3 with handlers of its
 * own in section `.kernel`, where a label `vector_N` (decimal or 0x…) fills gate N.
 *
 *     0x401000            the program's sections, one after the other, each on pages of its own
 *     0x7fffffffe000      its stack, 16 KiB, growing down
 *     0xffffffff80200000  section .kernel
 */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";
import { FLAG } from "../../machine/isa/registers.js";
import { Machine } from "../../machine/machine.js";
import { MachineWorld } from "../../trace/worlds/machine-world.js";
import type { Crossing, Ring } from "../../views/machine-state.js";
import { hex } from "../../views/numbers.js";
import { CrossingRecorder } from "../observe/crossings.js";
import { pokeBytes } from "../observe/peek.js";
import { textReader } from "../observe/text-at.js";
import type { Limits } from "../protocol.js";
import {
  END_VECTOR,
  gateAddress,
  gateBytes,
  isCallable,
  LongModeTables,
  stoppedVector,
} from "./long-mode-tables.js";
import { namer, type ProgramImage } from "./program-image.js";
import type { Stage, StageResult } from "./stage.js";

const STACK_TOP = 0x7fffffffe000n;
const STACK_SIZE = 0x4000;
/** Bare programs are small; a snapshot of little memory is quick. */
const MOST_MEMORY = 8 << 20;

/** `int 0xff`, which stands behind the last instruction. */
const END_MARK = [0xcd, END_VECTOR];

/** The stage for `image`, starting in `ring` with interrupts allowed. */
export function bareStage(image: ProgramImage, ring: Ring, limits: Limits): StageResult {
  const size = Math.min(limits.memory, MOST_MEMORY);
  const room = size - (2 << 20);
  const needed = image.sections.reduce((sum, section) => sum + section.bytes.length, 0);
  if (needed > room) {
    const reason = `the program has ${needed} bytes, and this machine has room for ${room}`;
    return { problems: [{ reason, nextStep: "Make it smaller: look for a large .zero or .align." }] };
  }
  return { stage: new BareStage(image, ring, size) };
}

class BareStage implements Stage {
  readonly world: MachineWorld;
  readonly crossings: CrossingRecorder;
  private readonly cpu: Cpu;
  private readonly labels: (address: bigint) => string | undefined;

  constructor(
    readonly image: ProgramImage,
    ring: Ring,
    memory: number,
  ) {
    const machine = Machine.create({ ram: memory });
    const { cpu } = machine;
    this.cpu = cpu;
    this.labels = namer(image);
    this.crossings = new CrossingRecorder(cpu, this.nameOf, textReader(cpu), {
      pause: () => machine.stop(),
      unrecorded: END_VECTOR,
    });
    this.world = new MachineWorld(machine, {
      unrecorded: END_VECTOR,
      companions: [this.crossings],
      settle: () => this.crossings.settle(),
      haltSays: () => this.haltWords(),
    });
    const tables = new LongModeTables(cpu);
    this.loadSections(tables);
    this.fillGates();
    tables.map(STACK_TOP - BigInt(STACK_SIZE), STACK_SIZE, true);
    tables.start(ring, image.entry, STACK_TOP - 64n, FLAG.IF | 2);
  }

  private loadSections(tables: LongModeTables): void {
    for (const { address, bytes, kernel, code } of this.image.sections) {
      const contents = code ? [...bytes, ...END_MARK] : [...bytes];
      tables.map(address, contents.length, !kernel);
      pokeBytes(this.cpu, address, contents);
    }
  }

  /** A label that names a vector is its handler. Any ring may call it, but for exceptions that nobody raises on purpose. */
  private fillGates(): void {
    for (const [name, address] of this.image.symbols) {
      const vector = /^vector_(\d+|0x[\da-f]+)$/i.exec(name)?.[1];
      if (vector === undefined || Number(vector) > 255) continue;
      const dpl = Number(vector) < 32 && !isCallable(Number(vector)) ? 0 : 3;
      pokeBytes(this.cpu, gateAddress(Number(vector)), [...gateBytes(address, dpl)]);
    }
  }

  private haltWords(): string {
    const { rip } = this.cpu;
    const vector = stoppedVector(rip);
    if (vector === END_VECTOR) return "the program ran past its last instruction";
    if (vector !== undefined)
      return `${vectorWords(vector, this.crossings.state().last)}, and nobody has filled gate ${hex(vector)}`;
    return `hlt in ring ${this.cpu.system.cpl}, and no device will wake the processor`;
  }

  readonly nameOf = (address: bigint): string | undefined => {
    const vector = stoppedVector(address);
    if (vector !== undefined) return vector === END_VECTOR ? "end_of_program" : `stop_${hex(vector)}`;
    return this.labels(address);
  };
}

function vectorWords(vector: number, last: Crossing | undefined): string {
  const [name, words] = EXCEPTION_NAMES[vector] ?? [`vector ${hex(vector)}`, ""];
  const cause = last?.instruction ? ` by ${last.instruction}` : "";
  const detail = last?.detail && last.detail !== words ? ` (${last.detail})` : "";
  return `${name}${words ? ` ${words}` : ""}${cause}${detail}`;
}
