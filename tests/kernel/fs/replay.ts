/**
 * Obeys a script of file operations on our file tree and gives each result as `replay.c` prints it on a real kernel. Both
 * begin in an empty root directory with descriptors 0, 1 and 2 open.
 */
import { failed, type Result } from "../../../src/kernel/abi/errno.js";
import { IOCTL, ioctlEntry } from "../../../src/kernel/abi/ioctls.js";
import * as O from "../../../src/kernel/abi/open-flags.js";
import { POLLIN, POLLOUT } from "../../../src/kernel/abi/poll-events.js";
import { blocked } from "../../../src/kernel/fs/blocking.js";
import { Credentials } from "../../../src/kernel/fs/credentials.js";
import * as descriptors from "../../../src/kernel/fs/descriptors.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Files } from "../../../src/kernel/fs/files.js";
import { HostStream } from "../../../src/kernel/fs/host-stream.js";
import type { Status } from "../../../src/kernel/fs/inode.js";
import * as names from "../../../src/kernel/fs/names.js";
import { openAt } from "../../../src/kernel/fs/open.js";
import { readiness } from "../../../src/kernel/fs/poll.js";
import { readDirectory } from "../../../src/kernel/fs/read-directory.js";
import * as io from "../../../src/kernel/fs/read-write.js";
import { rename } from "../../../src/kernel/fs/rename.js";
import * as status from "../../../src/kernel/fs/status.js";
import * as working from "../../../src/kernel/fs/working-directory.js";

const FLAGS: Readonly<Record<string, number>> = {
  r: O.O_RDONLY,
  w: O.O_WRONLY,
  rw: O.O_RDWR,
  creat: O.O_CREAT,
  excl: O.O_EXCL,
  trunc: O.O_TRUNC,
  append: O.O_APPEND,
  nonblock: O.O_NONBLOCK,
  dir: O.O_DIRECTORY,
  nofollow: O.O_NOFOLLOW,
  cloexec: O.O_CLOEXEC,
  path: O.O_PATH,
  tmpfile: O.O_TMPFILE,
  remove: O.AT_REMOVEDIR,
  lnofollow: O.AT_SYMLINK_NOFOLLOW,
  empty: O.AT_EMPTY_PATH,
  noreplace: O.RENAME_NOREPLACE,
  exchange: O.RENAME_EXCHANGE,
};

/** A process in an empty tree with its standard streams. */
export function freshFiles(): Files {
  const files = new Files(new FileSystem());
  for (const name of ["input", "output", "errors"]) {
    descriptors.openOutsideTree(files, new HostStream(files.system, name), O.O_RDWR);
  }
  return files;
}

/** The result of each line of the script. */
export function replay(script: string, files = freshFiles()): string[] {
  return script
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => obey(files, line.trim().split(" ").map(expand)));
}

/** a{300} stands for 300 times a; '' for nothing; \s for a blank. */
function expand(word: string): string {
  if (word === "''") return "";
  return word
    .replace(/(.)\{(\d+)\}/g, (_, char: string, n: string) => char.repeat(Number(n)))
    .replaceAll("\\s", " ");
}

function text(bytes: Uint8Array): string {
  if (bytes.length > 40) return ` [${bytes.length}]`;
  return bytes.length > 0 ? ` ${String.fromCharCode(...bytes).replaceAll("\0", "\\0")}` : "";
}

function formatStatus(r: Result<Status>): string {
  if (failed(r)) return `${r}`;
  const kind = r.mode & 0o170000;
  const size = kind === 0o040000 ? "" : ` size=${r.size}`;
  return `0 ${r.mode.toString(8)} links=${r.links}${size} uid=${r.uid}`;
}

function withBytes(count: number, action: (into: Uint8Array) => unknown): string {
  const into = new Uint8Array(count);
  const n = action(into);
  return plain(n) + (typeof n === "number" && n > 0 ? text(into.subarray(0, n)) : "");
}

function plain(r: unknown): string {
  return blocked(r) ? "blocked" : String(r);
}

function listing(files: Files, fd: number): string {
  const found: string[] = [];
  io.seek(files, fd, 0, O.SEEK_SET);
  for (;;) {
    const into = new Uint8Array(1000);
    const n = readDirectory(files, fd, into);
    if (n <= 0) {
      io.seek(files, fd, 0, O.SEEK_SET);
      return [n, ...found.sort()].join(" ");
    }
    const view = new DataView(into.buffer);
    for (let at = 0; at < n; at += view.getUint16(at + 16, true)) {
      const end = into.indexOf(0, at + 19);
      found.push(`${String.fromCharCode(...into.subarray(at + 19, end))}:${view.getUint8(at + 18)}`);
    }
  }
}

function become(files: Files, user: number): number {
  files.credentials = new Credentials(0, user, 0, 0, user, 0);
  return 0;
}

