/**
 * The structures that x86-64 programs and the kernel exchange, in the kernel's own layout (which is not always
 * the C library's: glibc's sigaction and termios differ). Structures of a family stand in its own file: `pt-regs.ts`
 * has the saved registers, `structs-i386.ts` those of 32-bit programs.
 * Source: Linux 6.18, include/uapi and arch/x86/include/uapi; each checked with offsetof by the tests.
 */
import { array, bytes, i16, i32, i64, struct, text, u8, u16, u32, u64 } from "./layout.js";

/** stat, fstat, lstat, newfstatat. */
export const STAT = struct("stat", {
  st_dev: u64,
  st_ino: u64,
  st_nlink: u64,
  st_mode: u32,
  st_uid: u32,
  st_gid: u32,
  __pad0: u32,
  st_rdev: u64,
  st_size: i64,
  st_blksize: i64,
  st_blocks: i64,
  st_atime: u64,
  st_atime_nsec: u64,
  st_mtime: u64,
  st_mtime_nsec: u64,
  st_ctime: u64,
  st_ctime_nsec: u64,
  __unused: array(i64, 3),
});

/** A moment in statx. */
export const STATX_TIMESTAMP = struct("statx_timestamp", { tv_sec: i64, tv_nsec: u32, __reserved: i32 });

/** statx, the same on both ABIs. */
export const STATX = struct("statx", {
  stx_mask: u32,
  stx_blksize: u32,
  stx_attributes: u64,
  stx_nlink: u32,
  stx_uid: u32,
  stx_gid: u32,
  stx_mode: u16,
  __spare0: u16,
  stx_ino: u64,
  stx_size: u64,
  stx_blocks: u64,
  stx_attributes_mask: u64,
  stx_atime: STATX_TIMESTAMP,
  stx_btime: STATX_TIMESTAMP,
  stx_ctime: STATX_TIMESTAMP,
  stx_mtime: STATX_TIMESTAMP,
  stx_rdev_major: u32,
  stx_rdev_minor: u32,
  stx_dev_major: u32,
  stx_dev_minor: u32,
  stx_mnt_id: u64,
  __spare2: bytes(104),
});

/** statfs, fstatfs. */
export const STATFS = struct("statfs", {
  f_type: i64,
  f_bsize: i64,
  f_blocks: i64,
  f_bfree: i64,
  f_bavail: i64,
  f_files: i64,
  f_ffree: i64,
  f_fsid: array(i32, 2),
  f_namelen: i64,
  f_frsize: i64,
  f_flags: i64,
  f_spare: array(i64, 4),
});

/** One piece of readv and writev. */
export const IOVEC = struct("iovec", { iov_base: u64, iov_len: u64 });

/** Seconds and nanoseconds. */
export const TIMESPEC = struct("timespec", { tv_sec: i64, tv_nsec: i64 });

/** Seconds and microseconds. */
export const TIMEVAL = struct("timeval", { tv_sec: i64, tv_usec: i64 });

/** setitimer, getitimer. */
export const ITIMERVAL = struct("itimerval", { it_interval: TIMEVAL, it_value: TIMEVAL });

/** timer_settime, timerfd_settime. */
export const ITIMERSPEC = struct("itimerspec", { it_interval: TIMESPEC, it_value: TIMESPEC });

/** timer_create: how to notify. */
export const SIGEVENT = struct("sigevent", {
  sigev_value: u64,
  sigev_signo: i32,
  sigev_notify: i32,
  sigev_tid: i32,
  sigev_pad: bytes(44),
});

/** uname; the same on both ABIs. */
export const UTSNAME = struct("new_utsname", {
  sysname: text(65),
  nodename: text(65),
  release: text(65),
  version: text(65),
  machine: text(65),
  domainname: text(65),
});

/** getrlimit, setrlimit. */
export const RLIMIT = struct("rlimit", { rlim_cur: u64, rlim_max: u64 });

