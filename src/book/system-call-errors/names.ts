/** The errors of calls on names of files, folders and mounts. See `error-trial.ts`. */
import { STRANGER } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

/** A file system that may only be read, in `letters`. */
const READ_ONLY = 'mount("tmpfs", "letters", "tmpfs", MS_RDONLY, NULL);';
/** One that has a file and room for no more. */
const ROOMLESS = 'mount("tmpfs", "letters", "tmpfs", 0, "nr_inodes=2"); close(creat("letters/a", 0644));';
/** Another one, to be moved to. */
const ELSEWHERE = 'mount("tmpfs", "letters", "tmpfs", 0, NULL); close(creat("letters/a", 0644));';
/** A folder in which each may remove only what is theirs. */
const STICKY = 'chmod(".", 01777);';

export const NAME_ERRORS: ErrorTrials = {
  getcwd: [
    ["ERANGE", "buf, 2", "the path is longer than there is room for"],
    ["ERANGE", "buf, 0", "there is no room at all"],
    [
      "ENOENT",
      "buf, 4096",
      "the folder has been removed",
      'mkdir("pictures", 0755); chdir("pictures"); rmdir("../pictures");',
    ],
  ],
  chdir: [["ENOTDIR", '"notes.txt"', "it is a file"]],
  fchdir: [
    ["ENOTDIR", "fd", "it is a file"],
    ["EACCES", "folder", "the folder may not be searched", 'chmod(".", 0700); setresuid(1000, 1000, 1000);'],
  ],
  chroot: [
    ["ENOTDIR", '"notes.txt"', "it is a file"],
    ["EPERM", '"letters"', "only root may", STRANGER],
    ["ENOENT", '"missing"', "which a stranger hears only when the folder is there", STRANGER],
  ],
  rename: [
    ["EISDIR", '"notes.txt", "letters"', "a file would take the place of a folder"],
    ["ENOTDIR", '"letters", "notes.txt"', "a folder would take the place of a file"],
    ["ENOTDIR", '"notes.txt", "diary.txt/"', "the new name ends in a slash, and it is a file"],
    [
      "ENOTEMPTY",
      '"pictures", "letters"',
      "the folder whose place is taken is not empty",
      'mkdir("pictures", 0755); close(creat("letters/a", 0644));',
    ],
    ["EINVAL", '"letters", "letters/inner"', "a folder would lie in itself"],
    ["EBUSY", '"letters", "pictures"', "a file system is mounted there", ELSEWHERE],
    ["EBUSY", '".", "pictures"', "it is . or .."],
    ["EBUSY", '"letters", ".."', "its new name is . or .."],
    ["EXDEV", '"notes.txt", "letters/b"', "the two lie in different file systems", ELSEWHERE],
    [
      "EROFS",
      '"letters/a", "letters/b"',
      "the file system may only be read",
      `${ELSEWHERE} mount(NULL, "letters", NULL, MS_REMOUNT | MS_RDONLY, NULL);`,
    ],
    ["EACCES", '"notes.txt", "diary.txt"', "the folder may not be written", `chmod(".", 0755); ${STRANGER}`],
    [
      "EPERM",
      '"notes.txt", "diary.txt"',
      "the folder is sticky, and the file another's",
      `${STICKY} ${STRANGER}`,
    ],
    ["EBUSY", '"letters", "."', "the target is a folder by one of its other names", 'chdir("letters");'],
  ],
  renameat: [
    ["EISDIR", 'folder, "notes.txt", folder, "letters"', "a file would take the place of a folder"],
    ["ENOTDIR", 'folder, "letters", folder, "notes.txt"', "a folder would take the place of a file"],
    [
      "EXDEV",
      'AT_FDCWD, "notes.txt", AT_FDCWD, "letters/b"',
      "the two lie in different file systems",
      ELSEWHERE,
    ],
  ],
  renameat2: [
    [
      "EEXIST",
      'AT_FDCWD, "notes.txt", AT_FDCWD, "letters", RENAME_NOREPLACE',
      "RENAME_NOREPLACE, and the new name is taken",
    ],
    [
      "ENOENT",
      'AT_FDCWD, "notes.txt", AT_FDCWD, "missing", RENAME_EXCHANGE',
      "RENAME_EXCHANGE, and there is nothing to exchange with",
    ],
    [
      "EINVAL",
      'AT_FDCWD, "notes.txt", AT_FDCWD, "letters", RENAME_NOREPLACE | RENAME_EXCHANGE',
      "the two flags exclude each other",
    ],
    ["EINVAL", 'AT_FDCWD, "notes.txt", AT_FDCWD, "letters", 8', "a flag is unknown"],
    ["EINVAL", 'AT_FDCWD, "letters", AT_FDCWD, "letters/inner", 0', "a folder would lie in itself"],
  ],
  mkdir: [
    ["EEXIST", '"notes.txt", 0755', "the name is taken"],
    ["EEXIST", '".", 0755', "it is . or .."],
    [
      "EEXIST",
      '"link", 0755',
      "a link that leads nowhere takes the name, too",
      'symlink("nowhere", "link");',
    ],
    [
      "EACCES",
      '"pictures", 0755',
      "the folder around it may not be written",
      `chmod(".", 0755); ${STRANGER}`,
    ],
    ["EROFS", '"letters/a", 0755', "the file system may only be read", READ_ONLY],
    ["ENOSPC", '"letters/b", 0755', "the file system has no room for another folder", ROOMLESS],
    ["ENOENT", '"/proc/pictures", 0755', "what is not in /proc cannot be made there", ""],
  ],
  mkdirat: [
    ["EEXIST", 'AT_FDCWD, "notes.txt", 0755', "the name is taken"],
    ["EROFS", 'AT_FDCWD, "letters/a", 0755', "the file system may only be read", READ_ONLY],
  ],
  rmdir: [
    ["ENOTDIR", '"notes.txt"', "it is a file"],
    ["ENOTEMPTY", '"letters"', "the folder is not empty", 'close(creat("letters/a", 0644));'],
    ["EINVAL", '"letters/."', "the last part of the path is ."],
    ["ENOTEMPTY", '"letters/.."', "the last part of the path is .."],
    ["EBUSY", '"letters"', "a file system is mounted there", ELSEWHERE],
    ["EBUSY", '"/"', "it is the root"],
    ["EACCES", '"letters"', "the folder around it may not be written", `chmod(".", 0755); ${STRANGER}`],
    ["EPERM", '"letters"', "the folder around it is sticky, and this one another's", `${STICKY} ${STRANGER}`],
    [
      "EROFS",
      '"letters/a"',
      "the file system may only be read",
      'mount("tmpfs", "letters", "tmpfs", 0, NULL); mkdir("letters/a", 0755); mount(NULL, "letters", NULL, MS_REMOUNT | MS_RDONLY, NULL);',
    ],
  ],
  unlink: [
    ["EISDIR", '"letters"', "it is a folder"],
    ["ENOTDIR", '"notes.txt/"', "the name of a file ends in a slash"],
    ["EISDIR", '"."', "it is . or .."],
    ["EACCES", '"notes.txt"', "the folder may not be written", `chmod(".", 0755); ${STRANGER}`],
    ["EPERM", '"notes.txt"', "the folder is sticky, and the file another's", `${STICKY} ${STRANGER}`],
    [
      "EROFS",
      '"letters/a"',
      "the file system may only be read",
      `${ELSEWHERE} mount(NULL, "letters", NULL, MS_REMOUNT | MS_RDONLY, NULL);`,
    ],
    ["EPERM", '"/proc/self/maps"', "the file system removes no files"],
  ],
  unlinkat: [
    ["EISDIR", 'AT_FDCWD, "letters", 0', "it is a folder, and AT_REMOVEDIR was not given"],
    ["ENOTDIR", 'AT_FDCWD, "notes.txt", AT_REMOVEDIR', "AT_REMOVEDIR wants a folder"],
    ["EINVAL", 'AT_FDCWD, "notes.txt", 1', "a flag is unknown"],
    ["EINVAL", '-1, "missing", 1', "which is noticed before all else"],
    [
      "ENOTEMPTY",
      'AT_FDCWD, "letters", AT_REMOVEDIR',
      "the folder is not empty",
      'close(creat("letters/a", 0644));',
    ],
    ["EBUSY", 'AT_FDCWD, "letters", AT_REMOVEDIR', "a file system is mounted there", ELSEWHERE],
    [
      "EROFS",
      'AT_FDCWD, "letters/a", 0',
      "the file system may only be read",
      `${ELSEWHERE} mount(NULL, "letters", NULL, MS_REMOUNT | MS_RDONLY, NULL);`,
    ],
  ],
  link: [
    ["EEXIST", '"notes.txt", "letters"', "the new name is taken"],
    ["EPERM", '"letters", "pictures"', "a folder has one name"],
    ["EXDEV", '"notes.txt", "letters/b"', "the two lie in different file systems", ELSEWHERE],
    [
      "EACCES",
      '"notes.txt", "diary.txt"',
      "the folder may not be written",
      `chmod(".", 0755); chown("notes.txt", 1000, 1000); ${STRANGER}`,
    ],
    [
      "EROFS",
      '"letters/a", "letters/b"',
      "the file system may only be read",
      `${ELSEWHERE} mount(NULL, "letters", NULL, MS_REMOUNT | MS_RDONLY, NULL);`,
    ],
    ["ENOENT", '"notes.txt", "diary.txt/"', "the new name ends in a slash"],
  ],
  linkat: [
    ["EEXIST", 'AT_FDCWD, "notes.txt", AT_FDCWD, "letters", 0', "the new name is taken"],
    ["EINVAL", 'AT_FDCWD, "notes.txt", AT_FDCWD, "diary.txt", 1', "a flag is unknown"],
    ["EPERM", 'AT_FDCWD, "letters", AT_FDCWD, "pictures", 0', "a folder has one name"],
    [
      "EXDEV",
      'AT_FDCWD, "notes.txt", AT_FDCWD, "letters/b", 0',
      "the two lie in different file systems",
      ELSEWHERE,
    ],
    ["ENOENT", 'fd, "", AT_FDCWD, "diary.txt", 0', "the path is empty, and AT_EMPTY_PATH was not given"],
    [
      "ENOENT",
      'fd, "", AT_FDCWD, "diary.txt", AT_EMPTY_PATH',
      "the file has lost its last name",
      'unlink("notes.txt");',
    ],
  ],
  symlink: [
    ["EEXIST", '"anything", "notes.txt"', "the name is taken"],
    ["ENOENT", '"", "link"', "the link would lead nowhere at all"],
    [
      "ENAMETOOLONG",
      'target, "link"',
      "what it leads to is longer than 4095 bytes",
      "static char target[5000]; memset(target, 'a', 4999);",
    ],
    ["ENOENT", '"notes.txt", "link/"', "the name ends in a slash"],
    ["EACCES", '"notes.txt", "link"', "the folder may not be written", `chmod(".", 0755); ${STRANGER}`],
    ["EROFS", '"a", "letters/b"', "the file system may only be read", READ_ONLY],
    ["ENOSPC", '"a", "letters/b"', "the file system has no room for another link", ROOMLESS],
  ],
  symlinkat: [
    ["EEXIST", '"anything", AT_FDCWD, "notes.txt"', "the name is taken"],
    ["EROFS", '"a", AT_FDCWD, "letters/b"', "the file system may only be read", READ_ONLY],
  ],
  readlink: [
    ["EINVAL", '"notes.txt", buf, 9', "it is no link"],
    ["EINVAL", '"link", buf, 0', "there is no room at all", 'symlink("notes.txt", "link");'],
    ["EINVAL", '"missing", buf, -1', "which is noticed before a missing file is"],
  ],
  readlinkat: [
    ["EINVAL", 'AT_FDCWD, "notes.txt", buf, 9', "it is no link"],
    ["EINVAL", 'AT_FDCWD, "link", buf, -1', "the room is negative", 'symlink("notes.txt", "link");'],
    ["ENOENT", 'fd, "", buf, 9', "the path is empty, and the descriptor is no link's"],
  ],
  mknod: [
    ["EEXIST", '"notes.txt", S_IFIFO | 0644, 0', "the name is taken"],
    ["EPERM", '"queue", S_IFDIR | 0755, 0', "folders are made by mkdir"],
    ["EINVAL", '"queue", S_IFLNK | 0755, 0', "links are made by symlink"],
    [
      "EPERM",
      '"queue", S_IFCHR | 0644, 0x103',
      "only root may make devices",
      `chmod(".", 0777); ${STRANGER}`,
    ],
    [
      "EACCES",
      '"queue", S_IFIFO | 0644, 0',
      "the folder may not be written",
      `chmod(".", 0755); ${STRANGER}`,
    ],
    ["EROFS", '"letters/a", S_IFIFO | 0644, 0', "the file system may only be read", READ_ONLY],
    ["ENOSPC", '"letters/b", S_IFIFO | 0644, 0', "the file system has no room for another file", ROOMLESS],
  ],
  mknodat: [
    ["EEXIST", 'AT_FDCWD, "notes.txt", S_IFIFO | 0644, 0', "the name is taken"],
    ["EINVAL", 'AT_FDCWD, "queue", S_IFLNK | 0755, 0', "links are made by symlink"],
  ],
  mount: [
    ["ENODEV", '"x", "letters", "nonesuch", 0, NULL', "the kernel has no file system of that name"],
    ["ENOTDIR", '"tmpfs", "notes.txt", "tmpfs", 0, NULL', "it would be mounted on a file"],
    ["EINVAL", '"tmpfs", "letters", "tmpfs", 0, "nonsense=1"', "an option is unknown"],
    [
      "EINVAL",
      '"letters", "letters", NULL, MS_MOVE, NULL',
      "nothing is mounted where it is to be moved from",
    ],
    ["EINVAL", 'NULL, "letters", NULL, MS_REMOUNT, NULL', "nothing is mounted there"],
    ["EINVAL", '"tmpfs", "letters", NULL, 0, NULL', "no file system is named"],
    ["EPERM", '"tmpfs", "letters", "tmpfs", 0, NULL', "only root may", STRANGER],
    ["ENOENT", '"missing", "letters", NULL, MS_BIND, NULL', "what is to be seen there does not exist"],
    ["ENOTDIR", '"notes.txt", "letters", NULL, MS_BIND, NULL', "a file would be seen where a folder is"],
    ["ELOOP", '"/proc", "/proc/self", NULL, MS_MOVE, NULL', "it would lie in itself", ""],
  ],
  umount2: [
    ["EINVAL", '"letters", 0', "nothing is mounted there"],
    ["EINVAL", '"letters", 0x100', "a flag is unknown"],
    ["EINVAL", '"letters", MNT_EXPIRE | MNT_DETACH', "the two flags exclude each other", ELSEWHERE],
    ["EBUSY", '"letters", 0', "a file there is open", `${ELSEWHERE} open("letters/a", O_RDONLY);`],
    ["EAGAIN", '"letters", MNT_EXPIRE', "MNT_EXPIRE only marks it, the first time", ELSEWHERE],
    ["EPERM", '"letters", 0', "only root may", `${ELSEWHERE} ${STRANGER}`],
  ],
};
