/**
 * What a process knows about signals: which are pending, blocked, ignored or have a handler.
 * Models `struct sighand_struct` and `struct sigpending` (Linux include/linux/sched/signal.h).
 * Leaves out: queued signals with values; handlers are remembered, but frames for them are not built yet,
 * so a signal with a handler takes its default action.
 */

import { SIG_DFL, SIG_IGN } from "../abi/signals.js";

/** One entry of rt_sigaction. */
export interface SignalAction {
  handler: bigint;
  flags: bigint;
  restorer: bigint;
  mask: bigint;
}

export class SignalState {
  /** Bit n − 1 stands for signal n. */
  pending = 0n;
  blocked = 0n;
  readonly actions = new Map<number, SignalAction>();

  action(signal: number): SignalAction {
    return this.actions.get(signal) ?? { handler: SIG_DFL, flags: 0n, restorer: 0n, mask: 0n };
  }

  raise(signal: number): void {
    this.pending |= bit(signal);
  }

  /** The lowest signal that is pending and not blocked, taken away; SIGKILL and SIGSTOP cannot be blocked. */
  take(): number | undefined {
    const ready = this.pending & ~(this.blocked & ~(bit(9) | bit(19)));
    for (let signal = 1; ready !== 0n && signal <= 64; signal++) {
      if ((ready & bit(signal)) === 0n) continue;
      this.pending &= ~bit(signal);
      return signal;
    }
    return undefined;
  }

  /** For fork: the same actions and mask, nothing pending. */
  copyForChild(): SignalState {
    const copy = new SignalState();
    copy.blocked = this.blocked;
    for (const [signal, action] of this.actions) copy.actions.set(signal, { ...action });
    return copy;
  }

  /** For execve: handlers become the default, what was ignored stays so. */
  forgetHandlers(): void {
    for (const [signal, action] of this.actions) if (action.handler !== SIG_IGN) this.actions.delete(signal);
  }
}

const bit = (signal: number): bigint => 1n << BigInt(signal - 1);
