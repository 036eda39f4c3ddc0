/** What several trials need before their call, as lines of C. */

/** No descriptor may be opened. */
export const NO_DESCRIPTORS = "setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0});";
/** Somebody who owns nothing here. */
export const STRANGER = "setresgid(1000, 1000, 1000); setresuid(1000, 1000, 1000);";
/** A signal comes soon, and calls are not made again after it. */
export const INTERRUPTED = "soon; siginterrupt(SIGALRM, 1);";
/** Open for writing alone. */
export const WRITER = 'int writer = open("notes.txt", O_WRONLY);';
/** Open for reading alone. */
export const READER = 'int reader = open("notes.txt", O_RDONLY);';
/** A file system that may only be read, in `letters`. */
export const READ_ONLY = 'mount("tmpfs", "letters", "tmpfs", MS_RDONLY, NULL);';
/** One that has a file and room for no more. */
export const ROOMLESS =
  'mount("tmpfs", "letters", "tmpfs", 0, "nr_inodes=2"); close(creat("letters/a", 0644));';
/** Another one, to be moved to. */
export const ELSEWHERE = 'mount("tmpfs", "letters", "tmpfs", 0, NULL); close(creat("letters/a", 0644));';
