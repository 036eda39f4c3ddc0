/** The errors of calls on sockets. See `error-trial.ts`. */
import { INTERRUPTED, NO_DESCRIPTORS, STRANGER } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

const LONE = "int lone = socket(AF_UNIX, SOCK_DGRAM, 0);";
const SEQUENCED = "int sequenced = socket(AF_UNIX, SOCK_SEQPACKET, 0);";
const LETTER_BOX =
  "int box = socket(AF_UNIX, SOCK_DGRAM, 0); bind(box, (void *)&name, sizeof name); chmod(name.sun_path, 0600);";
const DEAF = "signal(SIGPIPE, SIG_IGN); close(pair[1]);";
const FULL = "fcntl(pair[0], F_SETFL, O_NONBLOCK); while (write(pair[0], buf, 4096) > 0);";

export const SOCKET_ERRORS: ErrorTrials = {
  socket: [
    ["EAFNOSUPPORT", "99, SOCK_STREAM, 0", "there is no such family"],
    ["EINVAL", "AF_UNIX, 99, 0", "there is no such kind"],
    ["ESOCKTNOSUPPORT", "AF_UNIX, SOCK_RDM, 0", "the family has no such kind"],
    ["EPROTONOSUPPORT", "AF_UNIX, SOCK_STREAM, 99", "the family has no such protocol"],
    ["EINVAL", "AF_UNIX, SOCK_STREAM | 0x100, 0", "a flag is unknown"],
    ["EMFILE", "AF_UNIX, SOCK_STREAM, 0", "the process has as many descriptors as it may", NO_DESCRIPTORS],
  ],
  socketpair: [
    ["EAFNOSUPPORT", "99, SOCK_STREAM, 0, other", "there is no such family"],
    ["EPROTONOSUPPORT", "AF_UNIX, SOCK_STREAM, 99, other", "the family has no such protocol"],
    ["EINVAL", "AF_UNIX, SOCK_STREAM | 0x100, 0, other", "a flag is unknown"],
    [
      "EMFILE",
      "AF_UNIX, SOCK_STREAM, 0, buf",
      "the process has as many descriptors as it may",
      NO_DESCRIPTORS,
    ],
  ],
  bind: [
    ["EADDRINUSE", "unbound, &name, sizeof name", "the name is taken", "server;"],
    [
      "EINVAL",
      "unbound, &name, sizeof name",
      "it has a name already",
      "bind(unbound, &name, sizeof name); unlink(name.sun_path);",
    ],
    ["EINVAL", "unbound, &name, 1", "the address is too short for a family"],
    ["EINVAL", "unbound, &name, 999", "the address is longer than any"],
    [
      "EINVAL",
      "unbound, &odd, sizeof odd",
      "the address is of another family",
      'struct sockaddr_un odd = {99, "socket"};',
    ],
    ["ENOTSOCK", "fd, &name, sizeof name", "it is no socket"],
    [
      "EACCES",
      "unbound, &name, sizeof name",
      "the folder may not be written",
      'chmod(".", 0755); setresuid(1000, 1000, 1000);',
    ],
    [
      "ENOENT",
      "unbound, &odd, sizeof odd",
      "the folder is missing",
      'struct sockaddr_un odd = {AF_UNIX, "missing/socket"};',
    ],
    [
      "ENOTDIR",
      "unbound, &odd, sizeof odd",
      "a part of the path is no folder",
      'struct sockaddr_un odd = {AF_UNIX, "notes.txt/socket"};',
    ],
    [
      "EROFS",
      "unbound, &odd, sizeof odd",
      "the file system may only be read",
      'struct sockaddr_un odd = {AF_UNIX, "letters/a"}; mount("tmpfs", "letters", "tmpfs", MS_RDONLY, NULL);',
    ],
    [
      "ELOOP",
      "unbound, &looped, sizeof looped",
      "links on the way lead in a circle",
      'symlink("link", "link"); struct sockaddr_un looped = {AF_UNIX, "link/socket"};',
    ],
  ],
  listen: [
    ["EINVAL", "unbound, 8", "it has no name"],
    ["EOPNOTSUPP", "lone, 8", "a socket of datagrams does not listen", LONE],
    ["ENOTSOCK", "fd, 8", "it is no socket"],
    ["EINVAL", "pair[0], 8", "it is connected"],
  ],
  connect: [
    [
      "ECONNREFUSED",
      "client, &name, sizeof name",
      "nobody listens there",
      "bind(unbound, &name, sizeof name);",
    ],
    ["ENOENT", "client, &name, sizeof name", "there is no such name"],
    [
      "ECONNREFUSED",
      "client, &odd, sizeof odd",
      "the file is no socket",
      'struct sockaddr_un odd = {AF_UNIX, "notes.txt"};',
    ],
    ["EPROTOTYPE", "lone, &name, sizeof name", "the other is of another kind", `server; ${LONE}`],
    ["EISCONN", "pair[0], &name, sizeof name", "it is connected already", "server;"],
    ["EINVAL", "client, &name, 1", "the address is too short for a family"],
    [
      "EINVAL",
      "client, &odd, sizeof odd",
      "the address is of another family",
      'struct sockaddr_un odd = {99, "socket"};',
    ],
    ["ENOTSOCK", "fd, &name, sizeof name", "it is no socket"],
    [
      "EACCES",
      "client, &name, sizeof name",
      "the socket may not be written",
      "server; chmod(name.sun_path, 0700); setresuid(1000, 1000, 1000);",
    ],
    [
      "EAGAIN",
      "client, &name, sizeof name",
      "the queue is full, and O_NONBLOCK does not wait",
      "listen(server, 0); connect(unbound, &name, sizeof name); fcntl(client, F_SETFL, O_NONBLOCK);",
    ],
    [
      "EINTR",
      "client, &name, sizeof name",
      "a signal came while the queue was full",
      `listen(server, 0); connect(unbound, &name, sizeof name); ${INTERRUPTED}`,
    ],
    ["EINVAL", "server, &name, sizeof name", "it listens itself"],
  ],
  accept: [
    [
      "EAGAIN",
      "server, NULL, NULL",
      "nobody knocks, and O_NONBLOCK does not wait",
      "fcntl(server, F_SETFL, O_NONBLOCK);",
    ],
    ["EINVAL", "unbound, NULL, NULL", "it does not listen"],
    ["EOPNOTSUPP", "lone, NULL, NULL", "a socket of datagrams accepts nobody", LONE],
    ["ENOTSOCK", "fd, NULL, NULL", "it is no socket"],
    ["EINTR", "server, NULL, NULL", "a signal came first", INTERRUPTED],
    [
      "EMFILE",
      "server, NULL, NULL",
      "the process has as many descriptors as it may",
      `knock; ${NO_DESCRIPTORS}`,
    ],
    ["EINVAL", "server, &name, &length", "there is less than no room for the name", "knock; length = -1;"],
  ],
  accept4: [
    ["EINVAL", "server, NULL, NULL, 1", "a flag is unknown"],
    ["EBADF", "-1, NULL, NULL, 1", "a bad descriptor is noticed before an unknown flag is"],
  ],
  sendto: [
    ["ENOTCONN", "client, buf, 5, 0, NULL, 0", "it is not connected"],
    ["ENOTCONN", "lone, buf, 5, 0, NULL, 0", "a datagram goes nowhere", LONE],
    [
      "EISCONN",
      "pair[0], buf, 5, 0, &name, sizeof name",
      "it is connected already, and there is another address",
      "server;",
    ],
    ["EPIPE", "pair[0], buf, 5, 0, NULL, 0", "the other end is closed, and SIGPIPE is ignored", DEAF],
    [
      "EPIPE",
      "pair[0], buf, 5, MSG_NOSIGNAL, NULL, 0",
      "the other end is closed, and no signal is wanted",
      "close(pair[1]);",
    ],
    [
      "EAGAIN",
      "pair[0], buf, 5, 0, NULL, 0",
      "the other end's queue is full, and O_NONBLOCK does not wait",
      FULL,
    ],
    [
      "EMSGSIZE",
      "lones[0], page, 1 << 24, 0, NULL, 0",
      "the datagram is larger than the socket's buffer",
      "int lones[2]; socketpair(AF_UNIX, SOCK_DGRAM, 0, lones);",
    ],
    ["ENOTSOCK", "fd, buf, 5, 0, NULL, 0", "it is no socket"],
    ["ENOENT", "lone, buf, 5, 0, &name, sizeof name", "there is no such name", LONE],
    [
      "ECONNREFUSED",
      "lone, buf, 5, 0, &odd, sizeof odd",
      "the file is no socket",
      `${LONE} struct sockaddr_un odd = {AF_UNIX, "notes.txt"};`,
    ],
    ["EPROTOTYPE", "lone, buf, 5, 0, &name, sizeof name", "the other is of another kind", `server; ${LONE}`],
    ["EINVAL", "lone, buf, 5, 0, &name, 1", "the address is too short for a family", LONE],
    ["EOPNOTSUPP", "lone, buf, 5, MSG_OOB, NULL, 0", "datagrams have no urgent bytes", LONE],
    [
      "EACCES",
      'lone, "hello", 5, 0, &name, sizeof name',
      "the receiver's name may not be written",
      `${LETTER_BOX} ${LONE} ${STRANGER}`,
    ],
  ],
  sendmsg: [
    ["ENOTCONN", "client, &message, 0", "it is not connected"],
    [
      "EMSGSIZE",
      "pair[0], &odd, 0",
      "there are more than 1024 pieces",
      "struct msghdr odd = {.msg_iov = pieces, .msg_iovlen = 1025};",
    ],
    [
      "EINVAL",
      "pair[0], &odd, 0",
      "a control message is shorter than its header",
      "struct cmsghdr control = {8, SOL_SOCKET, SCM_RIGHTS}; struct msghdr odd = {.msg_iov = pieces, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};",
    ],
    [
      "EBADF",
      "pair[0], &odd, 0",
      "a descriptor that is sent along is not open",
      "struct { struct cmsghdr header; int fd; } control = {{20, SOL_SOCKET, SCM_RIGHTS}, 999}; struct msghdr odd = {.msg_iov = pieces, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};",
    ],
    [
      "EPERM",
      "pair[0], &odd, 0",
      "credentials that are sent along are another's",
      "struct { struct cmsghdr header; struct ucred who; } control = {{28, SOL_SOCKET, SCM_CREDENTIALS}, {1, 0, 0}}; struct msghdr odd = {.msg_iov = pieces, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control}; setresuid(1000, 1000, 1000);",
    ],
    ["EPIPE", "pair[0], &message, 0", "the other end is closed, and SIGPIPE is ignored", DEAF],
    ["ENOTSOCK", "fd, &message, 0", "it is no socket"],
    [
      "EACCES",
      "lone, &message, 0",
      "the receiver's name may not be written",
      `${LETTER_BOX} ${LONE} message.msg_name = &name; message.msg_namelen = sizeof name; ${STRANGER}`,
    ],
    ["EAGAIN", "pair[0], &message, 0", "there is no room, and O_NONBLOCK does not wait", FULL],
    [
      "EISCONN",
      "pair[0], &message, 0",
      "it is connected, and a receiver is named",
      "message.msg_name = &name; message.msg_namelen = sizeof name;",
    ],
    ["EOPNOTSUPP", "lone, &message, MSG_OOB", "datagrams have no urgent bytes", LONE],
  ],
  recvfrom: [
    [
      "EAGAIN",
      "pair[0], buf, 5, MSG_DONTWAIT, NULL, NULL",
      "nothing is there, and MSG_DONTWAIT does not wait",
      "read(pair[0], buf, 9);",
    ],
    ["EINVAL", "client, buf, 5, 0, NULL, NULL", "a stream is not connected"],
    ["ENOTSOCK", "fd, buf, 5, 0, NULL, NULL", "it is no socket"],
    [
      "EINTR",
      "pair[0], buf, 5, 0, NULL, NULL",
      "a signal came first",
      `read(pair[0], buf, 9); ${INTERRUPTED}`,
    ],
    ["EOPNOTSUPP", "lone, buf, 5, MSG_OOB, NULL, NULL", "datagrams have no urgent bytes", LONE],
    ["EINVAL", "pair[0], buf, 5, MSG_OOB, NULL, NULL", "there is no urgent byte"],
    [
      "ECONNRESET",
      "pair[0], buf, 5, 0, NULL, NULL",
      "the other end was closed with bytes that it had not read",
      "read(pair[0], buf, 9); write(pair[0], buf, 1); close(pair[1]);",
    ],
    [
      "ENOTCONN",
      "sequenced, buf, 9, 0, NULL, NULL",
      "a socket of packets in sequence is not connected",
      SEQUENCED,
    ],
  ],
  recvmsg: [
    [
      "EAGAIN",
      "pair[0], &message, MSG_DONTWAIT",
      "nothing is there, and MSG_DONTWAIT does not wait",
      "read(pair[0], buf, 9);",
    ],
    [
      "EMSGSIZE",
      "pair[0], &odd, 0",
      "there are more than 1024 pieces",
      "struct msghdr odd = {.msg_iov = pieces, .msg_iovlen = 1025};",
    ],
    ["ENOTSOCK", "fd, &message, 0", "it is no socket"],
    ["ENOTCONN", "sequenced, &message, 0", "a socket of packets in sequence is not connected", SEQUENCED],
    ["EINVAL", "client, &message, 0", "a socket of a stream is not connected"],
  ],
  shutdown: [
    ["EINVAL", "pair[0], 9", "it is none of the three"],
    ["EINVAL", "client, 9", "a wrong direction is noticed before a missing connection is", ""],
    ["ENOTSOCK", "fd, SHUT_WR", "it is no socket"],
  ],
  getsockname: [
    ["ENOTSOCK", "fd, &name, &length", "it is no socket"],
    ["EINVAL", "server, &name, &length", "there is less than no room for the name", "length = -1;"],
  ],
  getpeername: [
    ["ENOTCONN", "client, &name, &length", "it is not connected"],
    ["ENOTSOCK", "fd, &name, &length", "it is no socket"],
    ["EINVAL", "knock, &name, &length", "there is less than no room for the name", "server; length = -1;"],
  ],
  setsockopt: [
    ["ENOPROTOOPT", "pair[0], SOL_SOCKET, 9999, &option, sizeof option", "there is no such option"],
    ["EOPNOTSUPP", "pair[0], 6, 1, &option, sizeof option", "the family has no options of that level"],
    ["EINVAL", "pair[0], SOL_SOCKET, SO_PASSCRED, &option, 1", "the value is shorter than an int"],
    ["ENOTSOCK", "fd, SOL_SOCKET, SO_PASSCRED, &option, sizeof option", "it is no socket"],
    ["EINVAL", "pair[0], SOL_SOCKET, SO_PASSCRED, &option, -1", "the length is negative"],
    [
      "ENOPROTOOPT",
      "pair[0], SOL_SOCKET, SO_TYPE, &option, sizeof option",
      "a socket's kind does not change",
    ],
    [
      "EDOM",
      "pair[0], SOL_SOCKET, SO_RCVTIMEO, odd, 16",
      "the time is no time",
      "long odd[2] = {0, 1000000};",
    ],
  ],
  getsockopt: [
    ["ENOPROTOOPT", "pair[0], SOL_SOCKET, 9999, &option, &room", "there is no such option"],
    ["EOPNOTSUPP", "pair[0], 6, 1, &option, &room", "the family has no options of that level"],
    [
      "EINVAL",
      "pair[0], SOL_SOCKET, SO_TYPE, &option, &room",
      "there is less than no room for the value",
      "room = -1;",
    ],
    ["ENOTSOCK", "fd, SOL_SOCKET, SO_TYPE, &option, &room", "it is no socket"],
  ],
};
