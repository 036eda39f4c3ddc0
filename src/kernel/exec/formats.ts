/**
 * The chain of handlers, each for one format of programs. They are asked in turn; one that does not know the file says
 * ENOEXEC, and the next is asked. Any other answer ends the search.
 * Models struct linux_binfmt, register_binfmt, insert_binfmt and unregister_binfmt (Linux 6.18, fs/exec.c).
 */
import type { Binprm } from "./binprm.js";
import type { Refusal } from "./refusal.js";
import type { Execution } from "./stages.js";

/** What a handler did: the program runs, or `bprm.interpreter` shall be run in its place, or it refused. */
export type LoadOutcome = "running" | "again" | Refusal;

export interface BinaryFormat {
  /** For example "binfmt_script". */
  readonly name: string;
  load(execution: Execution, bprm: Binprm): LoadOutcome;
}

/** The handlers in the order in which they are asked; it may be changed while programs run. */
export class FormatChain {
  private formats: BinaryFormat[] = [];

  constructor(formats: readonly BinaryFormat[] = []) {
    this.formats = [...formats];
  }

  get list(): readonly BinaryFormat[] {
    return this.formats;
  }

  find(name: string): BinaryFormat | undefined {
    return this.formats.find((format) => format.name === name);
  }

  /** Adds a handler behind the others. */
  register(format: BinaryFormat): void {
    this.place(format, this.formats.length);
  }

  /** Adds a handler before the others. */
  insert(format: BinaryFormat): void {
    this.place(format, 0);
  }

  /** Puts a handler, new or known, at a place in the order. */
  place(format: BinaryFormat, position: number): void {
    this.unregister(format.name);
    this.formats.splice(position, 0, format);
  }

  /** Takes a handler out; undefined when there is none of this name. */
  unregister(name: string): BinaryFormat | undefined {
    const format = this.find(name);
    this.formats = this.formats.filter((other) => other !== format);
    return format;
  }
}
