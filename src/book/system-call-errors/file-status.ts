/** The errors of calls on what is known about files: modes, owners, times, attributes. See `error-trial.ts`. */
import { READ_ONLY, STRANGER } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

const READ_ONLY_FOLDER = `${READ_ONLY} int kept = open("letters", O_RDONLY);`;

export const STATUS_ERRORS: ErrorTrials = {
  chmod: [
    ["EPERM", '"notes.txt", 0600', "the file is another's", STRANGER],
    ["EROFS", '"letters", 0600', "the file system may only be read", READ_ONLY],
  ],
  fchmod: [
    [
      "EBADF",
      "reader, 0600",
      "O_PATH opens nothing to be changed",
      'int reader = open("notes.txt", 010000000);',
    ],
    ["EROFS", "kept, 0600", "the file system may only be read", READ_ONLY_FOLDER],
  ],
  fchmodat2: [
    ["EINVAL", 'AT_FDCWD, "notes.txt", 0600, 1', "a flag is unknown"],
    [
      "EOPNOTSUPP",
      'AT_FDCWD, "link", 0600, AT_SYMLINK_NOFOLLOW',
      "a link has no mode of its own",
      'symlink("notes.txt", "link");',
    ],
  ],
  chown: [
    ["EPERM", '"notes.txt", 1000, -1', "only root may give files away", STRANGER],
    [
      "EPERM",
      '"notes.txt", -1, 0',
      "one may give a file only to a group of one's own",
      `chown("notes.txt", 1000, 1000); ${STRANGER}`,
    ],
    ["EROFS", '"letters", 1, 1', "the file system may only be read", READ_ONLY],
  ],
  fchownat: [["EINVAL", 'AT_FDCWD, "notes.txt", 1, 1, 1', "a flag is unknown"]],
  utime: [
    ["EACCES", '"notes.txt", NULL', "the file is another's and may not be written", STRANGER],
    ["EPERM", '"notes.txt", &seconds', "the file is another's, and a certain time is asked for", STRANGER],
    ["EROFS", '"letters", NULL', "the file system may only be read", READ_ONLY],
  ],
  utimes: [
    ["EACCES", '"notes.txt", NULL', "the file is another's and may not be written", STRANGER],
    ["EPERM", '"notes.txt", times', "the file is another's, and a certain time is asked for", STRANGER],
    ["EINVAL", '"notes.txt", odd', "there are a million microseconds or more", "long odd[4] = {0, 1000000};"],
    ["EROFS", '"letters", NULL', "the file system may only be read", READ_ONLY],
  ],
  utimensat: [
    [
      "EINVAL",
      'AT_FDCWD, "notes.txt", odd, 0',
      "there are a milliard nanoseconds or more",
      "long odd[4] = {0, 1000000000};",
    ],
    ["EINVAL", 'AT_FDCWD, "notes.txt", dates, 1', "a flag is unknown"],
    ["EFAULT", "AT_FDCWD, NULL, dates, 0", "there is neither a path nor a descriptor"],
    ["EINVAL", "fd, NULL, dates, AT_SYMLINK_NOFOLLOW", "there is no path that could be a link"],
    ["EACCES", 'AT_FDCWD, "notes.txt", NULL, 0', "the file is another's and may not be written", STRANGER],
    [
      "EPERM",
      'AT_FDCWD, "notes.txt", dates, 0',
      "the file is another's, and a certain time is asked for",
      STRANGER,
    ],
    ["EROFS", 'AT_FDCWD, "letters", dates, 0', "the file system may only be read", READ_ONLY],
  ],
  newfstatat: [
    ["EINVAL", 'AT_FDCWD, "notes.txt", &status, 1', "a flag is unknown"],
    ["ENOENT", 'fd, "", &status, 0', "the path is empty, and AT_EMPTY_PATH was not given"],
  ],
  statx: [
    ["EINVAL", 'AT_FDCWD, "notes.txt", 1, STATX_BASIC_STATS, &statusX', "a flag is unknown"],
    ["EINVAL", 'AT_FDCWD, "notes.txt", 0, 0x80000000, &statusX', "the mask has its reserved bit"],
    ["EINVAL", 'AT_FDCWD, "notes.txt", 0x6000, 1, &statusX', "the file is to be synchronised and not to be"],
  ],
  setxattr: [
    [
      "EEXIST",
      '"notes.txt", "user.colour", "red", 3, XATTR_CREATE',
      "XATTR_CREATE, and it is there",
      'setxattr("notes.txt", "user.colour", "red", 3, 0);',
    ],
    ["ENODATA", '"notes.txt", "user.colour", "red", 3, XATTR_REPLACE', "XATTR_REPLACE, and it is not there"],
    ["EINVAL", '"notes.txt", "user.colour", "red", 3, 4', "a flag is unknown"],
    ["ERANGE", '"notes.txt", "", "red", 3, 0', "the name is empty"],
    [
      "ERANGE",
      '"notes.txt", longName, "red", 3, 0',
      "the name is longer than 255 bytes",
      "static char longName[400]; memset(longName, 'a', 399); memcpy(longName, \"user.\", 5);",
    ],
    ["EOPNOTSUPP", '"notes.txt", "colour", "red", 3, 0', "the name has no kind before a dot"],
    ["E2BIG", '"notes.txt", "user.colour", "red", 65537, 0', "the value is longer than 64 KiB"],
    ["EACCES", '"notes.txt", "user.colour", "red", 3, 0', "the file's mode does not allow it", STRANGER],
    [
      "EPERM",
      '"notes.txt", "trusted.colour", "red", 3, 0',
      "only root has trusted attributes",
      `chmod("notes.txt", 0666); ${STRANGER}`,
    ],
    [
      "EPERM",
      '"queue", "user.colour", "red", 3, 0',
      "only files and folders have a user's attributes",
      'mknod("queue", S_IFIFO | 0644, 0);',
    ],
    ["EROFS", '"letters", "user.colour", "red", 3, 0', "the file system may only be read", READ_ONLY],
  ],
  getxattr: [
    ["ENODATA", '"notes.txt", "user.colour", buf, 9', "the attribute is not there"],
    [
      "ERANGE",
      '"notes.txt", "user.colour", buf, 2',
      "the value is longer than there is room for",
      'setxattr("notes.txt", "user.colour", "red", 3, 0);',
    ],
    ["EOPNOTSUPP", '"notes.txt", "colour", buf, 9', "the name has no kind before a dot"],
    [
      "ENODATA",
      '"notes.txt", "trusted.colour", buf, 9',
      "only root sees trusted attributes",
      `setxattr("notes.txt", "trusted.colour", "red", 3, 0); ${STRANGER}`,
    ],
  ],
  listxattr: [
    [
      "ERANGE",
      '"notes.txt", buf, 2',
      "the names are longer than there is room for",
      'setxattr("notes.txt", "user.colour", "red", 3, 0);',
    ],
  ],
  removexattr: [
    ["ENODATA", '"notes.txt", "user.colour"', "the attribute is not there"],
    ["EOPNOTSUPP", '"notes.txt", "colour"', "the name has no kind before a dot"],
  ],
  fchown: [["EROFS", "kept, 1, 1", "the file system may only be read", READ_ONLY_FOLDER]],
  fsetxattr: [
    ["EROFS", 'kept, "user.colour", "red", 3, 0', "the file system may only be read", READ_ONLY_FOLDER],
  ],
};
