/** Random bytes, and a call that every C library makes at its start. Models Linux drivers/char/random.c, kernel/rseq.c. */
import { E } from "../abi/errno.js";
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

/** glibc does without restartable sequences when this says so. */
const rseq = systemCall(
  "rseq",
  "Restartable sequences: not here.",
  { rseq: address, len: unsignedInt, flags: int, sig: unsignedInt },
  () => E.ENOSYS,
);

export const RANDOM_CALLS: readonly SystemCall[] = [getrandom, rseq];
