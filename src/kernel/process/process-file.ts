/**
 * pidfd: a descriptor of a process, or with PIDFD_THREAD of a thread. It stays that of this one process, even when the number is
 * somebody else's by now; it is ready when the process has ended.
 * Models Linux kernel/pid.c, fs/pidfs.c. Leaves out: its requests (PIDFD_GET_INFO and the like), namespaces.
 */
import { E } from "../abi/errno.js";
import { O_NONBLOCK, O_RDWR } from "../abi/open-flags.js";
import { POLLHUP, POLLIN, POLLRDNORM } from "../abi/poll-events.js";
import { AnonymousFile } from "../fs/anonymous-file.js";
import type { WaitQueue } from "../fs/blocking.js";
import { openOutsideTree } from "../fs/descriptors.js";
import type { FileSystem } from "../fs/file-system.js";
import type { Files } from "../fs/files.js";
import type { Task } from "./task.js";

/** For pidfd_open: a thread, not a process. */
export const PIDFD_THREAD = 0x80;

export class ProcessFile extends AnonymousFile {
  constructor(
    system: FileSystem,
    /** The process's leader at that time; of a thread, the thread. */
    private readonly opened: Task,
    readonly isThread: boolean,
  ) {
    super(system, 0o700);
  }

  /** The thread, or the leader of the process; undefined when nothing is left of it. */
  get target(): Task | undefined {
    const task = this.isThread ? this.opened : this.opened.group.leader;
    return task.state === "dead" ? undefined : task;
  }

  override get ignoresSeeking(): boolean {
    return false;
  }

  override readiness(): number {
    const { target } = this;
    if (!target) return POLLIN | POLLRDNORM | POLLHUP;
    const ended = this.isThread ? target.state === "zombie" : target.ending !== undefined;
    return ended ? POLLIN | POLLRDNORM : 0;
  }

  override queues(): readonly WaitQueue[] {
    return [this.opened.group.exited];
  }

  override information(): string {
    const pid = this.target?.pid ?? -1;
    return `Pid:\t${pid}\nNSpid:\t${pid}\n`;
  }
}

/** A descriptor of a process or a thread, closed on exec. */
export function openProcess(
  files: Files,
  task: Task,
  isThread: boolean,
  flags = 0,
): ReturnType<typeof openOutsideTree> {
  const inode = new ProcessFile(files.system, task, isThread);
  return openOutsideTree(files, inode, O_RDWR | (flags & O_NONBLOCK), true, "anon_inode:[pidfd]");
}

/** The pidfd behind a descriptor, or EBADF. */
export function processFileOf(files: Files, fd: number): ProcessFile | typeof E.EBADF {
  const file = files.file(fd);
  return typeof file !== "number" && file.inode instanceof ProcessFile ? file.inode : E.EBADF;
}
