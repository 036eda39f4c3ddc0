/**
 * The binprm: what exec knows of the program that it is about to run, and what the handlers of formats change in it.
 *
 *     buf         the first 256 bytes of `file`, zeros behind a shorter one; read anew in each round
 *     filename    what execve was given     interp   what is to be run for it: the same, until a handler says otherwise
 *     p           where the next string goes: strings are laid down from the stack's top, the last one first
 *
 *         top ─ 8 │ filename │ … environment │ … arguments │ ← p          never below argmin
 *
 * A handler puts further arguments before the first, so argv[0] must be the last string that was copied.
 * Models struct linux_binprm (Linux 6.18, include/linux/binfmts.h). The strings stay here until the stack is made, in
 * pages of their own; Linux lays them down at once.
 */
import { E, type Errno, type Result } from "../abi/errno.js";
import type { Credentials } from "../fs/credentials.js";
import type { AddressSpace } from "../mm/address-space.js";
import type { ProgramReference } from "./program-reference.js";

/** Bytes of a file that are looked at. */
export const BINPRM_BUF_SIZE = 256;
const POINTER = 8;
/** What arguments may always take, however small the stack. */
const ARG_MAX = 131072;
/** Three quarters of the usual 8 MiB: more is refused however large the stack may grow. */
const LARGEST_ARGUMENTS = 6 << 20;

export class Binprm {
  readonly buf = new Uint8Array(BINPRM_BUF_SIZE);
  interp: string;
  argv: string[] = [];
  envp: string[] = [];
  argc = 0;
  envc = 0;
  p: number;
  argmin = 0;
  /** How low `p` has been. */
  lowest: number;
  /** What a handler wants to be run in place of `file`; the next round begins with it. */
  interpreter: ProgramReference | undefined;
  /** The first file of all, kept for a handler that passes it on as a descriptor. */
  executable: ProgramReference | undefined;
  /** A handler wants AT_EXECFD. */
  haveExecfd = false;
  /** The descriptor that AT_EXECFD tells; undefined without one. */
  execfd: number | undefined;
  /** Set-user-ID bits of `executable` count, not those of the interpreter. */
  execfdCreds = false;
  /** The program could not be opened again by its path after exec: the descriptor in it will be closed. */
  pathInaccessible = false;
  /** AT_FLAGS tells the interpreter that argv[0] is the caller's. */
  preserveArgv0 = false;
  /** The task's name comes from the file, not from the path that was given. */
  commFromFile = false;
  /** The old program is gone: from here on failure kills. */
  pointOfNoReturn = false;
  /** The program gets more rights than its caller had. */
  secureexec = false;
  /** The new address space; undefined before it is made and after the task has it. */
  space: AddressSpace | undefined;
  /** Who the program will be. */
  credentials: Credentials | undefined;
  /** Rounds begun: 0 for the file itself, 1 for its interpreter … */
  round = 0;

  constructor(
    readonly filename: string,
    /** What is run in the present round. */
    public file: ProgramReference,
    /** One past the highest user address. */
    readonly stackTop: number,
  ) {
    this.interp = filename;
    this.p = this.lowest = stackTop - POINTER;
  }

  /** Reads the first bytes of the present file; EIO when what should be there cannot be read. */
  fillBuffer(): Errno | 0 {
    const { inode } = this.file;
    const start = inode.readAt(0, BINPRM_BUF_SIZE);
    this.buf.fill(0);
    this.buf.set(start);
    return start.length < Math.min(inode.size, BINPRM_BUF_SIZE) ? E.EIO : 0;
  }

  /**
   * How low `p` may go: strings and the pointers to them may take a quarter of the stack's limit together, but 128 KiB
   * always and 6 MiB never.
   */
  limitStack(stackLimit: number): Errno | 0 {
    const limit = Math.max(Math.min(LARGEST_ARGUMENTS, Math.floor(stackLimit / 4)), ARG_MAX);
    const pointers = (Math.max(this.argc, 1) + this.envc) * POINTER;
    if (limit <= pointers) return E.E2BIG;
    this.argmin = this.p - (limit - pointers);
    return 0;
  }

  /** Lays a string down below the others. */
  copyString(text: string): Errno | 0 {
    this.p -= text.length + 1;
    this.lowest = Math.min(this.lowest, this.p);
    return this.p < this.argmin ? E.E2BIG : 0;
  }

  /** Puts an argument before the first; the caller counts it. */
  prependArgument(text: string): Errno | 0 {
    const error = this.copyString(text);
    if (error) return error;
    this.argv.unshift(text);
    this.argc++;
    return 0;
  }

  /** Takes argv[0] away. */
  removeArgZero(): void {
    const first = this.argv.shift();
    if (first === undefined) return;
    this.p += first.length + 1;
    this.argc--;
  }

  /** The name that the task gets: at most 15 bytes behind the last slash. */
  get comm(): string {
    const path = this.commFromFile ? this.file.dentry.name : this.filename;
    return path.slice(path.lastIndexOf("/") + 1).slice(0, 15);
  }

  /** The file whose owner the set-user-ID bits speak of. */
  get credentialFile(): ProgramReference {
    return this.execfdCreds && this.executable ? this.executable : this.file;
  }

  /** Lets go of files and memory; safe to call once the task has taken what it wanted. */
  release(): void {
    this.file.release();
    this.interpreter?.release();
    this.executable?.release();
    this.space?.release();
    this.space = undefined;
  }
}

/** Copies a list of strings in exec's order, the last one first; the strings in their own order. */
export function copyStrings(
  bprm: Binprm,
  count: number,
  textOf: (index: number) => Result<string>,
): string[] | Errno {
  const texts: string[] = new Array<string>(count);
  for (let n = count - 1; n >= 0; n--) {
    const text = textOf(n);
    if (typeof text !== "string") return text;
    const error = bprm.copyString(text);
    if (error) return error;
    texts[n] = text;
  }
  return texts;
}
