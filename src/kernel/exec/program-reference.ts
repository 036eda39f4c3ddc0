/**
 * A file that is about to be run: while somebody holds it so, nobody may open it for writing.
 * Models do_open_execat and deny_write_access (Linux 6.18, fs/exec.c). Leaves out: security modules.
 */
import { E, type Errno, failed, type Result } from "../abi/errno.js";
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "../abi/open-flags.js";
import { MAY_EXECUTE } from "../fs/credentials.js";
import type { Dentry } from "../fs/dentry.js";
import type { Files } from "../fs/files.js";
import { MS_NOEXEC, mountOf } from "../fs/mounts.js";
import { lookUp } from "../fs/path-walk.js";
import { RegularFile } from "../fs/regular-file.js";
import { Refusal } from "./refusal.js";

export class ProgramReference {
  private held = true;

  /** The caller has made sure that nobody writes the file. */
  constructor(
    readonly inode: RegularFile,
    readonly dentry: Dentry,
  ) {
    inode.executing++;
  }

  /** The path as /proc/PID/exe and maps show it. */
  get path(): string {
    return this.dentry.path();
  }

  /** The same file once more. */
  clone(): ProgramReference {
    return new ProgramReference(this.inode, this.dentry);
  }

  /** Lets go; doing it again has no effect. */
  release(): void {
    if (this.held) this.inode.executing--;
    this.held = false;
  }
}

/** Opens what `path` names, or with AT_EMPTY_PATH and no path the descriptor `at` itself. */
export function openProgram(
  files: Files,
  path: string,
  at = AT_FDCWD,
  flags = 0,
): ProgramReference | Refusal {
  const found = find(files, path, at, flags);
  if (failed(found)) return cannotOpen(found, path);
  const { inode } = found;
  if (inode.isSymbolicLink) return new Refusal(E.ELOOP, "", `${path} is a symbolic link`, "name its target");
  // What /proc and /sys make of text is a regular file, too, but on file systems that never run programs.
  if (!(inode instanceof RegularFile)) return notRegular(path);
  if (mountOf(files.system, found).flags & MS_NOEXEC) return notExecutable(path, "lies on a noexec mount");
  if (!files.credentials.may(inode, MAY_EXECUTE))
    return notExecutable(path, "has no permission to be executed", "set it with chmod +x");
  if (inode.writers > 0)
    return new Refusal(E.ETXTBSY, "", `${path} is open for writing`, "close it there first");
  return new ProgramReference(inode, found);
}

/** Opens a program that the kernel itself names: an interpreter. An empty path means the directory. */
export function openInterpreter(files: Files, path: string): ProgramReference | Refusal {
  return path === "" ? notRegular("the empty path") : openProgram(files, path);
}

function find(files: Files, path: string, at: number, flags: number): Result<Dentry> {
  if (path === "" && flags & AT_EMPTY_PATH) return files.startOf(at);
  return lookUp(files, at, path, flags & AT_SYMLINK_NOFOLLOW ? "no-follow" : "follow");
}

function notRegular(path: string): Refusal {
  return new Refusal(E.EACCES, "", `${path} is no regular file`, "name a program");
}

function notExecutable(path: string, why: string, nextStep = "copy it elsewhere"): Refusal {
  return new Refusal(E.EACCES, "", `${path} ${why}`, nextStep);
}

function cannotOpen(errno: Errno, path: string): Refusal {
  const reason = errno === E.ENOENT ? `there is no file ${path}` : `${path} cannot be opened`;
  return new Refusal(errno, "", reason, "check the path");
}
