/**
 * Why a file cannot be run: the errno that Linux gives, and what a person needs to know beside it.
 */
import type { Errno } from "../abi/errno.js";

export class Refusal {
  constructor(
    /** What execve returns, or would have returned before the point of no return. */
    readonly errno: Errno,
    /** Where in the file, for example "e_machine at 0x12"; "" for the file as a whole. */
    readonly place: string,
    /** What is wrong, a sentence without a full stop. */
    readonly reason: string,
    /** What to do about it, likewise. */
    readonly nextStep: string,
    /** True when the old program is gone already: the process is killed by SIGSEGV instead of getting the errno. */
    readonly isFatal = false,
  ) {}

  /** Reason and next step as one text. */
  get message(): string {
    return this.nextStep ? `${this.reason}; ${this.nextStep}` : this.reason;
  }
}

/** True when an examination ended with a refusal. */
export function refused(result: unknown): result is Refusal {
  return result instanceof Refusal;
}
