/**
 * Which moments of a run are kept to return to: every one of the last million steps, and the fewer the longer ago, so that
 * their number stays bounded however long the run; and some more where somebody has just been, so that going back a little
 * costs little. When they weigh too much together, fewer. Choices depend on counts of steps and on weights only.
 */

/** A moment of a run, and how many of the recorded inputs had been given by then. */
export interface KeptMoment<Moment> {
  readonly time: number;
  readonly inputs: number;
  readonly moment: Moment;
}

/** What `moment` holds that `before`, an earlier one, does not: in bytes, roughly. */
export type Weigh<Moment> = (moment: Moment, before: Moment) => number;

export interface MomentLimits<Moment> {
  /** How many at most, those of the last million steps not counted. */
  readonly most: number;
  /** How much they may weigh together, the first left out. */
  readonly weight?: number;
  readonly weigh?: Weigh<Moment>;
}

/** All moments within so many steps before the present are kept. */
export const DENSE_STEPS = 1 << 20;

/** How many are kept where somebody has been. */
const VISITS = 8;

interface Entry<Moment> extends KeptMoment<Moment> {
  /** Kept since somebody was there, which counts visits; 0 for the others. */
  readonly visit: number;
  weight: number;
}

export class KeptMoments<Moment> {
  /** By ascending time. The first is where the run began and is always kept. */
  private readonly kept: Entry<Moment>[];
  private visits = 0;
  private total = 0;

  constructor(
    first: KeptMoment<Moment>,
    private readonly limits: MomentLimits<Moment>,
  ) {
    this.kept = [{ ...first, visit: 0, weight: 0 }];
  }

  get first(): KeptMoment<Moment> {
    return this.kept[0]!;
  }

  /** Times of the moments, ascending. */
  get times(): number[] {
    return this.kept.map(({ time }) => time);
  }

  /** What they weigh together. */
  get weight(): number {
    return this.total;
  }

  /** The last moment that is not later than `time`. */
  before(time: number): KeptMoment<Moment> {
    return this.kept.findLast((one) => one.time <= time) ?? this.first;
  }

  /** Adds a moment, unless there is one of the same time, and gives up the least useful ones. */
  add(one: KeptMoment<Moment>): void {
    this.insert({ ...one, visit: 0, weight: 0 });
    this.thin(one.time);
  }

  /** Adds a moment where somebody is; it gives way to later visits. */
  visit(one: KeptMoment<Moment>): void {
    this.insert({ ...one, visit: ++this.visits, weight: 0 });
    const old = this.kept.findIndex(({ visit }) => visit > 0 && visit <= this.visits - VISITS);
    if (old > 0) this.drop(old);
    this.lighten(one.time);
  }

  private insert(one: Entry<Moment>): void {
    const after = this.kept.findIndex(({ time }) => time >= one.time);
    if (this.kept[after]?.time === one.time) return;
    const at = after < 0 ? this.kept.length : after;
    this.kept.splice(at, 0, one);
    this.weighAgain(at);
    this.weighAgain(at + 1);
  }

  private drop(at: number): void {
    this.total -= this.kept[at]!.weight;
    this.kept.splice(at, 1);
    this.weighAgain(at);
  }

  private weighAgain(at: number): void {
    const one = this.kept[at];
    const before = this.kept[at - 1];
    if (!one || !before || !this.limits.weigh) return;
    this.total -= one.weight;
    one.weight = this.limits.weigh(one.moment, before.moment);
    this.total += one.weight;
  }

  /** The future is another one: forgets all later moments. */
  forgetAfter(time: number): void {
    while (this.kept.length > 1 && this.kept.at(-1)!.time > time) this.drop(this.kept.length - 1);
  }

  private thin(present: number): void {
    const isFar = (one: Entry<Moment>) => !isNear(one.time, present) && one.visit === 0;
    for (let far = this.kept.filter(isFar).length; far > this.limits.most; far--) {
      const victim = this.leastUseful(present, isFar);
      if (victim < 0) break;
      this.drop(victim);
    }
    this.lighten(present);
  }

  /** The last ones stay, so that one can always go back a little. */
  private lighten(present: number): void {
    const { weight = Number.POSITIVE_INFINITY } = this.limits;
    while (this.total > weight && this.kept.length > 2) {
      const victim = this.leastUseful(present, ({ time }) => time !== present);
      if (victim < 0) break;
      this.drop(victim);
    }
  }

  /** The one whose absence lengthens replays least, compared with how far away it is. */
  private leastUseful(present: number, may: (one: Entry<Moment>) => boolean): number {
    let least = Number.POSITIVE_INFINITY;
    let victim = -1;
    for (let n = 1; n < this.kept.length; n++) {
      const one = this.kept[n]!;
      if (!may(one)) continue;
      const gap = (this.kept[n + 1]?.time ?? one.time) - this.kept[n - 1]!.time;
      const loss = gap / Math.max(1, Math.abs(present - one.time));
      if (loss >= least) continue;
      least = loss;
      victim = n;
    }
    return victim;
  }
}

const isNear = (time: number, present: number): boolean => time <= present && present - time <= DENSE_STEPS;
