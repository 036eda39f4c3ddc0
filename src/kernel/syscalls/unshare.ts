/**
 * unshare: what a thread has in common with others becomes its own. Models ksys_unshare (Linux kernel/fork.c).
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { checkNamespaces } from "../process/clone.js";
import { type Call, flags, type Outcome, type SystemCall, systemCall } from "./definition.js";

const { CLONE_FILES, CLONE_FS, CLONE_SYSVSEM, CLONE_THREAD, CLONE_SIGHAND, CLONE_VM } = FLAGS;

const KNOWN = {
  ...{ CLONE_FILES, CLONE_FS, CLONE_SYSVSEM, CLONE_THREAD, CLONE_SIGHAND, CLONE_VM },
  ...FLAGS.NAMESPACE_FLAGS,
};
const ALL = Object.values(KNOWN).reduce((sum, flag) => sum | flag, 0);

/** Memory and handlers of signals cannot be had for oneself; who has them so already is told that all is well. */
function isAlone({ kernel, task }: Call, bits: number): boolean {
  const others = [...kernel.tasks.values()].filter((one) => one !== task && !one.ending);
  if (bits & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM) && others.some((one) => one.group === task.group))
    return false;
  return !(bits & CLONE_VM && others.some((one) => one.space === task.space));
}

function make(call: Call, bits: number): Outcome {
  if (bits & ~ALL) return E.EINVAL;
  if (!isAlone(call, bits)) return E.EINVAL;
  const error = checkNamespaces({ flags: BigInt(bits >>> 0) }, call.task.capable(CAP.CAP_SYS_ADMIN));
  if (error !== 0) return error;
  const { files } = call.task;
  if (bits & CLONE_FS) files.unsharePlace();
  if (bits & CLONE_FILES) files.unshareDescriptors();
  return 0;
}

const unshare = systemCall(
  "unshare",
  "Makes one's own what is shared with other threads: descriptors, directories.",
  { flags: flags(KNOWN) },
  (call, { flags: bits }) => make(call, bits),
  "namespaces",
);

export const UNSHARE_CALLS: readonly SystemCall[] = [unshare];
