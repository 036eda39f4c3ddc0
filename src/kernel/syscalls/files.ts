/**
 * Descriptors: open, close, duplicate, control, pipes. What the calls do is in `fs/`.
 * Models Linux fs/open.c, fs/fcntl.c, fs/pipe.c, fs/ioctl.c.
 */
import { E, failed } from "../abi/errno.js";
import { formatConstant } from "../abi/flag-names.js";
import { IOCTL, type IoctlEntry, ioctlEntry } from "../abi/ioctls.js";
import { struct, u64 } from "../abi/layout.js";
import * as OPEN from "../abi/open-flags.js";
import { Blocked } from "../fs/blocking.js";
import type { Dentry } from "../fs/dentry.js";
import * as descriptors from "../fs/descriptors.js";
import { openAt, openFound } from "../fs/open.js";
import { MasterMaker } from "../fs/pseudo-terminal.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  flags,
  long,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  text,
  unsignedInt,
} from "./definition.js";
import { directoryFd, fd, mode, pathAt } from "./file-arguments.js";
import { isLockCommand, lockRange } from "./locks.js";

const openFlags: ArgumentKind<number> = { ...unsignedInt, type: "int", format: OPEN.formatOpenFlags };

/** Permissions of a file that may be made; not shown when the flags, argument `n`, do not ask for that. */
const modeAfter = (n: number): ArgumentKind<number> => ({
  ...mode,
  format: (value, call, result) =>
    (Number(call.raw(n)) & OPEN.O_CREAT) === 0 ? "" : mode.format(value, call, result),
});

function open(call: Call, at: number, path: number, bits: number, permissions: number, scope = 0): Outcome {
  const name = pathAt(call, path);
  return typeof name === "number"
    ? name
    : openAt(call.task.files, at, name, bits, permissions, call.progress, scope);
}

const open_ = systemCall(
  "open",
  "Opens a file, and makes it when asked.",
  { pathname: text, flags: openFlags, mode: modeAfter(1) },
  (call, values) => open(call, OPEN.AT_FDCWD, values.pathname, values.flags, values.mode),
);
const openat = systemCall(
  "openat",
  "Opens a file from a directory on.",
  { dirfd: directoryFd, pathname: text, flags: openFlags, mode: modeAfter(2) },
  (call, values) => open(call, values.dirfd, values.pathname, values.flags, values.mode),
);
const creat = systemCall(
  "creat",
  "Makes a file and opens it for writing.",
  { pathname: text, mode },
  (call, values) =>
    open(call, OPEN.AT_FDCWD, values.pathname, OPEN.O_CREAT | OPEN.O_WRONLY | OPEN.O_TRUNC, values.mode),
);
const close = systemCall("close", "Closes a descriptor.", { fd }, (call, values) =>
  descriptors.close(call.task.files, values.fd),
);

const dup = systemCall("dup", "A second number for a descriptor.", { oldfd: fd }, (call, { oldfd }) =>
  descriptors.duplicate(call.task.files, oldfd),
);
const dup2 = systemCall(
  "dup2",
  "Makes a number another name of a descriptor.",
  { oldfd: fd, newfd: fd },
  (call, { oldfd, newfd }) => descriptors.duplicateTo(call.task.files, oldfd, newfd),
);
const dup3 = systemCall(
  "dup3",
  "As dup2, with flags.",
  { oldfd: fd, newfd: fd, flags: openFlags },
  (call, { oldfd, newfd, flags: bits }) => descriptors.duplicateExactly(call.task.files, oldfd, newfd, bits),
);

const command = choice(OPEN.FCNTL_COMMANDS);
const fcntl = systemCall(
  "fcntl",
  "Tells and changes properties of a descriptor.",
  { fd, cmd: command, arg: long },
  (call, values) =>
    isLockCommand(values.cmd)
      ? lockRange(call, values.fd, values.cmd, values.arg)
      : descriptors.control(call.task.files, values.fd, values.cmd, values.arg),
  "leases, notification of directories; SIGIO: its owner is remembered, no more",
);
const fcntl64: SystemCall = { ...fcntl, name: "fcntl64" };

const request: ArgumentKind<number> = {
  ...unsignedInt,
  type: "unsigned long",
  format: (value) => formatConstant(IOCTL, value),
};

const ioctl = systemCall(
  "ioctl",
  "Asks a device for something of its own.",
  { fd, request, argp: address },
  (call, values) => {
    const { files } = call.task;
    const file = files.file(values.fd);
    if (failed(file)) return file;
    if (values.request === IOCTL.TIOCGPTPEER && file.inode instanceof MasterMaker)
      return openPeer(call, file.inode.peerOf(file), values.argp);
    const entry = ioctlEntry(values.request);
    if (!entry) return E.ENOTTY;
    const data = argumentOf(call, entry, values.argp);
    if (!data) return E.EFAULT;
    const result = descriptors.controlDevice(files, values.fd, values.request, data);
    if (result instanceof Blocked || failed(result) || entry.bytesOut === 0) return result;
    return call.memory.write(values.argp, data) ? result : E.EFAULT;
  },
);

