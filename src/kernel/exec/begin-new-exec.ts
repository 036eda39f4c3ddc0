/**
 * The point of no return: the process gives up its old memory and what belonged to the old program. What remains is its number,
 * its open files but those that close on exec, its place in the tree, ignored signals, and its parent.
 * Models begin_new_exec, de_thread and setup_new_exec (Linux 6.18, fs/exec.c).
 */
import { E, type Errno, failed } from "../abi/errno.js";
import { O_LARGEFILE, O_RDONLY } from "../abi/open-flags.js";
import { CLEARED_ON_SETID } from "../abi/personality.js";
import { SIGNAL } from "../abi/signals.js";
import { OpenFile } from "../fs/open-file.js";
import type { Kernel } from "../kernel.js";
import { endOtherThreads, releaseSpace } from "../process/exit.js";
import type { Task } from "../process/task.js";
import type { ThreadGroup } from "../process/thread-group.js";
import { nameTask } from "../sched/tell.js";
import type { Binprm } from "./binprm.js";
import { identityFor } from "./credentials.js";
import { Refusal } from "./refusal.js";
import type { Execution } from "./stages.js";

/** Why the rights that a file lends keep it from being run. */
const cannotLend = (errno: Errno): Refusal =>
  errno === E.EPERM
    ? new Refusal(
        errno,
        "",
        "some of the rights that the file lends are out of bounds",
        "see getcap and capsh --print",
      )
    : new Refusal(
        errno,
        "",
        "what the file says about rights is not to be understood",
        "set them anew by setcap",
      );

/** After this the task runs in `bprm.space`, and every failure must end it. */
export function beginNewExec({ kernel, task }: Execution, bprm: Binprm): undefined | Refusal {
  const identity = identityFor(task.files, bprm.credentialFile, !task.noNewPrivileges);
  if (failed(identity)) return cannotLend(identity);
  const { credentials, secure } = identity;
  bprm.secureexec = secure;
  if (secure) task.personality &= ~CLEARED_ON_SETID;
  bprm.pointOfNoReturn = true;
  becomeOnlyThread(kernel, task);
  exchangeMemory(kernel, task, bprm);
  task.files.unshareDescriptors();
  task.files.descriptors.closeOnExec();
  nameTask(kernel, task, bprm.comm);
  task.signals.forgetHandlers();
  task.robustList = 0;
  task.sequence = undefined;
  task.clearChildTid = 0;
  task.parentDeathSignal = secure ? 0 : task.parentDeathSignal;
  task.group.hasExecuted = true;
  task.group.exitSignal = SIGNAL.SIGCHLD;
  forgetTimers(kernel, task.group);
  task.files.credentials = credentials;
  return passOnExecutable(task, bprm);
}

/** The process goes on with this thread, under the process's number. */
function becomeOnlyThread(kernel: Kernel, task: Task): void {
  const { group } = task;
  const { leader } = group;
  endOtherThreads(kernel, task);
  if (leader === task) return;
  kernel.tasks.delete(task.pid);
  task.pid = task.entity.pid = leader.pid;
  kernel.frames.release(leader.kernelStack);
  leader.state = "dead";
  kernel.tasks.set(task.pid, task);
  group.leader = task;
  group.parent?.group.children.delete(leader);
  group.parent?.group.children.add(task);
  for (const child of group.children) child.group.parent = task;
  if (kernel.first === leader) kernel.first = task;
}

/** Interval timers stay, timers of timer_create do not. */
function forgetTimers(kernel: Kernel, { posixTimers }: ThreadGroup): void {
  for (const timer of posixTimers.values()) kernel.timers.remove(timer);
  posixTimers.clear();
}

function exchangeMemory(kernel: Kernel, task: Task, bprm: Binprm): void {
  const { space, file } = bprm;
  if (!space) throw new Error("exec reached the point of no return without an address space");
  releaseSpace(kernel, task);
  task.space = space;
  bprm.space = undefined;
  space.execute(file.inode);
  task.executable = file.path;
  task.executableFile = file.dentry;
}

/** binfmt_misc with flag O: the interpreter gets the file that it shall run as a descriptor, told by AT_EXECFD. */
function passOnExecutable(task: Task, bprm: Binprm): undefined | Refusal {
  const { executable } = bprm;
  if (!bprm.haveExecfd || !executable) return undefined;
  const file = new OpenFile(executable.dentry, O_RDONLY | O_LARGEFILE);
  file.begin();
  const fd = task.files.install(file);
  if (failed(fd)) return new Refusal(fd, "", "no descriptor is free for the program", "close some", true);
  bprm.execfd = fd;
  return undefined;
}
