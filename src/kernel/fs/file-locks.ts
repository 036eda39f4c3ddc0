/**
 * Locks on files. Two kinds that never meet: on the whole file (flock), and on ranges of bytes (fcntl). A range belongs to a
 * process (POSIX: gone with the first close of any descriptor of the file) or to an open description (OFD).
 *
 *     held   rrrrrrrr----wwww        a lock of the same owner replaces what it covers: parts left and right stay,
 *     new       wwww                 and ranges of one kind that touch become one
 *     then   rrrwwwwr----wwww
 *
 * Models Linux fs/locks.c. Leaves out: leases, mandatory locks.
 */
import { E, type Result } from "../abi/errno.js";
import { Blocked, type Blocking, WaitQueue } from "./blocking.js";

/** One held or wanted range: bytes `start` to `end`, both included; `end` Infinity is "to the end and beyond". */
export interface RangeLock {
  readonly owner: object;
  readonly start: number;
  readonly end: number;
  readonly exclusive: boolean;
  /** Process that F_GETLK names; −1 for a description's lock. */
  readonly pid: number;
}

/** Which lock each owner waits for, in all files of a system. */
export type LockWaits = Map<object, { readonly locks: FileLocks; readonly wanted: RangeLock }>;

/** Owners in a circle beyond which Linux does not look. Source: MAX_DEADLK_ITERATIONS. */
const LONGEST_CIRCLE = 10;

/** The locks of one inode. */
export class FileLocks {
  private ranges: RangeLock[] = [];
  /** Descriptions that hold the whole file, and whether alone. */
  private readonly whole = new Map<object, boolean>();
  private readonly freed = new WaitQueue("a lock on a file");

  constructor(private readonly waits: LockWaits) {}

  /** The first lock of another owner that stands in the way. */
  conflict(wanted: RangeLock): RangeLock | undefined {
    return this.ranges.find(
      (held) =>
        held.owner !== wanted.owner &&
        held.start <= wanted.end &&
        wanted.start <= held.end &&
        (held.exclusive || wanted.exclusive),
    );
  }

  /** Takes a range; EAGAIN, or a wait, when somebody else holds a part of it; EDEADLK when processes would wait in a circle. */
  take(wanted: RangeLock, wait: boolean): Blocking<0> {
    const { owner } = wanted;
    this.waits.delete(owner);
    const held = this.conflict(wanted);
    if (held) {
      if (!wait) return E.EAGAIN;
      if (wanted.pid !== -1 && this.closesCircle(owner, held)) return E.EDEADLK;
      this.waits.set(owner, { locks: this, wanted });
      return new Blocked([this.freed], { done: 0, held: { release: () => this.waits.delete(owner) } });
    }
    this.cutOut(wanted.owner, wanted.start, wanted.end);
    const whole = this.joined(wanted);
    this.ranges = [...this.ranges, whole].sort((a, b) => a.start - b.start);
    this.freed.wake();
    return 0;
  }

  /** Whether the one who holds it waits, perhaps through others, for `owner`. */
  private closesCircle(owner: object, held: RangeLock): boolean {
    let next: RangeLock | undefined = held;
    for (let count = 0; next && count < LONGEST_CIRCLE; count++) {
      const wait = this.waits.get(next.owner);
      next = wait?.locks.conflict(wait.wanted);
      if (next?.owner === owner) return true;
    }
    return false;
  }

  /** Gives up what the owner holds of a range. */
  drop(owner: object, start: number, end: number): 0 {
    this.cutOut(owner, start, end);
    this.freed.wake();
    return 0;
  }

  private cutOut(owner: object, start: number, end: number): void {
    this.ranges = this.ranges.flatMap((held) => {
      if (held.owner !== owner || held.end < start || held.start > end) return [held];
      const left = held.start < start ? [{ ...held, end: start - 1 }] : [];
      const right = held.end > end ? [{ ...held, start: end + 1 }] : [];
      return [...left, ...right];
    });
  }

  private joined(wanted: RangeLock): RangeLock {
    const touches = (held: RangeLock) =>
      held.owner === wanted.owner &&
      held.exclusive === wanted.exclusive &&
      held.start <= wanted.end + 1 &&
      wanted.start <= held.end + 1;
    const same = this.ranges.filter(touches);
    this.ranges = this.ranges.filter((held) => !touches(held));
    const start = Math.min(wanted.start, ...same.map((held) => held.start));
    const end = Math.max(wanted.end, ...same.map((held) => held.end));
    return { ...wanted, start, end };
  }

  /** flock: takes the whole file, or changes the kind of hold. */
  takeWhole(owner: object, exclusive: boolean, wait: boolean): Blocking<0> {
    const others = [...this.whole].filter(([holder]) => holder !== owner);
    if (others.some(([, alone]) => alone || exclusive)) {
      // Linux lets go of the old hold before it waits for the new one.
      if (this.whole.delete(owner)) this.freed.wake();
      return wait ? new Blocked([this.freed]) : E.EAGAIN;
    }
    this.whole.set(owner, exclusive);
    this.freed.wake();
    return 0;
  }

  dropWhole(owner: object): Result<0> {
    if (this.whole.delete(owner)) this.freed.wake();
    return 0;
  }

  /** An owner is gone: a process closed the file, or a description ended. */
  forget(owner: object): void {
    this.dropWhole(owner);
    if (this.ranges.some((held) => held.owner === owner)) this.drop(owner, 0, Number.POSITIVE_INFINITY);
  }
}
