/**
 * Descriptors: open, close, duplicate, control, pipes. What the calls do is in `fs/`.
 * Models Linux fs/open.c, fs/fcntl.c, fs/pipe.c, fs/ioctl.c.
 */
import { E, failed } from "../abi/errno.js";
import { formatConstant } from "../abi/flag-names.js";
import { IOCTL, ioctlEntry } from "../abi/ioctls.js";
import * as OPEN from "../abi/open-flags.js";
import * as descriptors from "../fs/descriptors.js";
import { openAt } from "../fs/open.js";
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

const openFlags: ArgumentKind<number> = { ...unsignedInt, type: "int", format: OPEN.formatOpenFlags };

/** Permissions of a file that may be made; not shown when the flags, argument `n`, do not ask for that. */
const modeAfter = (n: number): ArgumentKind<number> => ({
  ...mode,
  format: (value, call, result) =>
    (Number(call.raw(n)) & OPEN.O_CREAT) === 0 ? "" : mode.format(value, call, result),
});

function open(call: Call, at: number, path: number, bits: number, permissions: number): Outcome {
  const name = pathAt(call, path);
  return typeof name === "number"
    ? name
    : openAt(call.task.files, at, name, bits, permissions, call.progress);
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
  (call, values) => descriptors.control(call.task.files, values.fd, values.cmd, values.arg),
  "locks",
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
    const entry = ioctlEntry(values.request);
    if (!entry) return E.ENOTTY;
    const data =
      entry.bytesIn > 0 ? call.memory.read(values.argp, entry.bytesIn) : new Uint8Array(entry.bytesOut);
    if (!data) return E.EFAULT;
    const result = descriptors.controlDevice(files, values.fd, values.request, data);
    if (failed(result) || entry.bytesOut === 0) return result;
    return call.memory.write(values.argp, data) ? result : E.EFAULT;
  },
);

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

const nothingToDo = (name: string, says: string): SystemCall =>
  systemCall(name, says, { fd }, (call, values) => {
    const file = call.task.files.file(values.fd);
    return failed(file) ? file : 0;
  });

const fadvise64 = systemCall(
  "fadvise64",
  "Accepts a hint on how a file will be read.",
  { fd, offset: long, len: long, advice: flags({}) },
  (call, values) => (failed(call.task.files.file(values.fd)) ? E.EBADF : 0),
);

export const FILE_CALLS: readonly SystemCall[] = [
  ...[open_, openat, creat, close, dup, dup2, dup3, fcntl, fcntl64],
  ...[ioctl, pipe, pipe2, fadvise64],
  ...[
    nothingToDo("fsync", "Makes a file safe: memory always is."),
    nothingToDo("fdatasync", "Makes a file safe: memory always is."),
  ],
];
