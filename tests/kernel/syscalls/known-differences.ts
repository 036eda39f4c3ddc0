/** Where a bent example may give something else on our kernel than on the real one that a test runs on, and why. */

const DIFFERENCES: readonly (readonly [line: RegExp, because: string])[] = [
  [/^pkey_(alloc|free)\b/, "the real processor may have protection keys"],
  [/^syslog .*(another user|closed folder)/, "the real kernel may be set to tell its log to user 0 only"],
  [/^execve(at)? .*without free descriptors/, "a real /bin/true needs a descriptor for its library"],
  [/^mount.* "\/proc\/self\/fd/, "Linux mounts nothing on what a link of a process leads to"],
  [
    /^(munmap|mremap|madvise|msync|mlock|munlock|mlock2|(pkey_)?mprotect).* argument 2 /,
    "other things lie behind the page",
  ],
  [/^mmap.* argument 4 with bit 18/, "huge pages need not be set aside here"],
  [
    /^getsockopt.* argument 3 |^setsockopt.* argument 3 = (\d|[46]\d|10)|^setsockopt.* argument 3 with bit [3-6]/,
    "newer options are left out",
  ],
  [
    /^clone.* argument 1 (= |with bit ([0-6]|12|17|2[5-9]|3\d))/,
    "the child may end later; name spaces are left out",
  ],
  [/^fcntl.* argument 2 /, "leases, notices of folders and owners of signals are left out"],
  [/ 4611686018427387904: | 9223372036854775807: /, "positions are numbers below 2 to the 53"],
  [/^futex.* argument 2 = ([678]|1[123])/, "locks with priority inheritance are left out"],
  [/^sched_getaffinity.* argument 2 /, "the real kernel may be made for more CPUs"],
  [
    /^(timer_create|clock_gettime|clock_getres|clock_nanosleep).* argument 1 (= ([23]|-2):|with bit 1)/,
    "clocks of CPU time are left out of timers",
  ],
  [/^timer(fd)?_settime.* argument 2 /, "the real machine is up for longer"],
  [/^(socket|socketpair).* argument 1 /, "there is one family of sockets"],
  [/^(send|recv)(to|from|msg).* argument [34] /, "bytes out of band are left out"],
  [/^renameat2.* argument 5 = [45]:/, "whiteouts are left out"],
  [
    /^memfd_create.* argument 2 (= ([4-7]|15)|with bit 2)/,
    "huge pages and seals of memory files are left out",
  ],
  [/^(madvise|mlock2?|munlock|msync).* argument 1 = 0xf{9}/, "an address is known by its lower 48 bits"],
  [/^waitid.* argument 4 /, "the child may not have ended yet"],
  [/^prctl.* argument 1 /, "many settings are left out"],
];

/** Why this line of the output need not be the same; undefined when it must be. */
export const reasonToDiffer = (line: string): string | undefined =>
  DIFFERENCES.find(([pattern]) => pattern.test(line))?.[1];
