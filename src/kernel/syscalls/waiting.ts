/**
 * Waiting for several descriptors, random bytes, and the few thread calls that every C library makes at its start.
 * Models Linux fs/select.c, drivers/char/random.c, kernel/futex, kernel/rseq.c.
 */
import { E } from "../abi/errno.js";
import { FUTEX_PRIVATE_FLAG, FUTEX_WAIT, FUTEX_WAKE } from "../abi/process-flags.js";
import { POLLFD, TIMESPEC } from "../abi/structs.js";
import { Blocked } from "../fs/blocking.js";
import { type PollQuestion, pollBlocked, readiness } from "../fs/poll.js";
import {
  address,
  type Call,
  filledBuffer,
  flags,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";

/** Waits until a descriptor is ready or the clock has gone on by `milliseconds` (below 0: for ever). */
function poll(call: Call, at: number, count: number, milliseconds: number): Outcome {
  const { files } = call.task;
  if (count > files.descriptors.limit) return E.EINVAL;
  const questions: PollQuestion[] = [];
  for (let n = 0; n < count; n++) {
    const one = call.take(at + n * POLLFD.size, POLLFD);
    if (!one) return E.EFAULT;
    questions.push({ fd: one.fd, events: one.events });
  }
  const answers = readiness(files, questions);
  const ready = answers.filter((events) => events !== 0).length;
  const until = call.started + (milliseconds / 1000) * call.kernel.machine.clock.stepsPerSecond;
  if (ready === 0 && milliseconds !== 0 && (milliseconds < 0 || call.now < until)) {
    return new Blocked(
      pollBlocked(files, questions).queues,
      { done: 0 },
      milliseconds < 0 ? Number.POSITIVE_INFINITY : until,
    );
  }
  const written = questions.every(
    ({ fd, events }, n) => call.put(at + n * POLLFD.size, POLLFD, { fd, events, revents: answers[n]! }) === 0,
  );
  return written ? ready : E.EFAULT;
}

const poll_ = systemCall(
  "poll",
  "Waits until a descriptor is ready.",
  { fds: address, nfds: unsignedInt, timeout: int },
  (call, values) => poll(call, values.fds, values.nfds, values.timeout),
);
const ppoll = systemCall(
  "ppoll",
  "Waits until a descriptor is ready.",
  { fds: address, nfds: unsignedInt, tmo_p: address, sigmask: address, sigsetsize: size },
  (call, values) => {
    const time = values.tmo_p === 0 ? undefined : call.take(values.tmo_p, TIMESPEC);
    if (values.tmo_p !== 0 && !time) return E.EFAULT;
    return poll(
      call,
      values.fds,
      values.nfds,
      time ? Number(time.tv_sec) * 1000 + Number(time.tv_nsec) / 1e6 : -1,
    );
  },
  "the signal mask",
);

const GRND = { GRND_NONBLOCK: 1, GRND_RANDOM: 2, GRND_INSECURE: 4 } as const;
const getrandom = systemCall(
  "getrandom",
  "Gives random bytes, the same in every run.",
  { buf: filledBuffer, buflen: size, flags: flags(GRND) },
  (call, values) => {
    if ((values.flags & ~7) !== 0) return E.EINVAL;
    const bytes = call.kernel.files.random.take(Math.min(values.buflen, 1 << 20));
    return call.memory.write(values.buf, bytes) ? bytes.length : E.EFAULT;
  },
);

const futex = systemCall(
  "futex",
  "Waits at, or wakes at, a word in memory.",
  { uaddr: address, op: int, val: unsignedInt },
  (call, values) => {
    const operation = values.op & ~FUTEX_PRIVATE_FLAG & ~256;
    if (operation === FUTEX_WAKE) return 0;
    if (operation !== FUTEX_WAIT) return E.ENOSYS;
    const value = call.memory.read32(values.uaddr);
    if (value === undefined) return E.EFAULT;
    // Nobody shares memory but by fork, and nobody is woken: waiting would be for ever.
    return value === values.val ? E.EDEADLK : E.EAGAIN;
  },
  "there are no threads yet: waking finds nobody, waiting is refused",
);

const setRobustList = systemCall(
  "set_robust_list",
  "Accepts a list of locks.",
  { head: address, len: size },
  (_call, values) => (values.len === 24 ? 0 : E.EINVAL),
);
/** glibc does without restartable sequences when this says so. */
const rseq = systemCall(
  "rseq",
  "Restartable sequences: not here.",
  { rseq: address, len: unsignedInt, flags: int, sig: unsignedInt },
  () => E.ENOSYS,
);

export const WAITING_CALLS: readonly SystemCall[] = [poll_, ppoll, getrandom, futex, setRobustList, rseq];
