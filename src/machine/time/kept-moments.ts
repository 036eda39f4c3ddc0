/**
 * Which moments of a run are kept to return to: every one of the last million steps, and the fewer the longer ago, so that
 * their number stays bounded however long the run. Choices depend on counts of steps only.
 */

/** A moment of a run, and how many of the recorded inputs had been given by then. */
export interface KeptMoment<Moment> {
  readonly time: number;
  readonly inputs: number;
  readonly moment: Moment;
}

/** All moments within so many steps before the present are kept. */
export const DENSE_STEPS = 1 << 20;

export class KeptMoments<Moment> {
  /** By ascending time. The first is where the run began and is always kept. */
  private readonly kept: KeptMoment<Moment>[];

  /** @param most how many at most, those of the last million steps not counted */
  constructor(
    first: KeptMoment<Moment>,
    private readonly most: number,
  ) {
    this.kept = [first];
  }

  get first(): KeptMoment<Moment> {
    return this.kept[0]!;
  }

  /** Times of the moments, ascending. */
  get times(): number[] {
    return this.kept.map(({ time }) => time);
  }

  /** The last moment that is not later than `time`. */
  before(time: number): KeptMoment<Moment> {
    return this.kept.findLast((one) => one.time <= time) ?? this.first;
  }

  /** Adds a moment, unless there is one of the same time, and gives up the least useful ones. */
  add(one: KeptMoment<Moment>): void {
    const after = this.kept.findIndex(({ time }) => time >= one.time);
    if (this.kept[after]?.time === one.time) return;
    this.kept.splice(after < 0 ? this.kept.length : after, 0, one);
    this.thin(one.time);
  }

  /** The future is another one: forgets all later moments. */
  forgetAfter(time: number): void {
    const after = this.kept.findIndex((one) => one.time > time);
    if (after > 0) this.kept.length = after;
  }

  /** Gives up the moments whose absence lengthens replays least, compared with how far away they are. */
  private thin(present: number): void {
    while (this.countFar(present) > this.most) {
      let least = Number.POSITIVE_INFINITY;
      let victim = -1;
      for (let n = 1; n < this.kept.length; n++) {
        const { time } = this.kept[n]!;
        if (isNear(time, present)) continue;
        const gap = (this.kept[n + 1]?.time ?? time) - this.kept[n - 1]!.time;
        const loss = gap / Math.abs(present - time);
        if (loss >= least) continue;
        least = loss;
        victim = n;
      }
      if (victim < 0) return;
      this.kept.splice(victim, 1);
    }
  }

  private countFar(present: number): number {
    return this.kept.filter(({ time }) => !isNear(time, present)).length;
  }
}

const isNear = (time: number, present: number): boolean => time <= present && present - time <= DENSE_STEPS;
