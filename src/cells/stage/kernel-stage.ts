/**
 * A program as a process of the book's kernel, alone in its file tree. A source is assembled into an ELF file first,
 * so that everything a real program meets (execve, page faults, system calls) is met here too.
 */
import { errnoEntry } from "../../kernel/abi/errno.js";
import { UNAME } from "../../kernel/abi/utsname.js";
import { IDT_DOORS } from "../../kernel/entry/doors.js";
import { fromText } from "../../kernel/fs/byte-string.js";
import { FileSystem } from "../../kernel/fs/file-system.js";
import { addStandardTree } from "../../kernel/fs/standard-tree.js";
import { Kernel, type KernelOptions } from "../../kernel/kernel.js";
import { Machine } from "../../machine/machine.js";
import { writeElfExecutable } from "../../toolchain/elf-writer.js";
import { type Adjustments, KernelWorld } from "../../trace/worlds/kernel-world.js";
import type { Problem, RunStatistics } from "../../views/machine-state.js";
import { wantCallTable } from "../late/call-table.js";
import { CrossingRecorder } from "../observe/crossings.js";
import { textReader } from "../observe/text-at.js";
import type { Limits, Program } from "../protocol.js";
import { assembleImage } from "./assemble-image.js";
import { namer, type ProgramImage } from "./program-image.js";
import type { Stage, StageResult } from "./stage.js";

/** From the kernel's first process to its first instruction in ring 3 there are fewer steps than this. */
const MOST_STEPS_TO_ENTRY = 100_000;

/** The time of day in every run: 1 January 2026. */
const NOW = 1767225600n * 1_000_000_000n;

interface Arguments {
  readonly path: string;
  readonly file: Uint8Array;
  readonly args: readonly string[];
  readonly environment: readonly string[];
  readonly input: string;
}

/** What a scenario may say of the kernel, and of its first process. */
export interface StageOptions
  extends Pick<KernelOptions, "costs" | "timerHertz" | "scheduler" | "pcid" | "kernelThreads"> {
  /** It has the console as its terminal, on which somebody types; else its standard input is there from the beginning. */
  readonly onTerminal?: boolean;
}

/** The stage for a source or a file, at the program's first instruction. */
export function kernelStage(program: Program, limits: Limits, options: StageOptions = {}): StageResult {
  if (program.kind === "elf") {
    const { name, bytes, ...rest } = program;
    const path = `/tmp/${name.replaceAll("/", "_")}`;
    return open({ path, file: bytes, ...rest }, undefined, limits, options);
  }
  if (program.kind !== "source") throw new Error("a process needs a program");
  const assembled = assembleImage(program.text);
  if ("problems" in assembled) return assembled;
  const { image, assembly } = assembled;
  return open(
    { path: "/tmp/program", file: writeElfExecutable(assembly), args: [], environment: [], input: "" },
    image,
    limits,
    options,
  );
}

function open(
  what: Arguments,
  image: ProgramImage | undefined,
  limits: Limits,
  { onTerminal = false, ...options }: StageOptions,
): StageResult {
  const files = new FileSystem({ now: NOW });
  const console = addStandardTree(files, {
    release: UNAME.release,
    version: UNAME.version,
    hostname: UNAME.nodename,
  });
  files.putFile(fromText(what.path), what.file, 0o755);
  const machine = Machine.create({ ram: limits.memory });
  wantCallTable();
  const stage = new KernelStage(Kernel.boot(machine, { files, ...options }), image);
  const start = {
    path: fromText(what.path),
    argv: [what.path, ...what.args].map(fromText),
    environment: what.environment.map(fromText),
    cwd: "/tmp",
  };
  const failure = stage.world.start(start, onTerminal ? console : undefined);
  if (failure) return { refused: refusal(failure) };
  if (!onTerminal) {
    stage.world.accept({ kind: "terminal", bytes: new TextEncoder().encode(what.input) });
    stage.world.accept({ kind: "end-of-input" });
  }
  stage.goToEntry();
  return { stage };
}

function refusal({ errno, reason, nextStep }: { errno: number; reason: string; nextStep: string }): Problem {
  const name = errnoEntry(errno)?.name ?? `errno ${errno}`;
  return {
    reason: `${name}: ${reason}`,
    nextStep: `${nextStep[0]?.toUpperCase() ?? ""}${nextStep.slice(1)}.`,
  };
}

/** A kernel as a stage, whatever processes `world.start` gives it. */
export class KernelStage implements Stage {
  readonly world: KernelWorld;
  readonly crossings: CrossingRecorder;
  readonly nameOf: (address: bigint) => string | undefined;

  constructor(
    readonly kernel: Kernel,
    readonly image: ProgramImage | undefined,
    adjustments: Adjustments = {},
  ) {
    const { machine } = kernel;
    const ofKernel = symbolNamer(kernel.image.symbols);
    const ofProgram = image ? namer(image) : () => undefined;
    this.nameOf = (address) => ofProgram(address) ?? ofKernel(address);
    this.crossings = new CrossingRecorder(machine.cpu, this.nameOf, textReader(machine.cpu), {
      pause: () => machine.stop(),
      vectorName: (vector) => IDT_DOORS.find((door) => door.vector === vector)?.name,
    });
    this.world = new KernelWorld(kernel, {
      companions: [this.crossings],
      settle: () => this.crossings.settle(),
      adjustments,
    });
  }

  /** Through the kernel's way out, to the first instruction in ring 3: there the program begins. */
  goToEntry(): void {
    const { world } = this;
    const { cpu } = world.machine;
    world.begin();
    for (let n = 0; n < MOST_STEPS_TO_ENTRY && cpu.system.cpl !== 3 && !world.ending; n++)
      world.run(cpu.time + 1);
    this.crossings.clear();
  }

  statistics(): RunStatistics {
    const { statistics, frames, machine } = this.kernel;
    return {
      instructions: machine.cpu.time - machine.cpu.deliveries,
      pageFaults: statistics.minorFaults + statistics.copyOnWrite,
      forks: statistics.forks,
      contextSwitches: statistics.contextSwitches,
      framesPeak: frames.peak,
    };
  }
}

/** Names in the kernel's text: a symbol, or the nearest one before and the distance. */
function symbolNamer(symbols: ReadonlyMap<string, bigint>): (address: bigint) => string | undefined {
  const sorted = [...symbols].sort((a, b) => (a[1] < b[1] ? -1 : 1));
  const [first] = sorted;
  const last = sorted[sorted.length - 1];
  return (address) => {
    if (!first || !last || address < first[1] || address > last[1] + 64n) return undefined;
    const [name, at] = sorted.findLast(([, start]) => start <= address)!;
    return address === at ? name : `${name}+${address - at}`;
  };
}
