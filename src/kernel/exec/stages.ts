/**
 * The stations of execve, in the order in which a program passes them, for those who watch and for those who let one fail.
 * The names are those of Linux's functions.
 */
import type { Errno } from "../abi/errno.js";
import type { Kernel } from "../kernel.js";
import type { Task } from "../process/task.js";
import type { Binprm } from "./binprm.js";
import { Refusal, refused } from "./refusal.js";

/** Name, and what happens there. Between search_binary_handler and begin_new_exec each handler that is asked is a station. */
export const EXEC_STAGES = [
  ["getname", "The path is copied out of the program's memory, so that it cannot change any more."],
  [
    "do_open_execat",
    "The file is found, must be regular and executable, and cannot be written from here on.",
  ],
  ["alloc_bprm", "The binprm is made: file name and interpreter are the path, for now."],
  ["bprm_mm_init", "A new address space is made, with nothing but a stack."],
  ["count", "Arguments and environment strings are counted."],
  ["bprm_stack_limits", "How much of the stack they may take is settled."],
  ["copy_strings", "File name, environment and arguments are copied, the last one first."],
  ["prepare_bprm_creds", "The new program's identity begins as a copy of the caller's."],
  [
    "search_binary_handler",
    "The first 256 bytes are read, anew in each round, and the handlers are asked in turn.",
  ],
  ["open_exec", "A handler, or PT_INTERP, names an interpreter: it is opened."],
  ["begin_new_exec", "The point of no return: the old memory goes, close-on-exec files are closed."],
  ["setup_arg_pages", "The stack gets its final place and its rights."],
  ["elf_load", "The program's segments are mapped, and the rest of the last page is zeroed."],
  ["load_elf_interp", "The interpreter's segments are mapped."],
  ["arch_setup_additional_pages", "The vDSO and its data page are mapped."],
  ["create_elf_tables", "argc, pointers and the auxiliary vector are put below the strings."],
  ["start_thread", "The registers are cleared; instruction pointer and stack pointer are set."],
] as const;

/** A station, or a handler by its name. */
export type ExecStage = (typeof EXEC_STAGES)[number][0] | (string & {});

/** A station that was passed, or not. */
export interface ExecEvent {
  readonly stage: ExecStage;
  /** 0, or the errno that ended exec here; a handler's ENOEXEC only means "not mine". */
  readonly result: Errno | 0;
  /** The binprm as it is now; undefined before there is one. */
  readonly bprm: BinprmState | undefined;
}

/** What a view shows of the binprm: a copy. */
export type BinprmState = Readonly<
  Pick<
    Binprm,
    "filename" | "interp" | "argc" | "envc" | "p" | "argmin" | "round" | "pointOfNoReturn" | "secureexec"
  >
> & { readonly argv: readonly string[]; readonly buf: Uint8Array; readonly file: string };

/** One execve on its way. */
export class Execution {
  bprm: Binprm | undefined;

  constructor(
    readonly kernel: Kernel,
    readonly task: Task,
  ) {}

  /** Passes a station: lets it fail if somebody wants that, else does what happens there; and tells those who watch. */
  pass<T>(stage: ExecStage, work: () => T | Refusal): T | Refusal {
    const injected = this.kernel.exec.fail?.[stage];
    const result = injected === undefined ? work() : this.refuse(stage, injected);
    this.kernel.observer.execStage?.(this.task, {
      stage,
      result: refused(result) ? result.errno : 0,
      bprm: this.bprm && stateOf(this.bprm),
    });
    return result;
  }

  private refuse(stage: ExecStage, errno: Errno): Refusal {
    const isFatal = this.bprm?.pointOfNoReturn ?? false;
    return new Refusal(errno, stage, `somebody lets ${stage} fail`, "take the failure back", isFatal);
  }
}

function stateOf(bprm: Binprm): BinprmState {
  const { filename, interp, argc, envc, p, argmin, round, pointOfNoReturn, secureexec } = bprm;
  return {
    ...{ filename, interp, argc, envc, p, argmin, round, pointOfNoReturn, secureexec },
    ...{ argv: [...bprm.argv], buf: bprm.buf.slice(), file: bprm.file.path },
  };
}
