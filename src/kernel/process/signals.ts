/**
 * What a thread knows about signals: which are pending and blocked, and, with the other threads of its process, what each does.
 * Models `struct sighand_struct` and the signal parts of task_struct (Linux include/linux/sched/signal.h).
 */
import { SIG_DFL, SIG_IGN, SIGNAL } from "../abi/signals.js";
import { type PendingSignal, PendingSignals, signalBit } from "./pending-signals.js";

/** One entry of rt_sigaction. */
export interface SignalAction {
  handler: bigint;
  flags: bigint;
  restorer: bigint;
  mask: bigint;
}

/** What a handler is told in siginfo_t. Source: Linux include/uapi/asm-generic/siginfo.h. */
export interface SignalInfo {
  code: number;
  /** Who sent it, or which child ended. */
  pid?: number;
  uid?: number;
  /** Exit status or signal of the child. */
  status?: number;
  /** The address that faulted. */
  address?: bigint;
  /** What the sender gave along; for a timer with its number and how many times it went unnoticed. */
  value?: bigint;
  timer?: number;
  overrun?: number;
}

/** Where handlers with SA_ONSTACK run. */
export interface AlternateStack {
  base: bigint;
  size: bigint;
  disabled: boolean;
  /** SS_AUTODISARM: it is off while a handler runs on it. */
  autoDisarms: boolean;
}

export const NO_STACK: AlternateStack = { base: 0n, size: 0n, disabled: true, autoDisarms: false };

const UNBLOCKABLE = signalBit(SIGNAL.SIGKILL) | signalBit(SIGNAL.SIGSTOP);

export class SignalState {
  /** For this thread alone. */
  readonly own = new PendingSignals();
  /** Bit n − 1 stands for signal n. */
  blocked = 0n;
  /** The mask to return to after the handler, when rt_sigsuspend has replaced it. */
  savedMask: bigint | undefined;
  /** Signals for which rt_sigtimedwait sleeps, blocked as they are. */
  awaited = 0n;
  alternateStack: AlternateStack = { ...NO_STACK };

  constructor(
    /** For the process: any thread may take them. */
    public shared = new PendingSignals(),
    /** What signals do; those that are missing do the default. Shared by CLONE_SIGHAND. */
    public actions = new Map<number, SignalAction>(),
  ) {}

  action(signal: number): SignalAction {
    return this.actions.get(signal) ?? { handler: SIG_DFL, flags: 0n, restorer: 0n, mask: 0n };
  }

  /** All that wait, blocked or not. */
  get pending(): bigint {
    return this.own.set | this.shared.set;
  }

  setMask(mask: bigint): void {
    this.blocked = mask & ~UNBLOCKABLE;
  }

  isBlocked(signal: number): boolean {
    return (this.blocked & signalBit(signal)) !== 0n;
  }

  /** Whether the arrival of a signal concerns the thread now: it is not blocked, or waited for. */
  wants(signal: number): boolean {
    return (this.blocked & ~this.awaited & signalBit(signal)) === 0n;
  }

  /** It was killed and dies on its way out of the kernel. */
  get isDying(): boolean {
    return (this.pending & signalBit(SIGNAL.SIGKILL)) !== 0n;
  }

  /** Some signal waits that is not blocked. */
  get isReady(): boolean {
    return (this.pending & ~this.blocked) !== 0n;
  }

  /** The next signal of a set, by default of those that are not blocked, taken away; the thread's own come first. */
  take(wanted?: bigint): PendingSignal | undefined {
    if (this.own.set === 0n && this.shared.set === 0n) return undefined;
    return this.takeOf(wanted ?? ~this.blocked);
  }

  private takeOf(wanted: bigint): PendingSignal | undefined {
    return this.own.take(wanted) ?? this.shared.take(wanted);
  }

  /** The handler of `signal` is about to run: its mask holds from now on. */
  enterHandler(signal: number, action: SignalAction, deferred: boolean): void {
    this.setMask(this.blocked | action.mask | (deferred ? signalBit(signal) : 0n));
    this.savedMask = undefined;
  }

  /** For fork: the same actions and mask, nothing pending. */
  copyForChild(): SignalState {
    const actions = new Map([...this.actions].map(([signal, action]) => [signal, { ...action }]));
    const copy = new SignalState(new PendingSignals(), actions);
    copy.blocked = this.blocked;
    copy.alternateStack = { ...this.alternateStack };
    return copy;
  }

  /** For another thread of the process; it has no alternate stack. */
  shareWithThread(): SignalState {
    const other = new SignalState(this.shared, this.actions);
    other.blocked = this.blocked;
    return other;
  }

  /** For execve: handlers become the default, what was ignored stays so. */
  forgetHandlers(): void {
    const kept = [...this.actions].filter(([, action]) => action.handler === SIG_IGN);
    this.actions = new Map(kept);
    this.alternateStack = { ...NO_STACK };
  }
}
