/**
 * The handler of what users have registered: an interpreter for all files with a magic or an extension.
 *
 *     execve("./x.foo", ["A", "B"])   →   the interpreter with [interpreter, "./x.foo", "B"], or with flag P
 *                                         [interpreter, "./x.foo", "A", "B"]
 *
 * Models load_misc_binary (Linux 6.18, fs/binfmt_misc.c). Leaves out: a registry for each user namespace.
 */
import { E } from "../abi/errno.js";
import type { MiscEntry } from "./binfmt-misc-entry.js";
import type { MiscRegistry } from "./binfmt-misc-registry.js";
import { closedBefore } from "./binfmt-script.js";
import type { Binprm } from "./binprm.js";
import type { BinaryFormat, LoadOutcome } from "./formats.js";
import { openInterpreter, type ProgramReference } from "./program-reference.js";
import { Refusal, refused } from "./refusal.js";
import type { Execution } from "./stages.js";

export class MiscFormat implements BinaryFormat {
  readonly name = "binfmt_misc";

  constructor(readonly registry: MiscRegistry) {}

  load(execution: Execution, bprm: Binprm): LoadOutcome {
    const entry = this.registry.find(bprm.buf, bprm.interp);
    if (!entry) return new Refusal(E.ENOEXEC, "", "nobody has registered its format", "");
    if (bprm.pathInaccessible) return closedBefore(bprm);
    const { preserveArgv0, openBinary, credentials } = entry.flags;
    if (preserveArgv0) bprm.preserveArgv0 = true;
    else bprm.removeArgZero();
    if (openBinary) bprm.haveExecfd = true;
    const error = bprm.prependArgument(bprm.interp) || bprm.prependArgument(entry.interpreter);
    if (error) return new Refusal(error, "", "arguments and environment are too long", "pass fewer");
    bprm.interp = entry.interpreter;
    const opened = execution.pass("open_exec", () => openFor(execution, entry));
    if (refused(opened)) return opened;
    bprm.interpreter = opened;
    if (credentials) bprm.execfdCreds = true;
    return "again";
  }
}

/** The interpreter, by its path as it is now, or as it was when the entry was made. */
function openFor({ task }: Execution, entry: MiscEntry): ProgramReference | Refusal {
  return entry.interpreterFile?.clone() ?? openInterpreter(task.files, entry.interpreter);
}
