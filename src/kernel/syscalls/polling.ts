/**
 * Waiting until one of several descriptors is ready: poll, select and their kin. Epoll has its own file.
 * Models Linux fs/select.c. Leaves out: the slack that the kernel adds to time limits.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { SELECT_EXCEPT, SELECT_READ, SELECT_WRITE } from "../abi/poll-events.js";
import { POLLFD, TIMESPEC, TIMEVAL } from "../abi/structs.js";
import { Blocked } from "../fs/blocking.js";
import { type PollQuestion, pollBlocked, readiness } from "../fs/poll.js";
import {
  address,
  type Call,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";

/** Clock time at which a wait of this call ends that may last so many seconds; undefined for no limit. */
export function deadline(call: Call, seconds: number | undefined): number {
  if (seconds === undefined) return Number.POSITIVE_INFINITY;
  return call.started + seconds * call.kernel.machine.clock.stepsPerSecond;
}

/** Runs `body` under another signal mask, which stays while it sleeps; the old one comes back when it ends. */
export function underMask(call: Call, at: number, length: number, body: () => Outcome): Outcome {
  if (at === 0) return body();
  if (length !== 8) return E.EINVAL;
  const { signals } = call.task;
  if (!call.progress) {
    const wanted = call.memory.read64(at);
    if (wanted === undefined) return E.EFAULT;
    signals.savedMask = signals.blocked;
    signals.setMask(wanted);
  }
  const outcome = body();
  if (outcome instanceof Blocked || signals.savedMask === undefined) return outcome;
  signals.setMask(signals.savedMask);
  signals.savedMask = undefined;
  return outcome;
}

/** The seconds in a timespec, undefined for a null pointer, or an errno. */
export function secondsAt(call: Call, at: number): { seconds: number | undefined } | number {
  if (at === 0) return { seconds: undefined };
  const time = call.take(at, TIMESPEC);
  if (!time) return E.EFAULT;
  if (time.tv_sec < 0n || time.tv_nsec < 0n || time.tv_nsec >= 1_000_000_000n) return E.EINVAL;
  return { seconds: Number(time.tv_sec) + Number(time.tv_nsec) / 1e9 };
}

/** Nanoseconds that are left of a wait of so many seconds. */
function timeLeft(call: Call, seconds: number): bigint {
  const passed = (call.now - call.started) / call.kernel.machine.clock.stepsPerSecond;
  return BigInt(Math.max(0, Math.floor((seconds - passed) * 1e9)));
}

/** Writes into the timespec how much of the time was left; a place that cannot be written is no error. */
function tellRest(call: Call, at: number, seconds: number | undefined, outcome: Outcome): Outcome {
  if (seconds === undefined || outcome instanceof Blocked) return outcome;
  const left = timeLeft(call, seconds);
  call.put(at, TIMESPEC, { tv_sec: left / 1_000_000_000n, tv_nsec: left % 1_000_000_000n });
  return outcome;
}

/** Waits until a descriptor is ready or the clock has gone on by `seconds`. */
function poll(call: Call, at: number, count: number, seconds: number | undefined): Outcome {
  const { files } = call.task;
  if (count > files.descriptorLimit) return E.EINVAL;
  const questions: PollQuestion[] = [];
  for (let n = 0; n < count; n++) {
    const one = call.take(at + n * POLLFD.size, POLLFD);
    if (!one) return E.EFAULT;
    questions.push({ fd: one.fd, events: one.events });
  }
  const answers = readiness(files, questions);
  const ready = answers.filter((events) => events !== 0).length;
  const until = deadline(call, seconds);
  if (ready === 0 && call.now < until)
    return new Blocked(pollBlocked(files, questions).queues, { done: 0 }, until);
  const told = questions.every(
    ({ fd, events }, n) => call.put(at + n * POLLFD.size, POLLFD, { fd, events, revents: answers[n]! }) === 0,
  );
  return told ? ready : E.EFAULT;
}

const poll_ = systemCall(
  "poll",
  "Waits until a descriptor is ready.",
  { fds: address, nfds: unsignedInt, timeout: int },
  (call, { fds, nfds, timeout }) => poll(call, fds, nfds, timeout < 0 ? undefined : timeout / 1000),
);

const ppoll = systemCall(
  "ppoll",
  "Waits until a descriptor is ready, under another signal mask.",
  { fds: address, nfds: unsignedInt, tmo_p: address, sigmask: address, sigsetsize: size },
  (call, { fds, nfds, tmo_p, sigmask, sigsetsize }) => {
    const time = secondsAt(call, tmo_p);
    if (typeof time === "number") return time;
    const outcome = underMask(call, sigmask, sigsetsize, () => poll(call, fds, nfds, time.seconds));
    return tellRest(call, tmo_p, time.seconds, outcome);
  },
  "the time that is left, when a signal ends the wait",
);

