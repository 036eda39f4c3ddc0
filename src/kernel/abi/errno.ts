/**
 * Error numbers: one table of number, name and meaning. A kernel function that fails returns the number negated,
 * as Linux's do; the program's C library stores it positive in `errno`.
 * Source: Linux 6.18, include/uapi/asm-generic/errno-base.h and errno.h.
 */

/** An error as kernel functions return it: a number of the table below, negated. */
export type Errno = number & { readonly errno: never };

/** What an operation that may fail gives: its result, or an errno. */
export type Result<T> = T | Errno;

/** True when `r` is an errno. Linux, too, keeps −4095…−1 for errors. */
export function failed(r: unknown): r is Errno {
  return typeof r === "number" && r < 0 && r >= -4095;
}

const TABLE = [
  [1, "EPERM", "Only a privileged process, or the owner, may do this."],
  [2, "ENOENT", "A name in the path does not exist."],
  [3, "ESRCH", "No process or thread has this number."],
  [4, "EINTR", "A signal arrived before the call had done anything."],
  [5, "EIO", "The device failed to read or write."],
  [6, "ENXIO", "The device, or the reader at the other end, is not there."],
  [7, "E2BIG", "Arguments and environment together are too long."],
  [8, "ENOEXEC", "The file is in no format that the kernel can run."],
  [9, "EBADF", "The descriptor is not open, or not open for this direction."],
  [10, "ECHILD", "The process has no child that it could wait for."],
  [11, "EAGAIN", "The call would have to wait; try again later."],
  [12, "ENOMEM", "There is not enough memory, or the address range cannot be used."],
  [13, "EACCES", "The permission bits forbid this."],
  [14, "EFAULT", "A pointer names memory that the process may not use."],
  [15, "ENOTBLK", "A block device is needed here."],
  [16, "EBUSY", "The thing is in use."],
  [17, "EEXIST", "The name exists already."],
  [18, "EXDEV", "A link or rename cannot cross from one file system to another."],
  [19, "ENODEV", "The device does not exist, or cannot do this at all."],
  [20, "ENOTDIR", "A name used as a directory is none."],
  [21, "EISDIR", "The name is a directory, where a file is needed."],
  [22, "EINVAL", "An argument has a value that makes no sense here."],
  [23, "ENFILE", "The whole system has too many files open."],
  [24, "EMFILE", "The process has too many files open."],
  [25, "ENOTTY", "The descriptor's device does not know this control request; often: it is no terminal."],
  [26, "ETXTBSY", "The file is being run while it is opened for writing, or the reverse."],
  [27, "EFBIG", "The file would grow beyond its limit."],
  [28, "ENOSPC", "The device is full."],
  [29, "ESPIPE", "A pipe, socket or terminal has no position to move."],
  [30, "EROFS", "The file system is read-only."],
  [31, "EMLINK", "The file has too many names already."],
  [32, "EPIPE", "Nobody is left to read from the pipe."],
  [33, "EDOM", "The argument lies outside the function's domain."],
  [34, "ERANGE", "The result does not fit."],
  [35, "EDEADLK", "Waiting for this lock would never end."],
  [36, "ENAMETOOLONG", "A name is over 255 bytes, or the path over 4095."],
  [37, "ENOLCK", "No more locks are to be had."],
  [38, "ENOSYS", "The kernel has no such system call."],
  [39, "ENOTEMPTY", "The directory still has entries."],
  [40, "ELOOP", "Too many symbolic links, or interpreters, one after the other."],
  [42, "ENOMSG", "The queue holds no message of this type."],
  [43, "EIDRM", "The object was removed meanwhile."],
  [44, "ECHRNG", "The channel number is out of range."],
  [45, "EL2NSYNC", "Level 2 of the protocol is out of step."],
  [46, "EL3HLT", "Level 3 of the protocol has halted."],
  [47, "EL3RST", "Level 3 of the protocol was reset."],
  [48, "ELNRNG", "The link number is out of range."],
  [49, "EUNATCH", "No protocol driver is attached."],
  [50, "ENOCSI", "No CSI structure is to be had."],
  [51, "EL2HLT", "Level 2 of the protocol has halted."],
  [52, "EBADE", "The exchange is invalid."],
  [53, "EBADR", "The request descriptor is invalid."],
  [54, "EXFULL", "The exchange is full."],
  [55, "ENOANO", "There is no anode."],
  [56, "EBADRQC", "The request code is invalid."],
  [57, "EBADSLT", "The slot is invalid."],
  [59, "EBFONT", "The font file is malformed."],
  [60, "ENOSTR", "The device is no stream."],
  [61, "ENODATA", "There is no such data; often: no such extended attribute."],
  [62, "ETIME", "The timer ran out."],
  [63, "ENOSR", "No stream resources are left."],
  [64, "ENONET", "The machine is on no network."],
  [65, "ENOPKG", "The package is not installed."],
  [66, "EREMOTE", "The object is on another machine."],
  [67, "ENOLINK", "The link was cut."],
  [68, "EADV", "Advertising failed."],
  [69, "ESRMNT", "Mounting from a server failed."],
  [70, "ECOMM", "Sending failed on the line."],
  [71, "EPROTO", "The other side broke the protocol."],
  [72, "EMULTIHOP", "A path over several machines was tried."],
  [73, "EDOTDOT", "An error of the RFS protocol."],
  [74, "EBADMSG", "The message is not of the kind that is read."],
  [75, "EOVERFLOW", "The value does not fit into the field that the caller's structure has for it."],
  [76, "ENOTUNIQ", "The name is taken on the network."],
  [77, "EBADFD", "The descriptor is in a state that forbids this."],
  [78, "EREMCHG", "The other end's address changed."],
  [79, "ELIBACC", "A shared library that is needed cannot be opened."],
  [80, "ELIBBAD", "The program's interpreter is no ELF file of this machine, or is damaged."],
  [81, "ELIBSCN", "The .lib section of an a.out file is damaged."],
  [82, "ELIBMAX", "Too many shared libraries are linked in."],
  [83, "ELIBEXEC", "A shared library cannot be run by itself."],
  [84, "EILSEQ", "The bytes form no valid character."],
  [85, "ERESTART", "The call was interrupted and shall be made again."],
  [86, "ESTRPIPE", "A pipe of streams failed."],
  [87, "EUSERS", "There are too many users."],
  [88, "ENOTSOCK", "The descriptor is no socket."],
  [89, "EDESTADDRREQ", "A destination address is needed."],
  [90, "EMSGSIZE", "The message is too long."],
  [91, "EPROTOTYPE", "The protocol does not fit the socket's type."],
  [92, "ENOPROTOOPT", "The protocol has no such option."],
  [93, "EPROTONOSUPPORT", "The protocol is not supported."],
  [94, "ESOCKTNOSUPPORT", "The socket type is not supported."],
  [95, "EOPNOTSUPP", "The object does not support this operation."],
  [96, "EPFNOSUPPORT", "The protocol family is not supported."],
  [97, "EAFNOSUPPORT", "The address family is not supported."],
  [98, "EADDRINUSE", "The address is in use."],
  [99, "EADDRNOTAVAIL", "The address is not one of this machine's."],
  [100, "ENETDOWN", "The network is down."],
  [101, "ENETUNREACH", "No route leads to the network."],
  [102, "ENETRESET", "The network dropped the connection by a reset."],
  [103, "ECONNABORTED", "The connection was aborted on this side."],
  [104, "ECONNRESET", "The other side reset the connection."],
  [105, "ENOBUFS", "No buffer space is left."],
  [106, "EISCONN", "The socket is connected already."],
  [107, "ENOTCONN", "The socket is not connected."],
  [108, "ESHUTDOWN", "The socket was shut down for sending."],
  [109, "ETOOMANYREFS", "Too many references to join."],
  [110, "ETIMEDOUT", "The time to wait ran out."],
  [111, "ECONNREFUSED", "Nobody listens at that address."],
  [112, "EHOSTDOWN", "The other machine is down."],
  [113, "EHOSTUNREACH", "No route leads to the other machine."],
  [114, "EALREADY", "The operation is under way already."],
  [115, "EINPROGRESS", "The operation has begun and goes on."],
  [116, "ESTALE", "The file behind this handle is gone."],
  [117, "EUCLEAN", "The file system is damaged and needs repair."],
  [118, "ENOTNAM", "The file is no XENIX named file."],
  [119, "ENAVAIL", "No XENIX semaphores are to be had."],
  [120, "EISNAM", "The file is a XENIX named file."],
  [121, "EREMOTEIO", "The device at the other end failed."],
  [122, "EDQUOT", "The user's quota is used up."],
  [123, "ENOMEDIUM", "No medium is in the drive."],
  [124, "EMEDIUMTYPE", "The medium is of the wrong type."],
  [125, "ECANCELED", "The operation was cancelled."],
  [126, "ENOKEY", "The key that is needed is not there."],
  [127, "EKEYEXPIRED", "The key has expired."],
  [128, "EKEYREVOKED", "The key was revoked."],
  [129, "EKEYREJECTED", "The service refused the key."],
  [130, "EOWNERDEAD", "The lock's owner died while holding it."],
  [131, "ENOTRECOVERABLE", "The lock's state cannot be recovered."],
  [132, "ERFKILL", "A switch has turned the radio off."],
  [133, "EHWPOISON", "The memory page has a hardware error."],
] as const;

/** The name of an error, for example "ENOENT". */
export type ErrnoName = (typeof TABLE)[number][1];

/** One row of the table. */
export interface ErrnoEntry {
  /** Positive, as programs see it in `errno`. */
  readonly number: number;
  readonly name: ErrnoName;
  /** One sentence. */
  readonly meaning: string;
}

/** All errors in ascending order of number. */
export const ERRNO_TABLE: readonly ErrnoEntry[] = TABLE.map(([number, name, meaning]) => ({
  number,
  name,
  meaning,
}));

/** The errors by name, already negated: `return E.ENOENT`. */
export const E = Object.fromEntries(TABLE.map(([number, name]) => [name, -number])) as Readonly<
  Record<ErrnoName, Errno>
>;

const BY_NUMBER = new Map(ERRNO_TABLE.map((entry) => [entry.number, entry]));

/** The row of an error number, given positive or negated. */
export function errnoEntry(number: number): ErrnoEntry | undefined {
  return BY_NUMBER.get(Math.abs(number));
}

/** The name of an error number, given positive or negated; "E???" with the number when Linux has none. */
export function errnoName(number: number): string {
  return errnoEntry(number)?.name ?? `E??? (${Math.abs(number)})`;
}