/** TIOCGPTPEER: a descriptor of a pair's other end, by whatever name it is known. */
function openPeer({ task }: Call, peer: Dentry | undefined, flags: number): Outcome {
  return peer ? openFound(task.files, peer, flags) : E.EIO;
}

/** What goes into a request, with room for what comes out; undefined for EFAULT. */
function argumentOf(call: Call, { bytesIn, bytesOut }: IoctlEntry, argument: number): Uint8Array | undefined {
  if (bytesIn > 0) return call.memory.read(argument, bytesIn);
  return bytesOut > 0 ? new Uint8Array(bytesOut) : new Uint8Array(Int32Array.of(argument).buffer);
}

/** The two descriptors that pipe fills. */
const pipeEnds: ArgumentKind<number> = {
  type: "int *",
  convert: size.convert,
  late: true,
  format: (at, call, result) =>
    result < 0 ? `0x${at.toString(16)}` : `[${call.memory.read32(at)}, ${call.memory.read32(at + 4)}]`,
};

function makePipe(call: Call, at: number, bits: number): Outcome {
  const ends = descriptors.makePipe(call.task.files, bits);
  if (typeof ends === "number") return ends;
  if (call.memory.write32(at, ends[0]) && call.memory.write32(at + 4, ends[1])) return 0;
  for (const end of ends) descriptors.close(call.task.files, end);
  return E.EFAULT;
}

const pipe = systemCall("pipe", "Makes a pipe.", { pipefd: pipeEnds }, (call, { pipefd }) =>
  makePipe(call, pipefd, 0),
);
const pipe2 = systemCall(
  "pipe2",
  "Makes a pipe, with flags.",
  { pipefd: pipeEnds, flags: openFlags },
  (call, { pipefd, flags: bits }) => makePipe(call, pipefd, bits),
);

const CLOSE_RANGE_UNSHARE = 2;
const CLOSE_RANGE_CLOEXEC = 4;
const closeRange = systemCall(
  "close_range",
  "Closes all descriptors of a range, or marks them to be closed by execve.",
  { first: unsignedInt, last: unsignedInt, flags: flags({ CLOSE_RANGE_UNSHARE, CLOSE_RANGE_CLOEXEC }) },
  (call, { first, last, flags: bits }) => {
    if (first > last || bits & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) return E.EINVAL;
    const { files } = call.task;
    if (bits & CLOSE_RANGE_UNSHARE) files.descriptors = files.descriptors.clone();
    for (const number of files.descriptors.numbers()) {
      if (number < first || number > last) continue;
      if (bits & CLOSE_RANGE_CLOEXEC) files.descriptors.entry(number)!.closeOnExec = true;
      else files.descriptors.close(number);
    }
    return 0;
  },
  "CLOSE_RANGE_UNSHARE copies a table that is not shared as well",
);

const OPEN_HOW = struct("open_how", { flags: u64, mode: u64, resolve: u64 });
const openat2 = systemCall(
  "openat2",
  "Opens a file, with a structure of wishes.",
  { dirfd: directoryFd, pathname: text, how: address, size },
  (call, values) => {
    if (values.size < OPEN_HOW.size) return E.EINVAL;
    if (values.size > 4096) return E.E2BIG;
    const how = call.takeSized(values.how, values.size, OPEN_HOW);
    if (typeof how === "number") return how;
    const creates = (Number(how.flags) & (OPEN.O_CREAT | (OPEN.O_TMPFILE & ~OPEN.O_DIRECTORY))) !== 0;
    if (how.flags > 0x7fffffffn || how.resolve > BigInt(OPEN.RESOLVE_KNOWN)) return E.EINVAL;
    if (how.mode > 0o7777n || (how.mode !== 0n && !creates)) return E.EINVAL;
    const scope = Number(how.resolve);
    if (scope & OPEN.RESOLVE_BENEATH && scope & OPEN.RESOLVE_IN_ROOT) return E.EINVAL;
    // All names that there are are cached. Linux, too, makes and empties no files so.
    if (scope & OPEN.RESOLVE_CACHED && (creates || Number(how.flags) & OPEN.O_TRUNC)) return E.EAGAIN;
    return open(call, values.dirfd, values.pathname, Number(how.flags), Number(how.mode), scope);
  },
);

export const FILE_CALLS: readonly SystemCall[] = [
  ...[open_, openat, openat2, creat, close, closeRange, dup, dup2, dup3, fcntl, fcntl64],
  ...[ioctl, pipe, pipe2],
];
