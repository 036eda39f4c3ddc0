/**
 * The handler of scripts: the interpreter takes the script's place, and the script's path becomes its argument.
 *
 *     execve("./s", ["A", "B"])  with  #!/bin/i -x     →     /bin/i with ["/bin/i", "-x", "./s", "B"]
 *
 * Models load_script (Linux 6.18, fs/binfmt_script.c).
 */
import { E, type Errno } from "../abi/errno.js";
import type { Binprm } from "./binprm.js";
import type { BinaryFormat, LoadOutcome } from "./formats.js";
import { openInterpreter } from "./program-reference.js";
import { Refusal, refused } from "./refusal.js";
import { parseScriptLine, type ScriptLine, type ScriptRule } from "./script.js";
import type { Execution } from "./stages.js";

export class ScriptFormat implements BinaryFormat {
  readonly name = "binfmt_script";

  /** @param rule what becomes of a line that is too long */
  constructor(public rule: ScriptRule = "5.1") {}

  load(execution: Execution, bprm: Binprm): LoadOutcome {
    const line = parseScriptLine(bprm.buf, this.rule);
    if (line === undefined) return new Refusal(E.ENOEXEC, "", "it does not begin with #!", "");
    if (refused(line)) return line;
    if (bprm.pathInaccessible) return closedBefore(bprm);
    const error = rewriteArguments(bprm, line);
    if (error) return new Refusal(error, "", "arguments and environment are too long", "pass fewer");
    bprm.interp = line.interpreter;
    const opened = execution.pass("open_exec", () => openInterpreter(execution.task.files, line.interpreter));
    if (refused(opened)) return missing(opened, line.interpreter);
    bprm.interpreter = opened;
    return "again";
  }
}

/** argv[0] goes; interpreter, its argument and the script's path come. */
function rewriteArguments(bprm: Binprm, { interpreter, argument }: ScriptLine): Errno | 0 {
  bprm.removeArgZero();
  return (
    bprm.prependArgument(bprm.interp) ||
    (argument === undefined ? 0 : bprm.prependArgument(argument)) ||
    bprm.prependArgument(interpreter)
  );
}

/** The interpreter would open the script by its path, which leads to a descriptor that exec closes. */
export function closedBefore(bprm: Binprm): Refusal {
  return new Refusal(
    E.ENOENT,
    "",
    `${bprm.filename} leads through a descriptor that is closed on exec, and the interpreter could not open it`,
    "open it without O_CLOEXEC",
  );
}

function missing({ errno, reason, isFatal }: Refusal, name: string): Refusal {
  return new Refusal(
    errno,
    "the #! line",
    `the interpreter ${name} cannot be run: ${reason}`,
    "name one that the guest has",
    isFatal,
  );
}
