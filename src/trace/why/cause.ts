/** Why a thing is as it is: what wrote it last, when, and what it was before. */
import type { TraceEvent } from "../event.js";
import type { Reference } from "../reference.js";

/** An instruction of the program at the time when it did something. */
export interface InstructionAt {
  readonly address: bigint;
  readonly text: string;
  /** The line of the source that it comes from. */
  readonly line?: number;
  /** The process that executed it. */
  readonly process?: number;
}

/** By what something was written. */
export type Writer =
  | { readonly kind: "instruction"; readonly instruction: InstructionAt }
  /** The processor, delivering an exception or interrupt. */
  | { readonly kind: "delivery"; readonly vector: number }
  /** The processor, noting in page tables that they were used. */
  | { readonly kind: "page-walk" }
  /** The kernel's TypeScript. */
  | { readonly kind: "kernel" }
  /** A device, by itself. */
  | { readonly kind: "device" }
  /** Somebody from outside; `index` counts the session's inputs. */
  | { readonly kind: "input"; readonly index: number };

export type Cause =
  | {
      readonly kind: "written";
      readonly reference: Reference;
      /** The last moment before it: there the instruction is about to run. At `time + 1` it is done; by an input, at `time`. */
      readonly time: number;
      readonly writer: Writer;
      /** What surrounds it: the system call, the exception, the input. */
      readonly event?: TraceEvent;
      /** Before and after: bytes, or the value of a register or flag, or words for what is none. */
      readonly old: Uint8Array | bigint | string;
      readonly now: Uint8Array | bigint | string;
      readonly says: string;
    }
  /** It was so when the program began. */
  | { readonly kind: "start"; readonly reference: Reference; readonly says: string }
  /** Nobody wrote it since `since`; what was before has not been looked at. */
  | {
      readonly kind: "not-found";
      readonly reference: Reference;
      readonly since: number;
      readonly says: string;
    }
  /** There is no such thing now. */
  | { readonly kind: "problem"; readonly reference: Reference; readonly says: string };
