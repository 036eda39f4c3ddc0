/**
 * signalfd: signals that are read as a file. Whoever reads takes signals of his own, not those of the process that made the
 * descriptor; they should be blocked, or a handler would have them first.
 * Models Linux fs/signalfd.c. Leaves out: a signal that cannot be handed over is not lost.
 */
import { E } from "../abi/errno.js";
import { POLLIN, POLLRDNORM } from "../abi/poll-events.js";
import { SIGNAL } from "../abi/signals.js";
import { SIGNALFD_SIGINFO } from "../abi/structs.js";
import { AnonymousFile } from "../fs/anonymous-file.js";
import { Blocked, type Blocking, type WaitQueue } from "../fs/blocking.js";
import type { OpenFile } from "../fs/open-file.js";
import type { Kernel } from "../kernel.js";
import type { PendingSignal } from "./pending-signals.js";

const NOTHING = new Uint8Array(48);
const RECORD = SIGNALFD_SIGINFO.size;

export class SignalFile extends AnonymousFile {
  /** @param mask the signals that it gives: bit n − 1 stands for signal n */
  constructor(
    private readonly kernel: Kernel,
    public mask: bigint,
  ) {
    super(kernel.files);
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    const { current } = this.kernel;
    if (into.length < RECORD || !current) return E.EINVAL;
    let filled = 0;
    while (filled + RECORD <= into.length) {
      const taken = current.signals.take(this.mask);
      if (!taken) break;
      SIGNALFD_SIGINFO.write(new DataView(into.buffer, into.byteOffset + filled), 0, recordOf(taken));
      filled += RECORD;
    }
    if (filled > 0) return filled;
    return file.nonBlocking ? E.EAGAIN : new Blocked(this.queues());
  }

  override readiness(): number {
    const { current } = this.kernel;
    return current && (current.signals.pending & this.mask) !== 0n ? POLLIN | POLLRDNORM : 0;
  }

  override queues(): readonly WaitQueue[] {
    const { current } = this.kernel;
    return current ? [current.group.signalArrived] : [];
  }

  override information(): string {
    return `sigmask:\t${this.mask.toString(16).padStart(16, "0")}\n`;
  }
}

/** Source: signalfd_copyinfo. Leaves out: times of children, and what only some faults tell. */
function recordOf({ signal, info }: PendingSignal) {
  const { code, pid = 0, uid = 0, status, address, value = 0n, timer, overrun } = info;
  const isFault = address !== undefined;
  return {
    ...{
      ssi_signo: signal,
      ssi_errno: 0,
      ssi_code: code,
      ssi_pid: isFault ? 0 : pid,
      ssi_uid: isFault ? 0 : uid,
    },
    ...{ ssi_fd: 0, ssi_tid: timer ?? 0, ssi_band: 0, ssi_overrun: overrun ?? 0, ssi_trapno: 0 },
    ssi_status: signal === SIGNAL.SIGCHLD ? (status ?? 0) : 0,
    ssi_int: Number(BigInt.asIntN(32, value)),
    ssi_ptr: value,
    ...{ ssi_utime: 0n, ssi_stime: 0n, ssi_addr: address ?? 0n, __pad: NOTHING },
  };
}