/** sysinfo. */
export const SYSINFO = struct("sysinfo", {
  uptime: i64,
  loads: array(u64, 3),
  totalram: u64,
  freeram: u64,
  sharedram: u64,
  bufferram: u64,
  totalswap: u64,
  freeswap: u64,
  procs: u16,
  pad: u16,
  totalhigh: u64,
  freehigh: u64,
  mem_unit: u32,
});

/** rt_sigaction. */
export const SIGACTION = struct("sigaction", {
  sa_handler: u64,
  sa_flags: u64,
  sa_restorer: u64,
  sa_mask: u64,
});

/** sigaltstack. */
export const STACK_T = struct("stack_t", { ss_sp: u64, ss_flags: i32, ss_size: u64 });

/** getdents64; the name and a NUL follow at offset 19, and the whole is padded to a multiple of 8. */
export const LINUX_DIRENT64 = struct("linux_dirent64", { d_ino: u64, d_off: i64, d_reclen: u16, d_type: u8 });

/** Where the name begins in `LINUX_DIRENT64`; the structure's own size would count padding. */
export const DIRENT64_NAME_OFFSET = 19;

/** TIOCGWINSZ, TIOCSWINSZ. */
export const WINSIZE = struct("winsize", { ws_row: u16, ws_col: u16, ws_xpixel: u16, ws_ypixel: u16 });

const TERMIOS_FIELDS = {
  c_iflag: u32,
  c_oflag: u32,
  c_cflag: u32,
  c_lflag: u32,
  c_line: u8,
  c_cc: bytes(19),
} as const;

/** TCGETS, TCSETS: the kernel's, with 19 control characters; the same on both ABIs. */
export const TERMIOS = struct("termios", TERMIOS_FIELDS);

/** TCGETA, TCSETA: as System V had it. */
export const TERMIO = struct("termio", {
  c_iflag: u16,
  c_oflag: u16,
  c_cflag: u16,
  c_lflag: u16,
  c_line: u8,
  c_cc: bytes(8),
  padding: u8,
});

/** TCGETS2: with the speeds as numbers. */
export const TERMIOS2 = struct("termios2", {
  ...TERMIOS_FIELDS,
  c_ispeed: u32,
  c_ospeed: u32,
});

/** getrusage, wait4. */
export const RUSAGE = struct("rusage", {
  ru_utime: TIMEVAL,
  ru_stime: TIMEVAL,
  ru_maxrss: i64,
  ru_ixrss: i64,
  ru_idrss: i64,
  ru_isrss: i64,
  ru_minflt: i64,
  ru_majflt: i64,
  ru_nswap: i64,
  ru_inblock: i64,
  ru_oublock: i64,
  ru_msgsnd: i64,
  ru_msgrcv: i64,
  ru_nsignals: i64,
  ru_nvcsw: i64,
  ru_nivcsw: i64,
});

/** times. */
export const TMS = struct("tms", { tms_utime: i64, tms_stime: i64, tms_cutime: i64, tms_cstime: i64 });

/** poll, ppoll; the same on both ABIs. */
export const POLLFD = struct("pollfd", { fd: i32, events: i16, revents: i16 });

/** clone3. */
/** What signalfd gives, 128 bytes a signal. Source: include/uapi/linux/signalfd.h. */
export const SIGNALFD_SIGINFO = struct("signalfd_siginfo", {
  ssi_signo: u32,
  ssi_errno: i32,
  ssi_code: i32,
  ssi_pid: u32,
  ssi_uid: u32,
  ssi_fd: i32,
  ssi_tid: u32,
  ssi_band: u32,
  ssi_overrun: u32,
  ssi_trapno: u32,
  ssi_status: i32,
  ssi_int: i32,
  ssi_ptr: u64,
  ssi_utime: u64,
  ssi_stime: u64,
  ssi_addr: u64,
  __pad: bytes(48),
});

export const CLONE_ARGS = struct("clone_args", {
  flags: u64,
  pidfd: u64,
  child_tid: u64,
  parent_tid: u64,
  exit_signal: u64,
  stack: u64,
  stack_size: u64,
  tls: u64,
  set_tid: u64,
  set_tid_size: u64,
  cgroup: u64,
});
