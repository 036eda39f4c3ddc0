/** The kernel's log for programs. Models do_syslog (Linux kernel/printk/printk.c). */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { toBytes } from "../fs/byte-string.js";
import { LOG_BUFFER_SIZE } from "../log.js";
import { type Call, choice, filledBuffer, int, type SystemCall, systemCall } from "./definition.js";

const SYSLOG_ACTION = {
  ...{ SYSLOG_ACTION_CLOSE: 0, SYSLOG_ACTION_OPEN: 1, SYSLOG_ACTION_READ: 2, SYSLOG_ACTION_READ_ALL: 3 },
  ...{ SYSLOG_ACTION_READ_CLEAR: 4, SYSLOG_ACTION_CLEAR: 5, SYSLOG_ACTION_CONSOLE_OFF: 6 },
  ...{ SYSLOG_ACTION_CONSOLE_ON: 7, SYSLOG_ACTION_CONSOLE_LEVEL: 8, SYSLOG_ACTION_SIZE_UNREAD: 9 },
  SYSLOG_ACTION_SIZE_BUFFER: 10,
} as const;

const syslog = systemCall(
  "syslog",
  "Reads and clears the log of the kernel.",
  { type: choice(SYSLOG_ACTION), bufp: filledBuffer, len: int },
  (call, { type, bufp, len }) => {
    const { log } = call.kernel;
    // Anybody may read it (dmesg_restrict is 0); only user 0 may change what others see.
    const isReading =
      type === SYSLOG_ACTION.SYSLOG_ACTION_READ_ALL || type === SYSLOG_ACTION.SYSLOG_ACTION_SIZE_BUFFER;
    if (!isReading && !call.task.capable(CAP.CAP_SYSLOG)) return E.EPERM;
    switch (type) {
      case SYSLOG_ACTION.SYSLOG_ACTION_CLOSE:
      case SYSLOG_ACTION.SYSLOG_ACTION_OPEN:
      case SYSLOG_ACTION.SYSLOG_ACTION_CONSOLE_OFF:
      case SYSLOG_ACTION.SYSLOG_ACTION_CONSOLE_ON:
        return 0;
      case SYSLOG_ACTION.SYSLOG_ACTION_READ_ALL:
        return readAll(call, bufp, len);
      case SYSLOG_ACTION.SYSLOG_ACTION_READ_CLEAR: {
        const count = readAll(call, bufp, len);
        if (count >= 0) log.clear();
        return count;
      }
      case SYSLOG_ACTION.SYSLOG_ACTION_CLEAR:
        log.clear();
        return 0;
      case SYSLOG_ACTION.SYSLOG_ACTION_CONSOLE_LEVEL:
        return len < 1 || len > 8 ? E.EINVAL : 0;
      case SYSLOG_ACTION.SYSLOG_ACTION_SIZE_UNREAD:
        return log.text().length;
      case SYSLOG_ACTION.SYSLOG_ACTION_SIZE_BUFFER:
        return LOG_BUFFER_SIZE;
      default:
        return E.EINVAL;
    }
  },
  "reading line by line and waiting for the next (SYSLOG_ACTION_READ gives EINVAL)",
);

/** The last lines that fit, whole. */
function readAll(call: Call, at: number, length: number): number {
  if (at === 0 || length < 0) return E.EINVAL;
  let text = call.kernel.log.text();
  while (text.length > length) text = text.slice(text.indexOf("\n") + 1);
  return call.memory.write(at, toBytes(text)) ? text.length : E.EFAULT;
}

export const SYSLOG_CALLS: readonly SystemCall[] = [syslog];
