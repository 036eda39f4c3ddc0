/**
 * What a process knows about signals: which are pending, blocked, ignored or have a handler.
 * Models `struct sighand_struct` and `struct sigpending` (Linux include/linux/sched/signal.h).
 * Leaves out: real-time signals that queue up with values (each is pending once).
 */
import { SIG_DFL, SIG_IGN, SIGNAL } from "../abi/signals.js";

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
}

/** Where handlers with SA_ONSTACK run. */
export interface AlternateStack {
  base: bigint;
  size: bigint;
  disabled: boolean;
}

const bit = (signal: number): bigint => 1n << BigInt(signal - 1);
const UNBLOCKABLE = bit(SIGNAL.SIGKILL) | bit(SIGNAL.SIGSTOP);

export class SignalState {
  /** Bit n − 1 stands for signal n. */
  pending = 0n;
  blocked = 0n;
  /** The mask to return to after the handler, when rt_sigsuspend has replaced it. */
  savedMask: bigint | undefined;
  readonly actions = new Map<number, SignalAction>();
  readonly infos = new Map<number, SignalInfo>();
  alternateStack: AlternateStack = { base: 0n, size: 0n, disabled: true };

  action(signal: number): SignalAction {
    return this.actions.get(signal) ?? { handler: SIG_DFL, flags: 0n, restorer: 0n, mask: 0n };
  }

  raise(signal: number, info: SignalInfo): void {
    this.pending |= bit(signal);
    this.infos.set(signal, info);
  }

  setMask(mask: bigint): void {
    this.blocked = mask & ~UNBLOCKABLE;
  }

  isBlocked(signal: number): boolean {
    return (this.blocked & bit(signal)) !== 0n;
  }

  /** Some signal waits that is not blocked. */
  get isReady(): boolean {
    return (this.pending & ~this.blocked) !== 0n;
  }

  /** The lowest signal that is pending and not blocked, taken away. */
  take(): number | undefined {
    if (this.pending === 0n) return undefined;
    const ready = this.pending & ~this.blocked;
    for (let signal = 1; ready !== 0n && signal <= 64; signal++) {
      if ((ready & bit(signal)) === 0n) continue;
      this.pending &= ~bit(signal);
      return signal;
    }
    return undefined;
  }

  /** The handler of `signal` is about to run: its mask holds from now on. */
  enterHandler(signal: number, action: SignalAction, deferred: boolean): void {
    this.setMask(this.blocked | action.mask | (deferred ? bit(signal) : 0n));
    this.savedMask = undefined;
  }

  /** For fork: the same actions and mask, nothing pending. */
  copyForChild(): SignalState {
    const copy = new SignalState();
    copy.blocked = this.blocked;
    copy.alternateStack = { ...this.alternateStack };
    for (const [signal, action] of this.actions) copy.actions.set(signal, { ...action });
    return copy;
  }

  /** For execve: handlers become the default, what was ignored stays so. */
  forgetHandlers(): void {
    for (const [signal, action] of this.actions) if (action.handler !== SIG_IGN) this.actions.delete(signal);
    this.alternateStack = { base: 0n, size: 0n, disabled: true };
  }
}
