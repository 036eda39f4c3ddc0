/** How fast a run goes: as fast as it can, or so many steps a second, made up of slices. */

/** At full speed: short enough to hear `stop` at once, long enough for slicing to cost nothing. */
const FULL_SLICE = 200_000;

/** A paced run that could not keep up does not catch up for longer than this. */
const MOST_BEHIND_MS = 100;

/** Between two looks at the clock there is at least, and at most, so much time: a new pace counts soon. */
const TICK_MS = { least: 16, most: 50 } as const;

export class Pace {
  private done = 0;

  /**
   * @param stepsPerSecond undefined for as many as possible
   * @param began milliseconds on the clock that `due` and `wait` are told
   */
  constructor(
    private readonly stepsPerSecond: number | undefined,
    private began: number,
  ) {}

  get isFull(): boolean {
    return this.stepsPerSecond === undefined;
  }

  /** How many steps shall be taken now; they count as taken. */
  due(now: number): number {
    const rate = this.stepsPerSecond;
    if (rate === undefined) return FULL_SLICE;
    const behind = now - this.began - (this.done * 1000) / rate;
    if (behind > MOST_BEHIND_MS + 1000 / rate) this.began += behind - MOST_BEHIND_MS;
    // The first step comes at once.
    const steps = Math.min(FULL_SLICE, Math.floor(((now - this.began) * rate) / 1000) + 1 - this.done);
    this.done += steps;
    return steps;
  }

  /** Milliseconds until it is worth asking again. */
  wait(now: number): number {
    const rate = this.stepsPerSecond;
    if (rate === undefined) return 0;
    const due = this.began + (this.done * 1000) / rate - now;
    return Math.min(TICK_MS.most, Math.max(TICK_MS.least, due));
  }
}
