/** Random bytes. Models Linux drivers/char/random.c. */
import { E } from "../abi/errno.js";
import { filledBuffer, flags, type SystemCall, size, systemCall } from "./definition.js";

const GRND = { GRND_NONBLOCK: 1, GRND_RANDOM: 2, GRND_INSECURE: 4 } as const;
const getrandom = systemCall(
  "getrandom",
  "Gives random bytes, the same in every run.",
  { buf: filledBuffer, buflen: size, flags: flags(GRND) },
  (call, values) => {
    const contradicts = (values.flags & (GRND.GRND_RANDOM | GRND.GRND_INSECURE)) === 6;
    if ((values.flags & ~7) !== 0 || contradicts) return E.EINVAL;
    const length = Math.min(values.buflen, 1 << 20);
    const room = call.memory.writable(values.buf, length);
    if (room === 0 && length > 0) return E.EFAULT;
    const bytes = call.kernel.files.random.take(room);
    return call.memory.write(values.buf, bytes) ? bytes.length : E.EFAULT;
  },
);

export const RANDOM_CALLS: readonly SystemCall[] = [getrandom];
