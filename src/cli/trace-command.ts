/** `youcpu trace`: one program on a fresh machine, and everything that happens, as lines for people or for programs. */
import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { Kernel } from "../kernel/kernel.js";
import { Machine } from "../machine/machine.js";
import type { TraceEvent } from "../trace/event.js";
import { EventLines, endLine, headerLine } from "../trace/json-lines.js";
import { Session } from "../trace/session.js";
import { KernelWorld } from "../trace/worlds/kernel-world.js";
import { EXIT } from "./exit-codes.js";
import { type Failure, guestFiles, placeProgram, refused, toByteString } from "./guest-program.js";
import { readHostInput, writeHost } from "./host-streams.js";
import type { RunOptions } from "./run-options.js";
import { nothingCanWake } from "./sleepers.js";
import { parseTraceOptions, TRACE_HELP, type TraceOptions } from "./trace-options.js";
import { UsageError } from "./usage-error.js";

/** Steps between two looks at what has happened. */
const SLICE = 1 << 14;

/** Runs the command; returns the exit code. */
export function traceCommand(words: readonly string[]): number {
  try {
    const options = parseTraceOptions(words);
    if (options === "help") {
      writeHost(1, Buffer.from(TRACE_HELP));
      return 0;
    }
    return trace(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return fail({ code: EXIT.wrongUse, says: error.message });
  }
}

function fail({ code, says }: Failure): number {
  writeHost(2, Buffer.from(`youcpu trace: ${says}\n`));
  return code;
}

function trace(options: TraceOptions): number {
  const started = start(options.run);
  if ("code" in started) return fail(started);
  const { world, programHash } = started;
  const descriptor = options.output === undefined ? 1 : openOutput(options.output);
  const write = (line: string) => writeHost(descriptor, Buffer.from(`${line}\n`));
  try {
    return new Tracing(world, options, write).run(setupOf(options.run, programHash));
  } finally {
    if (options.output !== undefined) closeSync(descriptor);
  }
}

function openOutput(path: string): number {
  try {
    return openSync(path, "w");
  } catch (error) {
    throw new UsageError(`--output ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function start(options: RunOptions): { world: KernelWorld; programHash: string | undefined } | Failure {
  const { files } = guestFiles(options);
  const placed = placeProgram(files, options);
  if ("code" in placed) return placed;
  const machine = Machine.create({ ram: options.ram, engine: options.engine });
  const world = new KernelWorld(Kernel.boot(machine, { ...options.memory, ...options.scheduling, files }));
  const { path } = placed;
  const failure = world.start({
    path,
    argv: [options.program, ...options.arguments].map(toByteString),
    environment: options.environment.map(toByteString),
    cwd: options.cwd,
  });
  if (failure) return refused(options.program, failure);
  const bytes = path.includes("/") ? files.contents(path) : undefined;
  return { world, programHash: bytes && createHash("sha256").update(bytes).digest("hex") };
}

/** With the inputs this is what determines the run, as far as it is not in the files of the guest. */
function setupOf(options: RunOptions, sha256: string | undefined): unknown {
  const { program, arguments: args, root, cwd, environment, disk, ram, memory, scheduling } = options;
  return { program, sha256, arguments: args, root, cwd, environment, disk, ram, memory, scheduling };
}

class Tracing {
  private readonly session: Session;
  private readonly lines: EventLines;
  private readonly end: number;

  constructor(
    private readonly world: KernelWorld,
    private readonly options: TraceOptions,
    private readonly write: (line: string) => void,
  ) {
    this.session = Session.open(world, { memory: 0 });
    this.lines = new EventLines(this.session, options.registers);
    this.end = this.session.time + options.run.maxInstructions;
  }

  run(setup: unknown): number {
    const { session, options, write } = this;
    if (options.json) write(headerLine(session, { setup }));
    const code = this.runToEnd();
    if (options.json) write(endLine(session));
    return code;
  }

  private runToEnd(): number {
    const { session, end } = this;
    for (;;) {
      session.run(Math.min(end, session.time + SLICE));
      this.tell();
      const { ending } = session;
      switch (ending?.kind) {
        case "exited":
          return ending.status;
        case "signalled":
          return EXIT.signalled + ending.number;
        case "waiting":
          if (!this.feed())
            return fail({ code: EXIT.nothingCanGoOn, says: nothingCanWake(this.world.kernel) });
          break;
        case undefined:
          if (session.time < end) break;
          return fail({
            code: EXIT.outOfInstructions,
            says: `stopped after ${this.options.run.maxInstructions} instructions (--max-instructions)`,
          });
        default:
          throw new Error(`the machine shut down: ${ending?.says}`);
      }
    }
  }

  private inputOpen = true;

  /** False when nothing more can come. */
  private feed(): boolean {
    if (!this.inputOpen) return false;
    const bytes = readHostInput();
    this.inputOpen = bytes !== undefined;
    this.session.send(bytes ? { kind: "terminal", bytes } : { kind: "end-of-input" });
    return true;
  }

  private tell(): void {
    const { options, write } = this;
    for (const { event, line } of this.lines.next()) {
      if (event.kind === "output" && options.output !== undefined)
        writeHost(event.stream === "standard error" ? 2 : 1, event.bytes);
      if (options.kinds && !options.kinds.includes(event.kind)) continue;
      write(options.json ? line() : textLine(event));
    }
  }
}

/** `      1234  [2]  call           write(1, "hi\n", 3) = 3`. */
function textLine({ t, pid, kind, says }: TraceEvent): string {
  const who = pid === undefined ? "" : `[${pid}]`;
  return `${String(t).padStart(10)}  ${who.padEnd(5)} ${kind.padEnd(13)}  ${says}`;
}
