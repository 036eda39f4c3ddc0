/**
 * The handler of ELF programs: what is wrong with the file is said while the old program still runs; then comes the point of
 * no return, the segments, the interpreter's segments, the stack.
 * Models load_elf_binary (Linux 6.18, fs/binfmt_elf.c).
 */
import type { Result } from "../abi/errno.js";
import type { RegularFile } from "../fs/regular-file.js";
import { beginNewExec } from "./begin-new-exec.js";
import type { Binprm } from "./binprm.js";
import { type ElfExecutable, examineElf } from "./elf-examination.js";
import type { BinaryFormat, LoadOutcome } from "./formats.js";
import { loadProgram } from "./load-program.js";
import { openInterpreter, type ProgramReference } from "./program-reference.js";
import { Refusal, refused } from "./refusal.js";
import type { Execution } from "./stages.js";
import { startThread } from "./start-thread.js";

export class ElfFormat implements BinaryFormat {
  readonly name = "binfmt_elf";

  load(execution: Execution, bprm: Binprm): LoadOutcome {
    const interpreters: ProgramReference[] = [];
    try {
      const program = examineElf(bprm.file.inode, (path) => open(execution, path, interpreters));
      if (refused(program)) return program;
      return run(execution, bprm, program, interpreters[0]);
    } finally {
      for (const one of interpreters) one.release();
    }
  }
}

/** Opens what PT_INTERP names; like the program it cannot be written while it is being loaded. */
function open(execution: Execution, path: string, opened: ProgramReference[]): Result<RegularFile> {
  const file = execution.pass("open_exec", () => openInterpreter(execution.task.files, path));
  if (refused(file)) return file.errno;
  opened.push(file);
  return file.inode;
}

/** Nothing can be given back from here on: every refusal is fatal. */
function run(
  execution: Execution,
  bprm: Binprm,
  program: ElfExecutable,
  interpreter: ProgramReference | undefined,
): LoadOutcome {
  const begun = execution.pass("begin_new_exec", () => beginNewExec(execution, bprm));
  if (refused(begun)) return begun;
  const loaded = loadProgram(execution, bprm, program, interpreter);
  if (refused(loaded)) return fatal(loaded);
  const started = execution.pass("start_thread", () =>
    startThread(execution.kernel, execution.task, loaded.entry, loaded.stackPointer),
  );
  return refused(started) ? fatal(started) : "running";
}

function fatal({ errno, place, reason, nextStep }: Refusal): Refusal {
  return new Refusal(errno, place, reason, nextStep, true);
}
