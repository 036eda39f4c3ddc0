/**
 * Time that runs both ways: a run is determined by its beginning and by what came in from outside at which t, so any t can
 * be shown again by returning to a kept moment before it and running from there with the same inputs.
 * What is moved through time is a `Replayable`: a machine, or a machine with a kernel on it.
 * Leaves out: telling the moments before and after an input at the same t apart; one sees the moment after it.
 */
import { type KeptMoment, KeptMoments, type Weigh } from "./kept-moments.js";

/** Why a run ended; `limit` means that t was reached. */
export interface Outcome {
  readonly reason: string;
}

/** Something deterministic with a time of its own. */
export interface Replayable<Moment, Input, Result extends Outcome> {
  /** t */
  readonly time: number;
  /** Runs until t = `limit` or something happens. Never beyond `limit`. How a run is cut into calls must not show. */
  run(limit: number): Result;
  /** The same for what has happened before: stops for nothing that can be passed, and tells nobody. */
  replay(limit: number): Result;
  snapshot(): Moment;
  restore(moment: Moment): void;
  /** Something comes in from outside. */
  accept(input: Input): void;
}

/** Something came in from outside at t = `time`. */
export interface LoggedInput<Input> {
  readonly time: number;
  readonly input: Input;
}

export interface TimelineOptions<Input, Moment = unknown> {
  /** Inputs of a recorded run, by ascending time: they are given again. */
  readonly inputs?: readonly LoggedInput<Input>[];
  /** How many moments are kept of what is more than a million steps ago. Default 32. */
  readonly moments?: number;
  /** How much the moments may weigh together, and what one weighs. By default that is not asked. */
  readonly weight?: number;
  readonly weigh?: Weigh<Moment>;
}

/** Steps between two moments: a snapshot and its consequences take as long as some ten thousand quick steps, and so many slow ones some milliseconds. */
export const MOMENT_STEPS = 1 << 17;

const MOMENTS = 32;

/** Who goes to some t will soon want to go a little further back: a moment so many steps before it is kept, too. */
const VISIT_STEPS = 1 << 10;

/** Running backwards looks at so many steps first, and at more and more when there is nothing. */
const FIRST_LOOK = 1 << 6;

export class Timeline<Moment, Input, Result extends Outcome> {
  private readonly log: LoggedInput<Input>[];
  /** How many of the log have been given. */
  private given = 0;
  private readonly kept: KeptMoments<Moment>;
  private farthest: number;
  /** Told when an input makes what had happened after `time` void. */
  onFork: (time: number) => void = () => {};

  /** Begins now: there is nothing to go back to before this t. */
  constructor(
    private readonly world: Replayable<Moment, Input, Result>,
    { inputs = [], moments: most = MOMENTS, ...limits }: TimelineOptions<Input, Moment> = {},
  ) {
    this.log = [...inputs];
    this.farthest = world.time;
    this.kept = new KeptMoments(
      { time: world.time, inputs: 0, moment: world.snapshot() },
      { most, ...limits },
    );
  }

  /** t now. */
  get time(): number {
    return this.world.time;
  }

  /** The first t. */
  get start(): number {
    return this.kept.first.time;
  }

  /** The greatest t that this run has reached. */
  get end(): number {
    return this.farthest;
  }

  /** What came in from outside, all of it: with the beginning it is the whole run. */
  get inputs(): readonly LoggedInput<Input>[] {
    return this.log;
  }

  /** Times of the moments that are kept. */
  get moments(): readonly number[] {
    return this.kept.times;
  }

  /** What the kept moments weigh together, the first left out; 0 when nobody weighs them. */
  get weight(): number {
    return this.kept.weight;
  }

  /** Gives an input now and records it. What had happened later in this run is void. */
  send(input: Input): void {
    this.log.length = this.given;
    this.log.push({ time: this.time, input });
    this.given++;
    this.kept.forgetAfter(this.time);
    if (this.farthest > this.time) this.onFork(this.time);
    this.farthest = this.time;
    this.world.accept(input);
  }

  /** Runs until t = `limit` or something happens, with recorded inputs at their times. */
  run(limit: number): Result | undefined {
    return this.advance(limit, false);
  }

  /**
   * Goes to `time`, back or forth. It ends earlier when the run ends there for good (halted, shut down), and never before
   * the start. Returns what kept it from reaching `time`, or undefined.
   */
  seek(time: number): Result | undefined {
    const wanted = Math.max(time, this.start);
    const nearest = this.kept.before(wanted);
    if (wanted < this.time || nearest.time > this.time) {
      this.world.restore(nearest.moment);
      this.given = nearest.inputs;
    }
    if (wanted - this.time > 4 * VISIT_STEPS) {
      this.advance(wanted - VISIT_STEPS, true);
      if (this.time === wanted - VISIT_STEPS) this.kept.visit(this.present());
    }
    const result = this.advance(wanted, true);
    return this.time < wanted ? result : undefined;
  }

  /** Goes on through what has been, no further than it went, passing every t in between: for those who watch. */
  replay(limit: number): void {
    this.advance(Math.min(limit, this.farthest), true);
  }

  /** Goes `steps` back. */
  back(steps = 1): void {
    this.seek(this.time - steps);
  }

  /**
   * Runs backwards: to the last t before now at which a run stops by itself (a breakpoint, a watchpoint), and returns why it
   * does. Without such a t it goes to the start and returns undefined.
   */
  runBack(): Result | undefined {
    const present = this.time;
    for (let end = present, look = FIRST_LOOK; end > this.start; look *= 8) {
      const from = Math.max(end - look, this.kept.before(end - 1).time);
      this.seek(from);
      const stop = this.lastStop(end, present);
      this.seek(stop?.time ?? from);
      if (stop) return stop.result;
      end = from;
    }
    return undefined;
  }

  /** The last stop from now until `end`, but before `present`. */
  private lastStop(end: number, present: number): { time: number; result: Result } | undefined {
    let last: { time: number; result: Result } | undefined;
    while (this.time < end) {
      const before = this.time;
      const result = this.advance(end, false);
      if (result && !isEnd(result) && this.time < present) last = { time: this.time, result };
      if (this.time === before) break;
    }
    return last;
  }

  private advance(limit: number, replaying: boolean): Result | undefined {
    const { world } = this;
    let result: Result | undefined;
    for (;;) {
      this.giveInputs();
      if (world.time >= limit) break;
      const nextMoment = (Math.floor(world.time / MOMENT_STEPS) + 1) * MOMENT_STEPS;
      const next = Math.min(limit, nextMoment, this.log[this.given]?.time ?? limit);
      result = replaying ? world.replay(next) : world.run(next);
      if (world.time === nextMoment) this.keep();
      if (world.time < next || !isEnd(result)) break;
    }
    this.farthest = Math.max(this.farthest, world.time);
    this.giveInputs();
    return result;
  }

  private keep(): void {
    this.kept.add(this.present());
  }

  private present(): KeptMoment<Moment> {
    const { world, given } = this;
    return { time: world.time, inputs: given, moment: world.snapshot() };
  }

  private giveInputs(): void {
    for (; (this.log[this.given]?.time ?? Number.POSITIVE_INFINITY) <= this.time; this.given++)
      this.world.accept(this.log[this.given]!.input);
  }
}

/** Nothing but the limit ended it. */
function isEnd(result: Outcome | undefined): boolean {
  return result === undefined || result.reason === "limit";
}
