/** The errors of calls on memory. See `error-trial.ts`. */
import { READER, WRITER } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

const TIGHT = "setrlimit(RLIMIT_AS, &(struct rlimit){0, 0});";
const UNLOCKED = "setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){0, 0}); setresuid(1000, 1000, 1000);";
const HOLE = "munmap(page, 4096);";
const SEALED = "syscall(462, page, 4096, 0);";
const PRIVATE = "MAP_PRIVATE | MAP_ANONYMOUS";

export const MEMORY_ERRORS: ErrorTrials = {
  mmap: [
    ["EINVAL", `NULL, 0, PROT_READ, ${PRIVATE}, -1, 0`, "the length is zero"],
    ["EINVAL", `NULL, 4096, PROT_READ, ${PRIVATE}, -1, 1`, "the place is not a multiple of a page"],
    [
      "EINVAL",
      `(void *)1, 4096, PROT_READ, ${PRIVATE} | MAP_FIXED, -1, 0`,
      "MAP_FIXED, and the address is not a multiple of a page",
    ],
    ["EINVAL", "NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0", "it is neither shared nor private"],
    ["EBADF", "NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0", "the descriptor is not open"],
    ["EINVAL", "NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0", "the length of a mapped file is zero"],
    ["EACCES", "NULL, 4096, PROT_READ, MAP_PRIVATE, writer, 0", "the file is not open for reading", WRITER],
    [
      "EACCES",
      "NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0",
      "the file is not open for writing",
      READER,
    ],
    ["ENODEV", "NULL, 4096, PROT_READ, MAP_PRIVATE, folder, 0", "it is a folder, which cannot be mapped", ""],
    ["ENODEV", "NULL, 4096, PROT_READ, MAP_PRIVATE, folder, 0", "it is a folder"],
    ["ENODEV", "NULL, 4096, PROT_READ, MAP_PRIVATE, ends[0], 0", "it is a pipe"],
    ["ENOMEM", `NULL, 1L << 47, PROT_READ, ${PRIVATE}, -1, 0`, "there are no addresses for so much"],
    ["ENOMEM", `NULL, 4096, PROT_READ, ${PRIVATE}, -1, 0`, "RLIMIT_AS is reached", TIGHT],
    ["ENOMEM", `NULL, -1, PROT_READ, ${PRIVATE}, -1, 0`, "the length goes beyond all numbers"],
    [
      "EOVERFLOW",
      "NULL, 8192, PROT_READ, MAP_PRIVATE, fd, -4096",
      "the end in the file is beyond all numbers",
    ],
    [
      "EEXIST",
      `page, 4096, PROT_READ, ${PRIVATE} | MAP_FIXED_NOREPLACE, -1, 0`,
      "MAP_FIXED_NOREPLACE, and something is there",
    ],
    [
      "EPERM",
      `NULL, 4096, PROT_READ, ${PRIVATE} | MAP_FIXED, -1, 0`,
      "only root may map the lowest addresses",
      "setresuid(1000, 1000, 1000);",
    ],
    [
      "EAGAIN",
      `NULL, 4096, PROT_READ, ${PRIVATE} | MAP_LOCKED, -1, 0`,
      "RLIMIT_MEMLOCK is reached",
      "setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){1, 1}); setresuid(1000, 1000, 1000);",
    ],
    [
      "EPERM",
      `NULL, 4096, PROT_READ, ${PRIVATE} | MAP_LOCKED, -1, 0`,
      "the process may lock nothing",
      UNLOCKED,
    ],
    ["EPERM", `page, 4096, PROT_READ, ${PRIVATE} | MAP_FIXED, -1, 0`, "what lies there is sealed", SEALED],
    [
      "EPERM",
      "NULL, 4096, PROT_WRITE, MAP_SHARED, sealed, 0",
      "the file is sealed against writing",
      'int sealed = memfd_create("sealed", MFD_ALLOW_SEALING); fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE);',
    ],
  ],
  munmap: [
    ["EINVAL", "page + 1, 4096", "the address is not a multiple of a page"],
    ["EINVAL", "page, 0", "the length is zero"],
    ["EINVAL", "page, 1L << 48", "it goes beyond what a program may have"],
    ["EPERM", "page, 4096", "it is sealed", SEALED],
  ],
  mprotect: [
    ["EINVAL", "page + 1, 4096, PROT_READ", "the address is not a multiple of a page"],
    ["EINVAL", "page, 4096, 0x100", "a bit of the protection is unknown"],
    ["EINVAL", "page, 4096, PROT_READ | PROT_GROWSUP | PROT_GROWSDOWN", "it cannot grow in both directions"],
    ["EINVAL", "page, 4096, PROT_READ | PROT_GROWSDOWN", "what lies there does not grow"],
    ["ENOMEM", "page, 4096, PROT_READ", "there is nothing", HOLE],
    ["ENOMEM", "page, -4096, PROT_READ", "the length goes beyond all numbers"],
    [
      "EACCES",
      "map, 4096, PROT_READ | PROT_WRITE",
      "the file that is shared was opened for reading",
      `${READER} char *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, reader, 0);`,
    ],
    ["EPERM", "page, 4096, PROT_READ", "it is sealed", SEALED],
  ],
  pkey_mprotect: [
    ["EINVAL", "page, 4096, PROT_READ, 99", "the key was not given out"],
    ["EINVAL", "page + 1, 4096, PROT_READ, -1", "the address is not a multiple of a page"],
    ["ENOMEM", "page, 4096, PROT_READ, -1", "there is nothing", HOLE],
  ],
  pkey_alloc: [
    ["EINVAL", "1, 0", "flags must be zero"],
    ["EINVAL", "0, 4", "a right is unknown"],
  ],
  pkey_free: [["EINVAL", "99", "the key was not given out"]],
  mremap: [
    ["EINVAL", "page + 1, 4096, 8192, MREMAP_MAYMOVE, NULL", "the address is not a multiple of a page"],
    ["EINVAL", "page, 4096, 0, MREMAP_MAYMOVE, NULL", "the new length is zero"],
    ["EINVAL", "page, 4096, 8192, 8, NULL", "a flag is unknown"],
    ["EINVAL", "page, 4096, 4096, MREMAP_FIXED, NULL", "MREMAP_FIXED needs MREMAP_MAYMOVE"],
    ["EINVAL", "page, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, page", "the old and the new place overlap"],
    ["EINVAL", "page, 0, 4096, MREMAP_MAYMOVE, NULL", "only what is shared can be doubled"],
    ["EINVAL", "page, 8192, 4096, MREMAP_MAYMOVE | 4, NULL", "MREMAP_DONTUNMAP keeps the length"],
    ["EFAULT", "page, 4096, 8192, MREMAP_MAYMOVE, NULL", "there is nothing", HOLE],
    [
      "ENOMEM",
      "pages, 4096, 12288, 0, NULL",
      "it cannot grow where it lies, and may not move",
      "char *pages = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);",
    ],
    ["ENOMEM", "page, 4096, 8192, MREMAP_MAYMOVE, NULL", "RLIMIT_AS is reached", TIGHT],
    [
      "EAGAIN",
      "page, 4096, 8192, MREMAP_MAYMOVE, NULL",
      "RLIMIT_MEMLOCK is reached",
      "mlock(page, 4096); setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){4096, 4096}); setresuid(1000, 1000, 1000);",
    ],
    ["EPERM", "page, 4096, 8192, MREMAP_MAYMOVE, NULL", "it is sealed", SEALED],
  ],
  msync: [
    ["EINVAL", "page + 1, 4096, MS_SYNC", "the address is not a multiple of a page"],
    ["EINVAL", "page, 4096, MS_SYNC | MS_ASYNC", "it cannot both wait and not wait"],
    ["EINVAL", "page, 4096, 8", "a flag is unknown"],
    ["ENOMEM", "page, 4096, MS_SYNC", "there is nothing", HOLE],
    ["EBUSY", "page, 4096, MS_INVALIDATE", "it is locked", "mlock(page, 4096);"],
  ],
  mincore: [
    ["EINVAL", "page + 1, 4096, buf", "the address is not a multiple of a page"],
    ["ENOMEM", "page, 4096, buf", "there is nothing", HOLE],
    ["ENOMEM", "page, -1, buf", "it goes beyond what a program may have"],
  ],
  madvise: [
    ["EINVAL", "page + 1, 4096, MADV_DONTNEED", "the address is not a multiple of a page"],
    ["EINVAL", "page, 4096, 99", "the advice is unknown"],
    ["EINVAL", "page, -4096, MADV_DONTNEED", "the length goes beyond all numbers"],
    ["ENOMEM", "page, 4096, MADV_DONTNEED", "there is nothing", HOLE],
    ["EINVAL", "page, 4096, MADV_DONTNEED", "it is locked", "mlock(page, 4096);"],
    [
      "EINVAL",
      "map, 4096, MADV_FREE",
      "only memory without a file can be freed",
      "char *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);",
    ],
    ["EINVAL", "page, 4096, MADV_REMOVE", "no file is behind it"],
    [
      "EACCES",
      "map, 4096, MADV_REMOVE",
      "the file is not shared to be written",
      "char *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);",
    ],
  ],
  mlock: [
    ["ENOMEM", "page, 4096", "there is nothing", HOLE],
    ["EINVAL", "page, -4096", "the length goes beyond all numbers", ""],
    ["EPERM", "page, 4096", "the process may lock nothing", UNLOCKED],
    [
      "ENOMEM",
      "page, 4096",
      "RLIMIT_MEMLOCK is reached",
      "setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){1, 1}); setresuid(1000, 1000, 1000);",
    ],
  ],
  mlock2: [["EINVAL", "page, 4096, 2", "a flag is unknown"]],
  munlock: [
    ["ENOMEM", "page, 4096", "there is nothing", HOLE],
    ["EINVAL", "page, -4096", "the length goes beyond all numbers", ""],
  ],
  mlockall: [
    ["EINVAL", "0", "it asks for nothing"],
    ["EINVAL", "8", "a flag is unknown"],
    ["EINVAL", "MCL_ONFAULT", "MCL_ONFAULT alone asks for nothing"],
    ["EPERM", "MCL_CURRENT", "the process may lock nothing", UNLOCKED],
    [
      "ENOMEM",
      "MCL_CURRENT",
      "RLIMIT_MEMLOCK is reached",
      "setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){1, 1}); setresuid(1000, 1000, 1000);",
    ],
  ],
  mseal: [
    ["EINVAL", "page, 4096, 1", "flags must be zero"],
    ["EINVAL", "page + 1, 4096, 0", "the address is not a multiple of a page"],
    ["ENOMEM", "page, 4096, 0", "there is nothing", HOLE],
    ["EINVAL", "page, -4096, 0", "the length goes beyond all numbers"],
  ],
  process_vm_readv: [
    ["EINVAL", "getpid(), &pieces[0], 1, &pieces[1], 1, 1", "flags must be zero"],
    ["EINVAL", "getpid(), &pieces[0], 1025, &pieces[1], 1, 0", "there are more than 1024 pieces"],
    ["ESRCH", "99999999, &pieces[0], 1, &pieces[1], 1, 0", "there is no such process"],
    [
      "EPERM",
      "getppid(), &pieces[0], 1, &pieces[1], 1, 0",
      "the process is another's",
      "setresuid(1000, 1000, 1000);",
    ],
    [
      "EFAULT",
      "getpid(), &pieces[0], 1, &hole, 1, 0",
      "there is nothing in the other process",
      `${HOLE} struct iovec hole = {page, 5};`,
    ],
  ],
  process_vm_writev: [
    ["EINVAL", "getpid(), &pieces[0], 1, &pieces[1], 1, 1", "flags must be zero"],
    ["ESRCH", "99999999, &pieces[0], 1, &pieces[1], 1, 0", "there is no such process"],
    [
      "EPERM",
      "getppid(), &pieces[0], 1, &pieces[1], 1, 0",
      "the process is another's",
      "setresuid(1000, 1000, 1000);",
    ],
  ],
  membarrier: [
    ["EINVAL", "1 << 30, 0, 0", "the command is unknown"],
    ["EINVAL", "MEMBARRIER_CMD_QUERY, 1, 0", "flags must be zero"],
    ["EPERM", "MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0", "the process has not registered for it"],
  ],
  getrandom: [
    ["EINVAL", "buf, 16, 8", "a flag is unknown"],
    ["EINVAL", "buf, 16, GRND_RANDOM | GRND_INSECURE", "the two flags exclude each other"],
  ],
};
