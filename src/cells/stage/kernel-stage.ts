/**
 * A program as a process of the book's kernel, alone in its file tree. A source is assembled into an ELF file first,
 * so that everything a real program meets (execve, page faults, system calls) is met here too.
 */
import { errnoEntry } from "../../kernel/abi/errno.js";
import { signalName } from "../../kernel/abi/signals.js";
import { DOOR_SYSCALL, IDT_DOORS } from "../../kernel/entry/doors.js";
import { fromText } from "../../kernel/fs/byte-string.js";
import { FileSystem } from "../../kernel/fs/file-system.js";
import { addStandardTree } from "../../kernel/fs/standard-tree.js";
import { Kernel, type KernelOptions } from "../../kernel/kernel.js";
import { type StandardStreams, spawn } from "../../kernel/spawn.js";
import { UNAME } from "../../kernel/syscalls/identity.js";
import { RAX } from "../../machine/isa/registers.js";
import { Machine } from "../../machine/machine.js";
import { writeElfExecutable } from "../../toolchain/elf-writer.js";
import type { Problem, RunStatistics } from "../../views/machine-state.js";
import { wantCallTable } from "../late/call-table.js";
import { CrossingRecorder } from "../observe/crossings.js";
import { instructionState } from "../observe/instruction.js";
import type { Limits, Program } from "../protocol.js";
import { assembleImage } from "./assemble-image.js";
import { CallLog } from "./call-log.js";
import { namer, type ProgramImage } from "./program-image.js";
import type { Ending, Stage, StageResult } from "./stage.js";
import { TextLog } from "./text-log.js";

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

/** What a scenario may say of the kernel. */
export type StageOptions = Pick<KernelOptions, "costs">;

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
  options: StageOptions,
): StageResult {
  const files = new FileSystem({ now: NOW });
  addStandardTree(files, { release: UNAME.release, version: UNAME.version, hostname: UNAME.nodename });
  files.putFile(fromText(what.path), what.file, 0o755);
  const calls = new CallLog();
  const machine = Machine.create({ ram: limits.memory });
  wantCallTable();
  const kernel = Kernel.boot(machine, { files, observer: calls.observer, ...options });
  const argv = [what.path, ...what.args].map(fromText);
  const spawned = spawn(kernel, {
    path: fromText(what.path),
    argv,
    environment: what.environment.map(fromText),
    cwd: "/tmp",
  });
  if (!spawned.ok) return { refused: refusal(spawned.failure) };
  spawned.streams.input.feed(new TextEncoder().encode(what.input));
  spawned.streams.input.endInput();
  const stage = new KernelStage(kernel, spawned.streams, calls, image);
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

class KernelStage implements Stage {
  readonly crossings: CrossingRecorder;
  readonly nameOf: (address: bigint) => string | undefined;
  private readonly written = new TextLog();

  constructor(
    private readonly kernel: Kernel,
    private readonly streams: StandardStreams,
    private readonly log: CallLog,
    readonly image: ProgramImage | undefined,
  ) {
    const ofKernel = symbolNamer(kernel.image.symbols);
    const ofProgram = image ? namer(image) : () => undefined;
    this.nameOf = (address) => ofProgram(address) ?? ofKernel(address);
    const { cpu } = this;
    this.crossings = new CrossingRecorder(
      cpu,
      this.nameOf,
      (address) => instructionState(cpu, address)?.text ?? "",
      {
        vectorName: (vector) => IDT_DOORS.find((door) => door.vector === vector)?.name,
      },
    );
    const { hypercall } = cpu;
    cpu.hypercall = (entered) => {
      this.crossings.entered(Number(entered.state.general[RAX]! & 0xffffffffn) === DOOR_SYSCALL);
      hypercall?.(entered);
    };
  }

  get cpu(): Machine["cpu"] {
    return this.kernel.machine.cpu;
  }

  /** Through the kernel's way out, to the program's first instruction. */
  goToEntry(): void {
    const { cpu } = this;
    for (let n = 0; n < MOST_STEPS_TO_ENTRY && cpu.system.cpl !== 3 && !this.run(cpu.time + 1); n++);
    this.crossings.clear();
  }

  run(limit: number): Ending | undefined {
    for (;;) {
      const stop = this.kernel.run(limit);
      const wrote = this.drain();
      switch (stop.reason) {
        case "limit":
          return undefined;
        case "ended":
          return this.ending();
        case "panic":
          return { kind: "shutdown", says: `the kernel panicked: ${stop.detail}` };
        case "waiting":
          if (!wrote) return { kind: "halted", says: "every process sleeps, and nothing can wake one" };
      }
    }
  }

  /** Takes what the guest wrote; false when there was nothing. */
  private drain(): boolean {
    const pieces = this.streams.output.drain();
    for (const { bytes } of pieces) this.written.append(bytes);
    return pieces.length > 0;
  }

  private ending(): Ending {
    const { ending, faultReport } = this.kernel.first!;
    if (ending?.kind === "exited") return { kind: "exited", status: ending.status };
    const signal = signalName(ending?.signal ?? 0);
    const says = faultReport
      ? `at 0x${faultReport.rip.toString(16)}: ${faultReport.reason}`
      : "somebody sent it";
    return { kind: "signalled", signal, says };
  }

  output(): string {
    return this.written.text;
  }

  calls(): ReturnType<CallLog["state"]> {
    return this.log.state();
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
