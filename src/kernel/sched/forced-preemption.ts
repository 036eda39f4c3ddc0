/**
 * Preemption at chosen moments: at machine time t the timer's output rises, as if its count had run out, and the tick that
 * comes of it ends the running task's turn whatever the policy says. For finding races: where two threads share a counter, it
 * is the moment that decides. The tick is taken when interrupts are on, so in the kernel it waits for the way out.
 */
export class ForcedPreemptions {
  /** Machine times to come, ascending. */
  private times: number[] = [];
  /** The timer was made to strike, and its interrupt has not been taken. */
  private struck = false;

  add(t: number): void {
    this.times = [...this.times, t].sort((a, b) => a - b);
  }

  /** Machine time of the next; Infinity for none. */
  get next(): number {
    return this.times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the timer is to strike at machine time t. */
  strikesAt(t: number): boolean {
    if (t < this.next) return false;
    this.times = this.times.filter((time) => time > t);
    this.struck = true;
    return true;
  }

  get isStruck(): boolean {
    return this.struck;
  }

  /** A tick is taken: whether it is one that ends the turn. */
  take(): boolean {
    const { struck } = this;
    this.struck = false;
    return struck;
  }
}
