/**
 * Machine time: the steps of the processor, plus time that passed without any (the processor halted, or work was charged
 * to it that is not done in instructions). Everything that happens "later" happens at a time of this clock.
 */

/** A device that acts by itself at some time. */
export interface TimedDevice {
  /** Clock time of its next act; Infinity for never. */
  nextEvent(): number;
  /** True when its acts go on by themselves for ever, each like the one before; else they come to an end. */
  readonly isPeriodic: boolean;
  /** Does what is due at clock time `now`. */
  advance(now: number): void;
}

export class Clock {
  /** Time that passed without steps. */
  skipped = 0;

  /**
   * @param readSteps t of the processor
   * @param stepsPerSecond the nominal speed, which turns steps into seconds
   */
  constructor(
    private readonly readSteps: () => number,
    readonly stepsPerSecond: number,
    /** What was to happen later happens sooner now, as the processor counts. */
    private readonly onJump: () => void,
  ) {}

  get now(): number {
    return this.readSteps() + this.skipped;
  }

  /** Lets time pass for work that takes no instructions. */
  charge(cost: number): void {
    this.skipped += cost;
    this.onJump();
  }

  /** Lets time pass until `time`; it never goes back. */
  jumpTo(time: number): void {
    this.skipped += Math.max(0, Math.ceil(time - this.now));
  }
}
