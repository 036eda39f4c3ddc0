/** A machine with a kernel and its first process as a world. */
import { signalName } from "../../kernel/abi/signals.js";
import { IDT_DOORS, VECTOR_INT80 } from "../../kernel/entry/doors.js";
import type { Refusal } from "../../kernel/exec/refusal.js";
import type { HostStream } from "../../kernel/fs/host-stream.js";
import type { OutputLog } from "../../kernel/fs/output-log.js";
import type { Terminal } from "../../kernel/fs/terminal.js";
import type { Kernel } from "../../kernel/kernel.js";
import type { SwitchedOff, SystemEnd } from "../../kernel/process/system-end.js";
import { type SpawnOptions, spawn, spawnOnTerminal } from "../../kernel/spawn.js";
import type { Machine, MachineSnapshot } from "../../machine/machine.js";
import type { EventTold } from "../event.js";
import type { WorldInput } from "../input.js";
import { type GraphMoment, Memento } from "../memento/memento.js";
import { OutputText } from "../output-text.js";
import type { Ending, World, WorldStop } from "../world.js";
import { bothHear, type CallCount, kernelEvents } from "./kernel-events.js";
import { listenToMachine, printable } from "./machine-events.js";
import { sharedParts } from "./machine-world.js";
import { inputProblem, isForMachine, putInput } from "./put-input.js";
import { silently, Teller } from "./teller.js";

export interface KernelMoment {
  readonly machine: MachineSnapshot;
  readonly objects: GraphMoment;
}

/** How the first process is connected to the outside. */
export type Connection =
  /** By streams, as of a command line. */
  | { readonly kind: "streams"; readonly input: HostStream; readonly output: OutputLog }
  /** By a terminal. */
  | { readonly kind: "terminal"; readonly terminal: Terminal };

/** Values that may be changed while the world runs, by name. */
export type Adjustments = Readonly<
  Record<string, { problemOf(value: string | number): string | undefined; set(value: string | number): void }>
>;

export interface KernelWorldOptions {
  /** Objects beside the kernel whose contents belong to its moments, such as recorders for views. */
  readonly companions?: readonly object[];
  /** The machine has come to rest. */
  settle?(): void;
  readonly adjustments?: Adjustments;
}

type WindowSize = Extract<WorldInput, { kind: "window-size" }>;

/** The kernel keeps rows and columns in 16 bits each; no window has nearly so many. */
const MOST_CELLS = 1000;

export class KernelWorld implements World<KernelMoment> {
  /** What came out of the streams or the terminal of the first process. */
  readonly output = new OutputText();
  private readonly teller: Teller;
  private readonly memento: Memento;
  private readonly count: CallCount = { calls: 0 };
  private connection: Connection | undefined;

  /** Processes are started with `start`, or connected when the kernel has them already. */
  constructor(
    readonly kernel: Kernel,
    private readonly options: KernelWorldOptions = {},
  ) {
    const { machine } = kernel;
    this.teller = new Teller(machine);
    listenToMachine(machine, this.teller.happens, {
      callVector: VECTOR_INT80,
      vectorName: (vector) => IDT_DOORS.find((door) => door.vector === vector)?.name,
      pid: () => kernel.current?.pid,
    });
    kernel.observer = bothHear(kernel.observer, kernelEvents(kernel, this.count, this.teller.happens));
    const roots = [kernel, this.count, this.output, ...(options.companions ?? [])];
    this.memento = new Memento(roots, sharedParts(machine));
  }

  /** Starts a program on streams, or on a terminal. What is wrong when it cannot be. */
  start(program: SpawnOptions, terminal?: Terminal): Refusal | undefined {
    if (terminal) {
      const spawned = spawnOnTerminal(this.kernel, terminal, program);
      if (!spawned.ok) return spawned.failure;
      this.connect({ kind: "terminal", terminal });
    } else {
      const spawned = spawn(this.kernel, program);
      if (!spawned.ok) return spawned.failure;
      this.connect({ kind: "streams", ...spawned.streams });
    }
    return undefined;
  }

  /** What comes out there is told from now on. What is typed goes to the first that was connected. */
  connect(connection: Connection): void {
    this.connection ??= connection;
    this.memento.add(connection);
    const take = (stream: string, bytes: Uint8Array) => this.wrote(stream, bytes);
    if (connection.kind === "streams") connection.output.taker = ({ stream, bytes }) => take(stream, bytes);
    else connection.terminal.screen = (bytes) => take("terminal", bytes);
  }

  private wrote(stream: string, bytes: Uint8Array): void {
    this.output.append(bytes);
    const pid = this.kernel.current?.pid;
    this.teller.happens({
      ...{ t: this.time, kind: "output", stream, bytes, ...(pid === undefined ? {} : { pid }) },
      says: `${stream}: ${printable(bytes)}`,
    });
  }