/** The sets of select: where each lies, and which events put a descriptor into it. */
type Sets = readonly { readonly at: number; readonly events: number }[];

const setsOf = (readfds: number, writefds: number, exceptfds: number): Sets => [
  { at: readfds, events: SELECT_READ },
  { at: writefds, events: SELECT_WRITE },
  { at: exceptfds, events: SELECT_EXCEPT },
];

/** select: `count` is the number of descriptors looked at, from 0 on. The sets are words of 64 bits, one bit a number. */
function select(call: Call, count: number, sets: Sets, seconds: number | undefined): Outcome {
  if (count < 0) return E.EINVAL;
  const { files } = call.task;
  const looked = Math.min(count, Math.max(64, (files.descriptors.numbers().at(-1) ?? 0) + 1));
  const length = Math.ceil(looked / 64) * 8;
  const asked: Uint8Array[] = [];
  for (const { at } of sets) {
    const bits = at === 0 ? new Uint8Array(length) : call.memory.read(at, length);
    if (!bits) return E.EFAULT;
    asked.push(bits);
  }
  const answer = answerOf(call, looked, sets, asked);
  if (typeof answer === "number") return answer;
  const until = deadline(call, seconds);
  if (answer.ready === 0 && call.now < until)
    return new Blocked(pollBlocked(files, answer.questions).queues, { done: 0 }, until);
  const told = sets.every(({ at }, n) => at === 0 || call.memory.write(at, answer.sets[n]!));
  return told ? answer.ready : E.EFAULT;
}

interface SelectAnswer {
  readonly ready: number;
  readonly sets: readonly Uint8Array[];
  readonly questions: readonly PollQuestion[];
}

function answerOf(call: Call, count: number, sets: Sets, asked: readonly Uint8Array[]): Result<SelectAnswer> {
  const { files } = call.task;
  const found = asked.map((bits) => new Uint8Array(bits.length));
  const questions: PollQuestion[] = [];
  let ready = 0;
  for (let fd = 0; fd < count; fd++) {
    const inSet = asked.map((bits) => ((bits[fd >> 3]! >> (fd & 7)) & 1) !== 0);
    if (!inSet.includes(true)) continue;
    const file = files.file(fd);
    if (failed(file)) return E.EBADF;
    questions.push({ fd, events: 0 });
    const now = file.inode.readiness(file);
    sets.forEach(({ events }, n) => {
      if (!inSet[n] || (now & events) === 0) return;
      found[n]![fd >> 3]! |= 1 << (fd & 7);
      ready++;
    });
  }
  return { ready, sets: found, questions };
}

const SETS = { readfds: address, writefds: address, exceptfds: address };

const select_ = systemCall(
  "select",
  "Waits until a descriptor of one of three sets is ready.",
  { nfds: int, ...SETS, timeout: address },
  (call, { nfds, readfds, writefds, exceptfds, timeout }) => {
    const time = timeout === 0 ? undefined : call.take(timeout, TIMEVAL);
    if (timeout !== 0 && !time) return E.EFAULT;
    if (time && (time.tv_sec < 0n || time.tv_usec < 0n)) return E.EINVAL;
    const seconds = time && Number(time.tv_sec) + Number(time.tv_usec) / 1e6;
    const outcome = select(call, nfds, setsOf(readfds, writefds, exceptfds), seconds);
    if (!time || outcome instanceof Blocked) return outcome;
    const left = timeLeft(call, seconds ?? 0);
    call.put(timeout, TIMEVAL, { tv_sec: left / 1_000_000_000n, tv_usec: (left % 1_000_000_000n) / 1000n });
    return outcome;
  },
  "the time that is left, when a signal ends the wait",
);

const pselect6 = systemCall(
  "pselect6",
  "As select, under another signal mask.",
  { nfds: int, ...SETS, timeout: address, sigmask: address },
  (call, { nfds, readfds, writefds, exceptfds, timeout, sigmask }) => {
    const time = secondsAt(call, timeout);
    if (typeof time === "number") return time;
    const [mask, length] =
      sigmask === 0 ? [0n, 0n] : [call.memory.read64(sigmask), call.memory.read64(sigmask + 8)];
    if (mask === undefined || length === undefined) return E.EFAULT;
    const outcome = underMask(call, Number(mask), Number(length), () =>
      select(call, nfds, setsOf(readfds, writefds, exceptfds), time.seconds),
    );
    return tellRest(call, timeout, time.seconds, outcome);
  },
  "the time that is left, when a signal ends the wait",
);

export const POLLING_CALLS: readonly SystemCall[] = [poll_, ppoll, select_, pselect6];
