/** A read of a terminal that does not wait for ever (VTIME): for how long yet, kept while it sleeps. */
export class TimedWait {
  /**
   * @param seen bytes that were there when it began: when there are more, it begins anew
   * @param until clock time
   */
  constructor(
    readonly seen: number,
    readonly until: number,
  ) {}

  /** Nothing is held elsewhere. */
  release(): void {}
}
