/**
 * What programs and the kernel say to each other about sockets: families, kinds, flags and structures.
 * Source: Linux 6.18, include/linux/socket.h, include/linux/net.h, include/uapi/asm-generic/socket.h.
 */
import type { FlagTable } from "./flag-names.js";
import { i32, struct, u32, u64 } from "./layout.js";

export const AF_UNSPEC = 0;
export const AF_UNIX = 1;
/** The first number that no family has. */
export const AF_MAX = 46;
export const FAMILIES: FlagTable = {
  AF_UNSPEC,
  AF_UNIX,
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  AF_PACKET: 17,
};

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_SEQPACKET = 5;
export const SOCK_TYPE_MASK = 0xf;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

export const MSG_OOB = 1;
export const MSG_PEEK = 2;
export const MSG_CTRUNC = 8;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_WAITALL = 0x100;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_CMSG_CLOEXEC = 0x40000000;
/** The kernel's own mark for calls of i386; a program may not set it. */
export const MSG_CMSG_COMPAT = 0x80000000;
export const MESSAGE_FLAGS: FlagTable = {
  MSG_OOB,
  MSG_PEEK,
  MSG_CTRUNC,
  MSG_TRUNC,
  MSG_DONTWAIT,
  MSG_WAITALL,
  MSG_NOSIGNAL,
  MSG_CMSG_CLOEXEC,
};

export const SOL_SOCKET = 1;
export const SCM_RIGHTS = 1;
export const SCM_CREDENTIALS = 2;

export const SO_DEBUG = 1;
export const SO_REUSEADDR = 2;
export const SO_TYPE = 3;
export const SO_ERROR = 4;
export const SO_DONTROUTE = 5;
export const SO_BROADCAST = 6;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_OOBINLINE = 10;
export const SO_NO_CHECK = 11;
export const SO_PRIORITY = 12;
export const SO_LINGER = 13;
export const SO_BSDCOMPAT = 14;
export const SO_REUSEPORT = 15;
export const SO_PASSCRED = 16;
export const SO_PEERCRED = 17;
export const SO_RCVLOWAT = 18;
export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;
export const SO_TIMESTAMP = 29;
export const SO_ACCEPTCONN = 30;
export const SO_TIMESTAMPNS = 35;
export const SO_PROTOCOL = 38;
export const SO_DOMAIN = 39;

/** sendmsg, recvmsg. */
export const MSGHDR = struct("msghdr", {
  msg_name: u64,
  msg_namelen: u32,
  msg_iov: u64,
  msg_iovlen: u64,
  msg_control: u64,
  msg_controllen: u64,
  msg_flags: u32,
});

/** Before each piece of ancillary data. */
export const CMSGHDR = struct("cmsghdr", { cmsg_len: u64, cmsg_level: i32, cmsg_type: i32 });

/** SO_PEERCRED. */
export const UCRED = struct("ucred", { pid: i32, uid: u32, gid: u32 });
