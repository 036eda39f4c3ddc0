/**
 * Random bytes, and the few thread calls that every C library makes at its start.
 * Models Linux drivers/char/random.c, kernel/futex, kernel/rseq.c.
 */
import { E } from "../abi/errno.js";
import { FUTEX_PRIVATE_FLAG, FUTEX_WAIT, FUTEX_WAKE } from "../abi/process-flags.js";
import {
  address,
  filledBuffer,
  flags,
  int,
  type SystemCall,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";

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

export const WAITING_CALLS: readonly SystemCall[] = [getrandom, futex, setRobustList, rseq];
