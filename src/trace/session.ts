/**
 * A run that one can walk through in both directions: forwards and back by instructions, lines, system calls and events, to any t,
 * to where something stops it; with everything that comes in from outside recorded, so that what has been is there again.
 * It moves any world: a machine, one with a kernel, or a simulation.
 *
 * Long walks are cut into slices by their `limit`, so that whoever calls can hear others in between: a walk that was not
 * finished at the limit says `limit`, and the next call goes on.
 */
import { Timeline } from "../machine/time/timeline.js";
import type { EventTold, TraceEvent } from "./event.js";
import { EventLog } from "./event-log.js";
import { physicalAddress } from "./guest-memory.js";
import type { WorldInput } from "./input.js";
import { type RecordedMoment, type RecordedStop, RecordedWorld, weighMoment } from "./recorded-world.js";
import { type LineAddress, SourceLines } from "./source-lines.js";
import { type StopHit, StopPoints } from "./stop-points.js";
import type { Ending, World } from "./world.js";

/** What a step passes. */
export type StepUnit =
  /** One step of t: an instruction, or a delivery. */
  | "instruction"
  /** To where an instruction of the source begins, whatever happens elsewhere in between. */
  | "line"
  /** To the next way into the kernel by SYSCALL or INT. */
  | "system-call"
  /** To the next thing in the log. */
  | "event";

/** Why a walk ended. */
export type SessionStop =
  /** What was asked for is done: the step, or t is the one that was sought. */
  | { readonly reason: "done" }
  /** The limit came first. */
  | { readonly reason: "limit" }
  | { readonly reason: "stop-point"; readonly hit: StopHit }
  /** The run cannot go on; see `ending`. */
  | { readonly reason: "over" }
  /** Backwards: here it began. */
  | { readonly reason: "start" };

export interface SessionOptions {
  /** Where the lines of the source are, for steps by line. */
  readonly lines?: readonly LineAddress[];
  /** Bytes that the kept moments may take. Default 96 MiB. */
  readonly memory?: number;
  /** Events that are kept. Default 50 000. */
  readonly events?: number;
  /** Inputs of a recorded run: they are given again. */
  readonly inputs?: readonly { readonly time: number; readonly input: WorldInput }[];
}

const MOMENT_MEMORY = 96 << 20;

/** Until so many single steps, the next line is sought without touching translated code. */
const SINGLE_STEPS = 2000;

export class Session {
  readonly log: EventLog;
  readonly stopPoints: StopPoints;
  readonly lines: SourceLines;
  private readonly recorded: RecordedWorld;
  private readonly timeline: Timeline<RecordedMoment, WorldInput, RecordedStop>;
  /** The point whose event ends the present run. */
  private eventHit: StopHit | undefined;
  /** Also ends it. */
  private wanted: ((event: EventTold) => boolean) | undefined;

  /** Begins at the world's present moment: there is nothing before it. */
  static open(world: World, options: SessionOptions = {}): Session {
    return new Session(world, options);
  }

  private constructor(
    readonly world: World,
    { lines = [], memory = MOMENT_MEMORY, events, inputs = [] }: SessionOptions,
  ) {
    this.log = new EventLog(events);
    this.lines = new SourceLines(lines);
    this.stopPoints = new StopPoints(world, this.lines);
    this.recorded = new RecordedWorld(world, this.log, this.stopPoints.values);
    world.begin?.();
    this.log.keepBeginning();
    this.timeline = new Timeline(this.recorded, { inputs, weight: memory, weigh: weighMoment });
    world.stopAt = (event) => this.stopsAt(event);
  }

  /** t now. */
  get time(): number {
    return this.timeline.time;
  }

  /** The first t. */
  get start(): number {
    return this.timeline.start;
  }

  /** The greatest t that was reached. */
  get end(): number {
    return this.timeline.end;
  }

