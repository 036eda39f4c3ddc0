/** Watching files. What an instance does is in `fs/inotify.ts`. Models Linux fs/notify/inotify/inotify_user.c. */
import { E, failed, type Result } from "../abi/errno.js";
import * as IN from "../abi/inotify.js";
import { AT_FDCWD, O_CLOEXEC, O_NONBLOCK, O_RDONLY } from "../abi/open-flags.js";
import { MAY_READ } from "../fs/credentials.js";
import { openOutsideTree } from "../fs/descriptors.js";
import { Inotify } from "../fs/inotify.js";
import { lookUp } from "../fs/path-walk.js";
import { type Call, flags, int, type Outcome, type SystemCall, systemCall, text } from "./definition.js";
import { fd, pathAt } from "./file-arguments.js";

function make(call: Call, bits: number): Outcome {
  if ((bits & ~(O_NONBLOCK | O_CLOEXEC)) !== 0) return E.EINVAL;
  const { files } = call.task;
  const { euid } = files.credentials;
  if (!files.system.notifications.mayBegin(euid)) return E.EMFILE;
  const instance = new Inotify(files.system, euid);
  const kept = O_RDONLY | (bits & O_NONBLOCK);
  const opened = openOutsideTree(files, instance, kept, (bits & O_CLOEXEC) !== 0, "anon_inode:inotify");
  if (failed(opened)) instance.release();
  return opened;
}

const inotifyInit = systemCall("inotify_init", "Makes an instance that watches files.", {}, (call) =>
  make(call, 0),
);
const inotifyInit1 = systemCall(
  "inotify_init1",
  "Makes an instance that watches files, with flags.",
  { flags: flags({ IN_NONBLOCK: O_NONBLOCK, IN_CLOEXEC: O_CLOEXEC }) },
  (call, { flags: bits }) => make(call, bits),
);

function instanceOf(call: Call, number: number): Result<Inotify> {
  const file = call.task.files.file(number);
  if (failed(file)) return file;
  return file.inode instanceof Inotify ? file.inode : E.EINVAL;
}

const KNOWN =
  IN.IN_ALL_EVENTS |
  (IN.IN_UNMOUNT | IN.IN_Q_OVERFLOW | IN.IN_IGNORED) |
  (IN.IN_ONLYDIR | IN.IN_DONT_FOLLOW | IN.IN_EXCL_UNLINK | IN.IN_MASK_CREATE | IN.IN_MASK_ADD) |
  (IN.IN_ISDIR | IN.IN_ONESHOT);

const addWatch = systemCall(
  "inotify_add_watch",
  "Watches a file or a folder, or changes what for.",
  { fd, pathname: text, mask: flags(IN.INOTIFY_FLAGS) },
  (call, { fd: number, pathname, mask }) => {
    if ((mask & KNOWN) === 0) return E.EINVAL;
    if (mask & IN.IN_MASK_ADD && mask & IN.IN_MASK_CREATE) return E.EINVAL;
    const instance = instanceOf(call, number);
    if (failed(instance)) return instance;
    const path = pathAt(call, pathname);
    if (typeof path === "number") return path;
    const { files } = call.task;
    const found = lookUp(files, AT_FDCWD, path, mask & IN.IN_DONT_FOLLOW ? "no-follow" : "follow");
    if (failed(found)) return found;
    if (mask & IN.IN_ONLYDIR && !found.inode.isDirectory) return E.ENOTDIR;
    if (!files.credentials.may(found.inode, MAY_READ)) return E.EACCES;
    return instance.watch(found.inode, mask);
  },
  "what the kernel itself reads (exec, mapping)",
);

const removeWatch = systemCall(
  "inotify_rm_watch",
  "Watches no longer.",
  { fd, wd: int },
  (call, { fd: number, wd }) => {
    const instance = instanceOf(call, number);
    return failed(instance) ? instance : instance.unwatch(wd);
  },
);

export const INOTIFY_CALLS: readonly SystemCall[] = [inotifyInit, inotifyInit1, addWatch, removeWatch];
