/** The errors of calls that wait for many descriptors, and of the descriptors made for that. See `error-trial.ts`. */
import { INTERRUPTED, NO_DESCRIPTORS } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

export const WAITING_ERRORS: ErrorTrials = {
  poll: [
    ["EINVAL", "&watched, 1 << 20, 0", "there are more descriptors than the process may open"],
    ["EINTR", "NULL, 0, 2000", "a signal came first", INTERRUPTED],
  ],
  ppoll: [
    [
      "EINVAL",
      "&watched, 1 << 20, &moment, &none, 8",
      "there are more descriptors than the process may open",
    ],
    ["EINVAL", "&watched, 1, &moment, &none, 4", "the mask has eight bytes"],
    ["EINVAL", "&watched, 1, odd, &none, 8", "the time is no time", "long odd[2] = {0, 1000000000};"],
    ["EINTR", "NULL, 0, NULL, &none, 8", "a signal came first", INTERRUPTED],
  ],
  select: [
    ["EINVAL", "-1, NULL, NULL, NULL, &interval", "the number is negative"],
    [
      "EBADF",
      "ends[1] + 9, &readable, NULL, NULL, &interval",
      "a descriptor in a set is not open",
      "FD_SET(ends[1] + 8, &readable);",
    ],
    ["EINVAL", "0, NULL, NULL, NULL, odd", "the time is negative", "long odd[2] = {-1, 0};"],
    ["EINTR", "0, NULL, NULL, NULL, NULL", "a signal came first", INTERRUPTED],
  ],
  pselect6: [
    ["EINVAL", "-1, NULL, NULL, NULL, &moment, NULL", "the number is negative"],
    ["EINVAL", "0, NULL, NULL, NULL, odd, NULL", "the time is no time", "long odd[2] = {0, 1000000000};"],
    [
      "EINVAL",
      "0, NULL, NULL, NULL, &moment, &(struct { void *mask; long size; }){&none, 4}",
      "the mask has eight bytes",
    ],
    [
      "EBADF",
      "ends[1] + 9, &readable, NULL, NULL, &moment, NULL",
      "a descriptor in a set is not open",
      "FD_SET(ends[1] + 8, &readable);",
    ],
  ],
  epoll_create: [
    ["EINVAL", "0", "the number is not above zero"],
    ["EMFILE", "1", "the process has as many descriptors as it may", NO_DESCRIPTORS],
  ],
  epoll_create1: [
    ["EINVAL", "1", "a flag is unknown"],
    ["EMFILE", "0", "the process has as many descriptors as it may", NO_DESCRIPTORS],
  ],
  epoll_ctl: [
    ["EEXIST", "epoll, EPOLL_CTL_ADD, ends[0], &event", "it is watched already"],
    ["ENOENT", "watcher, EPOLL_CTL_MOD, ends[0], &event", "it is not watched"],
    ["ENOENT", "watcher, EPOLL_CTL_DEL, ends[0], &event", "it is not watched"],
    ["EINVAL", "watcher, 9, ends[0], &event", "the operation is unknown"],
    ["EINVAL", "watcher, EPOLL_CTL_ADD, watcher, &event", "it would watch itself"],
    ["EINVAL", "fd, EPOLL_CTL_ADD, ends[0], &event", "it is no epoll descriptor"],
    ["EPERM", "watcher, EPOLL_CTL_ADD, fd, &event", "files and folders are always ready"],
    ["EPERM", "fd, EPOLL_CTL_ADD, fd, &event", "which is noticed before a bad epoll descriptor is"],
    [
      "ELOOP",
      "watcher, EPOLL_CTL_ADD, epoll, &event",
      "they would watch each other",
      "epoll_ctl(epoll, EPOLL_CTL_ADD, watcher, &event);",
    ],
    [
      "EINVAL",
      "watcher, EPOLL_CTL_ADD, ends[0], &event",
      "EPOLLEXCLUSIVE and EPOLLONESHOT exclude each other",
      "event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;",
    ],
    [
      "EINVAL",
      "epoll, EPOLL_CTL_MOD, ends[0], &event",
      "EPOLLEXCLUSIVE is only for EPOLL_CTL_ADD",
      "event.events = EPOLLIN | EPOLLEXCLUSIVE;",
    ],
  ],
  epoll_wait: [
    ["EINVAL", "epoll, &event, 0, 0", "there is room for no event"],
    ["EINVAL", "fd, &event, 1, 0", "it is no epoll descriptor"],
    ["EBADF", "-1, &event, 0, 0", "a bad descriptor is noticed before there is room for no event"],
    ["EINTR", "watcher, &event, 1, 2000", "a signal came first", INTERRUPTED],
  ],
  epoll_pwait: [["EINVAL", "epoll, &event, 1, 0, &none, 4", "the mask has eight bytes"]],
  epoll_pwait2: [
    ["EINVAL", "epoll, &event, 0, &moment, NULL, 8", "there is room for no event"],
    ["EINVAL", "epoll, &event, 1, odd, NULL, 8", "the time is no time", "long odd[2] = {0, 1000000000};"],
  ],
  eventfd: [["EMFILE", "1", "the process has as many descriptors as it may", NO_DESCRIPTORS]],
  eventfd2: [["EINVAL", "1, 2", "a flag is unknown"]],
  signalfd: [
    ["EINVAL", "-1, &set, 4", "the mask has eight bytes"],
    ["EINVAL", "fd, &set, 8", "it is no signalfd"],
    ["EMFILE", "-1, &set, 8", "the process has as many descriptors as it may", NO_DESCRIPTORS],
  ],
  signalfd4: [
    ["EINVAL", "-1, &set, 8, 1", "a flag is unknown"],
    ["EBADF", "999, &set, 8, 0", "the descriptor is not open"],
  ],
  inotify_init: [["EMFILE", "", "the process has as many descriptors as it may", NO_DESCRIPTORS]],
  inotify_init1: [["EINVAL", "1", "a flag is unknown"]],
  inotify_add_watch: [
    ["EINVAL", 'observer, "notes.txt", 0', "it watches for nothing"],
    ["EINVAL", 'fd, "notes.txt", 2', "it is no inotify descriptor"],
    ["ENOTDIR", 'observer, "notes.txt", 0x1000002', "IN_ONLYDIR wants a folder"],
    ["EEXIST", 'observer, "notes.txt", 0x10000002', "IN_MASK_CREATE, and it is watched already", "observed;"],
    [
      "EACCES",
      'observer, "notes.txt", 2',
      "the file may not be read",
      'chmod("notes.txt", 0600); setresuid(1000, 1000, 1000);',
    ],
  ],
  inotify_rm_watch: [
    ["EINVAL", "observer, 99", "there is no such watch"],
    ["EINVAL", "fd, 1", "it is no inotify descriptor"],
  ],
};