  /** Why the run cannot go on from here; undefined when it can. */
  get ending(): Ending | undefined {
    return this.world.ending;
  }

  /** Everything that came in from outside, by ascending t. */
  get inputs(): readonly { readonly time: number; readonly input: WorldInput }[] {
    return this.timeline.inputs;
  }

  /** Times of the kept moments. */
  get moments(): readonly number[] {
    return this.timeline.moments;
  }

  /** Bytes that the kept moments take beside the first, roughly. */
  get momentBytes(): number {
    return this.timeline.weight;
  }

  private stopsAt(event: EventTold): boolean {
    const point = this.stopPoints.at(event);
    if (point) this.eventHit = { point };
    return point !== undefined || (this.wanted?.(event) ?? false);
  }

  /** Runs until t = `limit`, a stop point, or the end. From the past it goes through what has been. */
  run(limit: number): SessionStop {
    return this.attempt(() => this.timeline.run(limit)) ?? this.unmet(limit);
  }

  private unmet(limit: number): SessionStop {
    if (this.time < limit || this.ending) return { reason: "over" };
    return { reason: "limit" };
  }

  /** Runs; why it stopped, unless that was the limit or the end. */
  private attempt(run: () => RecordedStop | undefined): SessionStop | undefined {
    this.eventHit = undefined;
    this.recorded.stopsAtInputs = true;
    const ended = run();
    this.recorded.stopsAtInputs = false;
    const stop = this.recorded.takeStop() ?? ended;
    switch (stop?.reason) {
      case "breakpoint": {
        const { breakpoint, vector } = stop;
        const point = this.stopPoints.of(breakpoint);
        if (!point) return { reason: "done" };
        return { reason: "stop-point", hit: vector === undefined ? { point } : { point, vector } };
      }
      case "watchpoint": {
        const { accesses } = stop;
        const point = this.stopPoints.of(accesses[0]!.watchpoint);
        return point ? { reason: "stop-point", hit: { point, accesses } } : { reason: "done" };
      }
      case "value": {
        const { watch, was, now, rip } = stop;
        const point = this.stopPoints.of(watch);
        return point
          ? { reason: "stop-point", hit: { point, change: { was, now, rip } } }
          : { reason: "done" };
      }
      case "event":
        return this.eventHit ? { reason: "stop-point", hit: this.eventHit } : { reason: "done" };
      default:
        return undefined;
    }
  }

  /** Goes to t, back or forth, stopping nowhere; no further than the run goes, and not before the start. */
  seek(time: number): SessionStop {
    this.timeline.seek(time);
    return { reason: this.time < time ? "over" : this.time > time ? "start" : "done" };
  }

  /** Steps of t backwards; never stops on the way. */
  back(steps = 1): SessionStop {
    return this.seek(this.time - steps);
  }

  /** Goes on through what has been, passing every t up to `limit`, and stopping nowhere: for those who watch the world. */
  replay(limit: number): void {
    this.timeline.replay(limit);
  }

  /** While the world accepts an input: what changes now is changed by that. */
  get isAccepting(): boolean {
    return this.recorded.accepting;
  }

  /** One step forwards, no further than t = `limit`. Stop points on the way end it sooner. */
  step(unit: StepUnit = "instruction", limit = Number.POSITIVE_INFINITY): SessionStop {
    if (unit === "instruction") {
      const target = this.time + 1;
      const stop = this.run(Math.min(limit, target));
      return stop.reason === "limit" && this.time === target ? { reason: "done" } : stop;
    }
    if (unit === "line") return this.stepLine(limit);
    return this.wanting(unit, () => this.run(limit));
  }

  /** One step backwards: to the last t before now at which a step of this kind, or a run, would have ended. */
  stepBack(unit: StepUnit = "instruction"): SessionStop {
    if (unit === "instruction") return this.back();
    if (unit === "line") return this.backToLine();
    return this.wanting(unit, () => this.backToEvent(unit));
  }

