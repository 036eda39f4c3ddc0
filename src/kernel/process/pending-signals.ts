/**
 * Signals that were sent and not yet taken: of one thread, or of a process, where any thread may take them. A standard signal
 * is there once however often it is sent; real-time signals queue up, each with what its sender told.
 * Models struct sigpending, __send_signal_locked and next_signal (Linux kernel/signal.c). How many may wait is in
 * `signal-quota.ts`.
 */
import { SI_USER, SIGNAL, SIGRTMIN } from "../abi/signals.js";
import type { SignalInfo } from "./signals.js";

export interface PendingSignal {
  readonly signal: number;
  readonly info: SignalInfo;
}

/** What a signal tells for which there was no room: that it came, once, from nobody. */
export const WITHOUT_INFO: SignalInfo = { code: SI_USER, pid: 0, uid: 0 };

/** The set of one signal: bit n − 1 stands for signal n. */
export const signalBit = (signal: number): bigint => 1n << BigInt(signal - 1);

/** What instructions raise is taken before all else. */
const SYNCHRONOUS =
  signalBit(SIGNAL.SIGSEGV) |
  signalBit(SIGNAL.SIGBUS) |
  signalBit(SIGNAL.SIGILL) |
  signalBit(SIGNAL.SIGTRAP) |
  signalBit(SIGNAL.SIGFPE) |
  signalBit(SIGNAL.SIGSYS);

export class PendingSignals {
  /** Bit n − 1 stands for signal n. */
  set = 0n;
  private queue: PendingSignal[] = [];

  /** How many wait with what their senders told. */
  get recorded(): number {
    return this.queue.reduce((count, { info }) => (info === WITHOUT_INFO ? count : count + 1), 0);
  }

  raise(signal: number, info: SignalInfo): void {
    const bit = signalBit(signal);
    const once = signal < SIGRTMIN || info === WITHOUT_INFO;
    if (once && (this.set & bit) !== 0n) return;
    this.set |= bit;
    this.queue.push({ signal, info });
  }

  /** The next one of a set of signals, taken away: the lowest number, and of that the oldest. */
  take(wanted: bigint): PendingSignal | undefined {
    if (this.set === 0n) return undefined;
    const ready = this.set & wanted;
    if (ready === 0n) return undefined;
    const signal = lowest((ready & SYNCHRONOUS) !== 0n ? ready & SYNCHRONOUS : ready);
    const at = this.queue.findIndex((one) => one.signal === signal);
    const [taken] = this.queue.splice(at, 1);
    if (!this.queue.some((one) => one.signal === signal)) this.set &= ~signalBit(signal);
    return taken;
  }

  /** Forgets all of a set of signals. */
  discard(unwanted: bigint): void {
    if ((this.set & unwanted) === 0n) return;
    this.set &= ~unwanted;
    this.queue = this.queue.filter(({ signal }) => (signalBit(signal) & unwanted) === 0n);
  }
}

function lowest(set: bigint): number {
  let signal = 1;
  while ((set & signalBit(signal)) === 0n) signal++;
  return signal;
}
