/**
 * The epoll family. What an instance does is in `fs/epoll.ts`.
 * Models Linux fs/eventpoll.c.
 */
import { E, failed } from "../abi/errno.js";
import { bytes, struct, u32 } from "../abi/layout.js";
import { O_CLOEXEC, O_RDWR } from "../abi/open-flags.js";
import {
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLL_OPERATIONS,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLWAKEUP,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
} from "../abi/poll-events.js";
import { Blocked } from "../fs/blocking.js";
import { openOutsideTree } from "../fs/descriptors.js";
import { Epoll, type EpollEvent } from "../fs/epoll.js";
import type { OpenFile } from "../fs/open-file.js";
import {
  address,
  type Call,
  choice,
  flags,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
} from "./definition.js";
import { fd } from "./file-arguments.js";
import { deadline, secondsAt, underMask } from "./polling.js";

/** struct epoll_event is packed on x86-64: 12 bytes, the data unaligned at 4. */
const EPOLL_EVENT = struct("epoll_event", { events: u32, data: bytes(8) });
const MOST_EVENTS = Math.floor(0x7fffffff / EPOLL_EVENT.size);

function make(call: Call, closeOnExec: boolean): Outcome {
  const { files } = call.task;
  return openOutsideTree(files, new Epoll(files.system), O_RDWR, closeOnExec, "anon_inode:[eventpoll]");
}

const epollCreate = systemCall("epoll_create", "Makes an epoll instance.", { size: int }, (call, values) =>
  values.size <= 0 ? E.EINVAL : make(call, false),
);
const epollCreate1 = systemCall(
  "epoll_create1",
  "Makes an epoll instance.",
  { flags: flags({ EPOLL_CLOEXEC: O_CLOEXEC }) },
  (call, values) => (values.flags & ~O_CLOEXEC ? E.EINVAL : make(call, (values.flags & O_CLOEXEC) !== 0)),
);

function eventAt(call: Call, at: number): EpollEvent | undefined {
  const raw = call.take(at, EPOLL_EVENT);
  return raw && { events: raw.events | 0, data: new DataView(raw.data.slice().buffer).getBigUint64(0, true) };
}

/** What may stand beside EPOLLEXCLUSIVE. */
const EXCLUSIVE = POLLIN | POLLOUT | POLLERR | POLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;

function mayBeExclusive(operation: number, file: OpenFile, { events }: EpollEvent): boolean {
  if (operation !== EPOLL_CTL_ADD) return operation !== EPOLL_CTL_MOD;
  return (events & ~EXCLUSIVE) === 0 && !(file.inode instanceof Epoll);
}

const epollCtl = systemCall(
  "epoll_ctl",
  "Adds, changes or removes what an epoll instance watches.",
  { epfd: fd, op: choice(EPOLL_OPERATIONS), fd, event: address },
  (call, values) => {
    const event = values.op === EPOLL_CTL_DEL ? { events: 0, data: 0n } : eventAt(call, values.event);
    if (!event) return E.EFAULT;
    const { files } = call.task;
    const epoll = files.file(values.epfd);
    if (failed(epoll)) return epoll;
    const file = files.file(values.fd);
    if (failed(file)) return file;
    if (!file.inode.pollable) return E.EPERM;
    if (file === epoll || !(epoll.inode instanceof Epoll)) return E.EINVAL;
    if (event.events & EPOLLEXCLUSIVE && !mayBeExclusive(values.op, file, event)) return E.EINVAL;
    if (values.op === EPOLL_CTL_ADD) return epoll.inode.add(values.fd, file, event);
    if (values.op === EPOLL_CTL_MOD) return epoll.inode.change(values.fd, file, event);
    return values.op === EPOLL_CTL_DEL ? epoll.inode.remove(values.fd, file) : E.EINVAL;
  },
);

function wait(call: Call, epfd: number, at: number, most: number, seconds: number | undefined): Outcome {
  const file = call.task.files.file(epfd);
  if (failed(file)) return file;
  if (most <= 0 || most > MOST_EVENTS) return E.EINVAL;
  if (!(file.inode instanceof Epoll)) return E.EINVAL;
  if (call.memory.writable(at, EPOLL_EVENT.size) === 0) return E.EFAULT;
  const events = file.inode.collect(most);
  const until = deadline(call, seconds);
  if (events.length === 0 && call.now < until) return new Blocked([file.inode.happened], { done: 0 }, until);
  const out = new DataView(new ArrayBuffer(events.length * EPOLL_EVENT.size));
  events.forEach((event, n) => {
    out.setInt32(n * EPOLL_EVENT.size, event.events, true);
    out.setBigUint64(n * EPOLL_EVENT.size + 4, event.data, true);
  });
  return call.memory.write(at, new Uint8Array(out.buffer)) ? events.length : E.EFAULT;
}

const WAITS = { epfd: fd, events: address, maxevents: int };
const inSeconds = (milliseconds: number) => (milliseconds < 0 ? undefined : milliseconds / 1000);

const epollWait = systemCall(
  "epoll_wait",
  "Waits for events of an epoll instance.",
  { ...WAITS, timeout: int },
  (call, { epfd, events, maxevents, timeout }) => wait(call, epfd, events, maxevents, inSeconds(timeout)),
);
const MASK = { sigmask: address, sigsetsize: size };
const epollPwait = systemCall(
  "epoll_pwait",
  "As epoll_wait, under another signal mask.",
  { ...WAITS, timeout: int, ...MASK },
  (call, { epfd, events, maxevents, timeout, sigmask, sigsetsize }) =>
    underMask(call, sigmask, sigsetsize, () => wait(call, epfd, events, maxevents, inSeconds(timeout))),
);
const epollPwait2 = systemCall(
  "epoll_pwait2",
  "As epoll_pwait, with a limit in nanoseconds.",
  { ...WAITS, timeout: address, ...MASK },
  (call, { epfd, events, maxevents, timeout, sigmask, sigsetsize }) => {
    const time = secondsAt(call, timeout);
    if (typeof time === "number") return time;
    return underMask(call, sigmask, sigsetsize, () => wait(call, epfd, events, maxevents, time.seconds));
  },
);

export const EPOLL_CALLS: readonly SystemCall[] = [
  ...[epollCreate, epollCreate1, epollCtl, epollWait, epollPwait, epollPwait2],
];