  /** On which the first process is, if it is on one. */
  get terminal(): Terminal | undefined {
    return this.connection?.kind === "terminal" ? this.connection.terminal : undefined;
  }

  get machine(): Machine {
    return this.kernel.machine;
  }

  begin(): void {
    this.kernel.settle();
  }

  get time(): number {
    return this.machine.time;
  }

  get tell(): (event: EventTold) => void {
    return this.teller.tell;
  }

  set tell(tell: (event: EventTold) => void) {
    this.teller.tell = tell;
  }

  get stopAt(): ((event: EventTold) => boolean) | undefined {
    return this.teller.stopAt;
  }

  set stopAt(stopAt: ((event: EventTold) => boolean) | undefined) {
    this.teller.stopAt = stopAt;
  }

  get ending(): Ending | undefined {
    const { kernel } = this;
    const { shutDownReason } = this.machine.cpu;
    if (shutDownReason !== undefined)
      return { kind: "shutdown", says: `the kernel panicked: ${shutDownReason}` };
    if (kernel.end) return endOfSystem(kernel.end);
    if (kernel.first?.ending) return endingOf(kernel);
    const rests = !kernel.current && kernel.scheduler.length === 0 && kernel.woken.length === 0;
    if (!rests || kernel.somebodyWakesByTime()) return undefined;
    return { kind: "waiting", says: "every process sleeps until something comes in from outside" };
  }

  run(limit: number): WorldStop {
    return this.teller.during(true, () => this.runOn(limit));
  }

  replay(limit: number): WorldStop {
    return silently(this.machine, () => this.teller.during(false, () => this.runOn(limit)));
  }

  private runOn(limit: number): WorldStop {
    for (;;) {
      if (this.time >= limit) return { reason: "limit" };
      const stop = this.kernel.run(limit);
      this.options.settle?.();
      switch (stop.reason) {
        case "breakpoint":
        case "watchpoint":
          return stop;
        case "stopped":
          if (this.teller.wantsEnd) return { reason: "event" };
          break;
        case "limit":
          return { reason: "limit" };
        default:
          return { reason: this.time < limit ? "over" : "limit" };
      }
    }
  }

  snapshot(): KernelMoment {
    return { machine: this.machine.snapshot(), objects: this.memento.snapshot() };
  }

  restore({ machine, objects }: KernelMoment): void {
    this.machine.restore(machine);
    this.memento.restore(objects);
  }

  problemOf(input: WorldInput): string | undefined {
    if (isForMachine(input)) return inputProblem(input, this);
    if (input.kind === "window-size") return this.sizeProblem(input);
    if (input.kind !== "parameter")
      return this.connection ? undefined : "nothing is connected to the process";
    const { adjustments = {} } = this.options;
    const adjustment = Object.hasOwn(adjustments, input.name) ? adjustments[input.name] : undefined;
    return adjustment
      ? adjustment.problemOf(input.value)
      : `${input.name} cannot be changed while the machine runs`;
  }

  private sizeProblem({ rows, columns }: WindowSize): string | undefined {
    if (!this.terminal) return "the process has no terminal whose window could change";
    const isSize = (n: number) => Number.isInteger(n) && n >= 1 && n <= MOST_CELLS;
    return isSize(rows) && isSize(columns)
      ? undefined
      : `a window cannot have ${rows} rows, ${columns} columns`;
  }

  accept(input: WorldInput): void {
    if (isForMachine(input)) putInput(input, this);
    else if (input.kind === "window-size") this.terminal?.resize(input.rows, input.columns);
    else if (input.kind === "parameter") this.options.adjustments?.[input.name]?.set(input.value);
    else this.feed(input.kind === "terminal" ? input.bytes : undefined);
    this.kernel.settle();
  }

  /** `undefined`: nothing more will come. */
  private feed(bytes: Uint8Array | undefined): void {
    const { connection } = this;
    if (!connection) return;
    if (connection.kind === "streams") {
      if (bytes) connection.input.feed(bytes);
      else connection.input.endInput();
    } else if (bytes) connection.terminal.type(bytes);
    else connection.terminal.endInput();
  }
}

const SWITCHED_OFF: Readonly<Record<SwitchedOff, string>> = {
  halted: "the machine was halted",
  "powered-off": "the machine was switched off",
  restarted: "the machine would start again",
};

function endOfSystem(end: SystemEnd): Ending {
  if (end.kind === "panic") return { kind: "shutdown", says: `the kernel panicked: ${end.says}` };
  return { kind: "finished", says: `${SWITCHED_OFF[end.kind]} by a program (reboot)` };
}

function endingOf({ first }: Kernel): Ending {
  const { ending, faultReport } = first!;
  if (ending?.kind === "exited") return { kind: "exited", status: ending.status };
  const number = ending?.signal ?? 0;
  const says = faultReport
    ? `at 0x${faultReport.rip.toString(16)}: ${faultReport.reason}`
    : "somebody sent it";
  return { kind: "signalled", signal: signalName(number), number, says };
}
