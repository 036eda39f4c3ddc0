/**
 * The structures that i386 programs, and 64-bit code that enters by `int 0x80`, exchange with the kernel. Those
 * that are alike on both ABIs (`utsname`, `termios`, `winsize`, `pollfd`, `statx`, `linux_dirent64`) are in `structs.ts`.
 * Left out: the oldest calls (oldstat, oldolduname), which no C library makes.
 * Source: Linux 6.18, arch/x86/include/uapi/asm/stat.h, include/linux/compat.h.
 */
import { array, bytes, i32, i386, struct, u16, u32 } from "./layout.js";

/** stat64, lstat64, fstat64, fstatat64. */
export const STAT64_I386 = struct("stat64", {
  st_dev: i386.u64,
  __pad0: bytes(4),
  __st_ino: u32,
  st_mode: u32,
  st_nlink: u32,
  st_uid: u32,
  st_gid: u32,
  st_rdev: i386.u64,
  __pad3: bytes(4),
  st_size: i386.i64,
  st_blksize: u32,
  st_blocks: i386.u64,
  st_atime: u32,
  st_atime_nsec: u32,
  st_mtime: u32,
  st_mtime_nsec: u32,
  st_ctime: u32,
  st_ctime_nsec: u32,
  st_ino: i386.u64,
});

/** stat, lstat, fstat of number 106–108. */
export const STAT_I386 = struct("stat", {
  st_dev: u32,
  st_ino: u32,
  st_mode: u16,
  st_nlink: u16,
  st_uid: u16,
  st_gid: u16,
  st_rdev: u32,
  st_size: u32,
  st_blksize: u32,
  st_blocks: u32,
  st_atime: u32,
  st_atime_nsec: u32,
  st_mtime: u32,
  st_mtime_nsec: u32,
  st_ctime: u32,
  st_ctime_nsec: u32,
  __unused4: u32,
  __unused5: u32,
});

/** statfs, fstatfs. */
export const STATFS_I386 = struct("statfs", {
  f_type: u32,
  f_bsize: u32,
  f_blocks: u32,
  f_bfree: u32,
  f_bavail: u32,
  f_files: u32,
  f_ffree: u32,
  f_fsid: array(i32, 2),
  f_namelen: u32,
  f_frsize: u32,
  f_flags: u32,
  f_spare: array(u32, 4),
});

/** One piece of readv and writev. */
export const IOVEC_I386 = struct("iovec", { iov_base: u32, iov_len: u32 });

/** Seconds and nanoseconds of the calls older than `…_time64`. */
export const TIMESPEC_I386 = struct("old_timespec32", { tv_sec: i32, tv_nsec: i32 });

/** Seconds and microseconds. */
export const TIMEVAL_I386 = struct("old_timeval32", { tv_sec: i32, tv_usec: i32 });

/** getrlimit, setrlimit, ugetrlimit. */
export const RLIMIT_I386 = struct("rlimit", { rlim_cur: u32, rlim_max: u32 });

/** sysinfo. */
export const SYSINFO_I386 = struct("sysinfo", {
  uptime: i32,
  loads: array(u32, 3),
  totalram: u32,
  freeram: u32,
  sharedram: u32,
  bufferram: u32,
  totalswap: u32,
  freeswap: u32,
  procs: u16,
  pad: u16,
  totalhigh: u32,
  freehigh: u32,
  mem_unit: u32,
  _f: bytes(8),
});

/** rt_sigaction; the mask is two words, low half first. */
export const SIGACTION_I386 = struct("sigaction", {
  sa_handler: u32,
  sa_flags: u32,
  sa_restorer: u32,
  sa_mask: i386.u64,
});

/** sigaltstack. */
export const STACK_T_I386 = struct("stack_t", { ss_sp: u32, ss_flags: i32, ss_size: u32 });

/** getrusage, wait4. */
export const RUSAGE_I386 = struct("rusage", {
  ru_utime: TIMEVAL_I386,
  ru_stime: TIMEVAL_I386,
  ru_maxrss: i32,
  ru_ixrss: i32,
  ru_idrss: i32,
  ru_isrss: i32,
  ru_minflt: i32,
  ru_majflt: i32,
  ru_nswap: i32,
  ru_inblock: i32,
  ru_oublock: i32,
  ru_msgsnd: i32,
  ru_msgrcv: i32,
  ru_nsignals: i32,
  ru_nvcsw: i32,
  ru_nivcsw: i32,
});

/** times. */
export const TMS_I386 = struct("tms", { tms_utime: i32, tms_stime: i32, tms_cutime: i32, tms_cstime: i32 });

/** old_mmap (90): one pointer to all six arguments. */
export const MMAP_ARGS_I386 = struct("mmap_arg_struct32", {
  addr: u32,
  len: u32,
  prot: u32,
  flags: u32,
  fd: u32,
  offset: u32,
});

/** set_thread_area, get_thread_area: bits of `flags` are seg_32bit, contents, read_exec_only and so on. */
export const USER_DESC = struct("user_desc", { entry_number: u32, base_addr: u32, limit: u32, flags: u32 });