  /** Runs backwards to where a run stopped last, or to the start. */
  runBack(): SessionStop {
    return this.attempt(() => this.timeline.runBack()) ?? { reason: "start" };
  }

  private wanting<T>(unit: EventUnit, work: () => T): T {
    this.wanted = WANTED[unit];
    try {
      return work();
    } finally {
      this.wanted = undefined;
    }
  }

  /** The log knows where; what it has given up is run through again. */
  private backToEvent(unit: EventUnit): SessionStop {
    const now = this.time;
    const wanted = (event: TraceEvent) => WANTED[unit](event) || this.stopPoints.at(event) !== undefined;
    const onlyEvents = this.stopPoints.all.every(({ place }) => place.kind === "event");
    const last = onlyEvents ? this.log.lastBefore(now - 1, wanted) : undefined;
    if (!last) return this.runBack();
    this.timeline.seek(last.t);
    // What came in between two steps is there at its t already.
    if (this.log.length > last.index) return { reason: "done" };
    const stop = this.attempt(() => this.timeline.run(last.t + 1));
    return stop ?? { reason: "done" };
  }

  private stepLine(limit: number): SessionStop {
    const { machine } = this.world;
    if (!machine || this.lines.addresses.length === 0) return this.step("instruction", limit);
    const { rip, deliveries } = machine.cpu;
    const begins = this.isAtLine();
    for (let n = 0, interrupted = false; n < SINGLE_STEPS; n++) {
      const stop = this.step("instruction", limit);
      if (stop.reason !== "done") return stop;
      if (n === 0) interrupted = begins && machine.cpu.deliveries > deliveries;
      if (!this.isAtLine()) continue;
      return interrupted && machine.cpu.rip === rip ? this.stepLine(limit) : stop;
    }
    return this.atLines(() => this.run(limit));
  }

  /** The next instruction is the first of a line, and can be fetched. */
  private isAtLine(): boolean {
    const { machine } = this.world;
    if (!machine || this.lines.lineAt(machine.cpu.rip) === undefined) return false;
    return physicalAddress(machine.cpu, machine.cpu.rip) !== undefined;
  }

  private backToLine(): SessionStop {
    const stop = this.atLines(() => this.runBack());
    if (stop.reason === "done") while (this.toEarlierTry());
    return stop;
  }

  /**
   * An instruction that was interrupted before it could do anything is met again: both are one step. Goes to the former; stays,
   * and is false, when there is none.
   */
  private toEarlierTry(): boolean {
    const cpu = this.world.machine!.cpu;
    const { rip } = cpu;
    const here = this.time;
    const before = this.atLines(() => this.runBack());
    const earlier = this.time;
    let interrupted = false;
    if (before.reason === "done" && cpu.rip === rip) {
      const { deliveries } = cpu;
      this.seek(earlier + 1);
      interrupted = cpu.deliveries > deliveries;
    }
    this.seek(interrupted ? earlier : here);
    return interrupted;
  }

  /** While `work` runs, every beginning of a line ends a run. */
  private atLines<T>(work: () => T): T {
    const { machine } = this.world;
    const { addresses } = this.lines;
    const everywhere = machine?.breakpoints.add({ kind: "addresses", addresses });
    try {
      return work();
    } finally {
      everywhere?.remove();
    }
  }

  /**
   * Something comes in from outside now, and is recorded. What had happened later is void. Undefined when it was accepted, else
   * why not, as a clause.
   */
  send(input: WorldInput): string | undefined {
    const problem = this.world.problemOf(input);
    if (problem !== undefined) return problem;
    this.log.fork();
    this.timeline.send(input);
    return undefined;
  }
}

type EventUnit = Exclude<StepUnit, "instruction" | "line">;

const WANTED: Readonly<Record<EventUnit, (event: EventTold) => boolean>> = {
  "system-call": ({ kind }) => kind === "syscall-entry",
  event: () => true,
};