function obey(files: Files, words: readonly string[]): string {
  const w = (i: number): string => words[i] ?? "";
  const n = (i: number): number => Number(w(i));
  const octal = (i: number): number => Number.parseInt(w(i) || "0", 8);
  const flags = (i: number): number =>
    w(i)
      .split("|")
      .reduce((sum, name) => sum | (FLAGS[name] ?? 0), 0);
  const at = (i: number): number => (w(i) === "cwd" ? O.AT_FDCWD : n(i));
  const cwd = O.AT_FDCWD;
  const operations: Readonly<Record<string, () => unknown>> = {
    mkdir: () => names.makeDirectory(files, cwd, w(1), octal(2)),
    rmdir: () => names.removeDirectory(files, cwd, w(1)),
    unlink: () => names.unlink(files, cwd, w(1)),
    unlinkat: () => names.removeAt(files, at(1), w(2), flags(3)),
    open: () => openAt(files, cwd, w(1), flags(2), octal(3)),
    openat: () => openAt(files, at(1), w(2), flags(3), octal(4)),
    close: () => descriptors.close(files, n(1)),
    read: () => withBytes(n(2), (into) => io.read(files, n(1), into)),
    pread: () => withBytes(n(2), (into) => io.readAt(files, n(1), into, n(3))),
    write: () => io.write(files, n(1), bytesOf(w(2))),
    pwrite: () => io.writeAt(files, n(1), bytesOf(w(2)), n(3)),
    sendfile: () => io.sendFile(files, n(1), n(2), n(3) < 0 ? undefined : n(3), n(4)),
    lseek: () => io.seek(files, n(1), n(2), n(3)),
    stat: () => formatStatus(status.statusAt(files, cwd, w(1), 0)),
    lstat: () => formatStatus(status.statusAt(files, cwd, w(1), O.AT_SYMLINK_NOFOLLOW)),
    fstat: () => formatStatus(status.statusOf(files, n(1))),
    fstatat: () => formatStatus(status.statusAt(files, at(1), w(2), flags(3))),
    link: () => names.makeLink(files, cwd, w(1), cwd, w(2), 0),
    symlink: () => names.makeSymbolicLink(files, w(1), cwd, w(2)),
    readlink: () => {
      const r = names.readLink(files, cwd, w(1));
      return failed(r) ? r : `${r.length}${text(bytesOf(r))}`;
    },
    rename: () => rename(files, cwd, w(1), cwd, w(2)),
    renameat2: () => rename(files, cwd, w(1), cwd, w(2), flags(3)),
    truncate: () => status.truncate(files, cwd, w(1), n(2)),
    ftruncate: () => status.truncateOpen(files, n(1), n(2)),
    chmod: () => status.changeModeAt(files, cwd, w(1), octal(2)),
    fchmod: () => status.changeModeOf(files, n(1), octal(2)),
    chown: () => status.changeOwnerAt(files, cwd, w(1), n(2), n(3), 0),
    access: () => status.access(files, cwd, w(1), n(2)),
    mkfifo: () => names.makeNode(files, cwd, w(1), 0o010000 | octal(2)),
    chdir: () => working.changeDirectory(files, w(1)),
    fchdir: () => working.changeDirectoryTo(files, n(1)),
    getcwd: () => {
      const r = working.currentDirectory(files);
      return failed(r) ? r : `${r.length + 1}${text(bytesOf(r))}`;
    },
    dup: () => descriptors.duplicate(files, n(1)),
    dup2: () => descriptors.duplicateTo(files, n(1), n(2)),
    dup3: () => descriptors.duplicateExactly(files, n(1), n(2), flags(3)),
    fcntl: () => descriptors.control(files, n(1), n(2), n(3)),
    setfl: () => descriptors.control(files, n(1), O.F_SETFL, flags(2)),
    fionread: () => {
      const data = new Uint8Array(4);
      const r = descriptors.controlDevice(files, n(1), IOCTL.FIONREAD, data);
      return `${r} ${new DataView(data.buffer).getInt32(0, true)}`;
    },
    isatty: () =>
      descriptors.controlDevice(
        files,
        n(1),
        IOCTL.TCGETS,
        new Uint8Array(ioctlEntry(IOCTL.TCGETS)?.bytesOut ?? 0),
      ),
    pipe: () => {
      const r = descriptors.makePipe(files, flags(1));
      return failed(r) ? r : `0 ${r.join(" ")}`;
    },
    poll: () => {
      const [events = 0] = readiness(files, [{ fd: n(1), events: POLLIN | POLLOUT }]);
      return `${events ? 1 : 0} ${events.toString(16)}`;
    },
    umask: () => working.changeUmask(files, octal(1)),
    list: () => listing(files, n(1)),
    getdents: () => readDirectory(files, n(1), new Uint8Array(n(2))),
    user: () => become(files, n(1)),
  };
  return plain(operations[w(0)]?.() ?? `unknown operation ${w(0)}`);
}

function bytesOf(word: string): Uint8Array {
  return Uint8Array.from(word, (char) => char.charCodeAt(0));
}
