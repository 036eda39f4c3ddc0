/*
 * How an argument of an example is bent, by what it is: a bad pointer, another path, another descriptor, another number; and situations
 * that do not suit a call. A case is chosen by its number, so that a run can take a sample.
 */

/* Which variant, of what the argument is; set before the child begins. */
static int variant;

/* Two pages of which the second is gone; one that may only be read; one that may not be touched. */
static char *edge, *fixed, *closed;
static const long POINTERS[] = {0, 8, 0x7ffffffff000, 0x800000000000, 0xffff888000000000, 0xffffffff81000000, -1, -4096};
enum { FIXED = sizeof POINTERS / sizeof *POINTERS, GONE = FIXED, CLOSED, READ_ONLY, STRADDLING };
static const int STRADDLES[] = {1, 2, 4, 5, 8, 12, 15, 16, 24, 32, 48, 64, 128};
enum { POINTER_VARIANTS = STRADDLING + sizeof STRADDLES / sizeof *STRADDLES };

/* Copies what can be read of `length` bytes. */
static void copy_readable(char *to, const void *from, int length) {
  int p[2];
  if (pipe(p)) return;
  while (length > 0 && write(p[1], from, length) != length) length--;
  memcpy(to, from, length);
  close(p[0]);
  close(p[1]);
}
static long bend_pointer(long was) {
  if (variant < FIXED) return POINTERS[variant];
  if (variant == GONE) return (long)edge + 4096;
  if (variant == CLOSED) return (long)closed;
  char *at = variant == READ_ONLY ? fixed : edge + 4096 - STRADDLES[variant - STRADDLING];
  int length = variant == READ_ONLY ? 128 : STRADDLES[variant - STRADDLING];
  if (variant == READ_ONLY) mprotect(fixed, 4096, PROT_READ | PROT_WRITE);
  copy_readable(at, (void *)was, length);
  if (variant == READ_ONLY) mprotect(fixed, 4096, PROT_READ);
  return (long)at;
}
static void label_pointer(char *to) {
  if (variant < FIXED) sprintf(to, "= %#lx", POINTERS[variant]);
  else if (variant < STRADDLING) strcpy(to, variant == GONE ? "unmapped" : variant == CLOSED ? "closed" : "read-only");
  else sprintf(to, "%d bytes before a hole", STRADDLES[variant - STRADDLING]);
}

/* Paths; `others` is a folder that has one of each kind. */
static char long_name[300], long_path[5000], longest_path[4097];
static const char *const PATHS[] = {
    "", "nowhere", "nowhere/", "nowhere/x", "notes.txt/", "notes.txt/x", "letters", "letters/", "letters/.", "letters/..", "others/file",
    "others/full", "others/link", "others/link/", "others/dangling", "others/dangling/", "others/loop", "others/loop/x", "others/fifo",
    "others/socket", "others/null", "others/to-letters", "others/to-letters/", "others/read-only/file", "others/read-only/new",
    "others/read-only", "/proc/self/status", "/proc/self/fd/50", "/dev/zero", "others/sticky/file", long_name, long_path, longest_path,
};
enum { PATH_VARIANTS = sizeof PATHS / sizeof *PATHS };
static long bend_path(long was) { return (long)PATHS[variant]; }
static void label_path(char *to) {
  const char *path = PATHS[variant];
  if (strlen(path) < 200) sprintf(to, "= \"%s\"", path);
  else sprintf(to, "of %ld bytes", (long)strlen(path));
}

/* Descriptors, from FIRST on, in the order of `open_all`. */
enum { FIRST = 50 };
static const char *const DESCRIPTORS[] = {
    "a file to read", "a file to write", "a file to append to", "a path", "the path of a folder", "a folder", "a pipe to read",
    "a pipe to write", "an empty pipe", "a connected socket", "a free socket", "a listening socket", "a datagram socket", "an epoll",
    "an eventfd", "a timerfd", "/dev/null", "/dev/zero", "/dev/full", "a terminal", "its master", "a text of /proc", "a folder of /proc",
    "a file without name",
};
static const int OTHERS[] = {-1, 999, 5000, AT_FDCWD, -2147483648};
enum { OPENED = sizeof DESCRIPTORS / sizeof *DESCRIPTORS, DESCRIPTOR_VARIANTS = OPENED + sizeof OTHERS / sizeof *OTHERS };
static long bend_descriptor(long was) { return variant < OPENED ? FIRST + variant : OTHERS[variant - OPENED]; }
static void label_descriptor(char *to) {
  if (variant < OPENED) strcpy(to, DESCRIPTORS[variant]);
  else sprintf(to, "= %d", OTHERS[variant - OPENED]);
}
static int next_descriptor = FIRST;
static void keep(int fd) {
  dup2(fd, next_descriptor++);
  close(fd);
}
static void open_all(void) {
  int p[2], master;
  keep(open("others/file", O_RDONLY));
  keep(open("others/file", O_WRONLY));
  keep(open("others/file", O_RDWR | O_APPEND));
  keep(open("others/file", O_PATH));
  keep(open("others", O_PATH));
  keep(open("others", O_RDONLY));
  pipe2(p, O_NONBLOCK);
  write(p[1], "Hello", 5);
  keep(p[0]);
  keep(p[1]);
  pipe2(p, O_NONBLOCK);
  fcntl(p[1], F_DUPFD, 200);
  keep(p[0]);
  close(p[1]);
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p);
  write(p[1], "Hello", 5);
  fcntl(p[1], F_DUPFD, 201);
  keep(p[0]);
  close(p[1]);
  keep(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
  int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  bind(listening, (void *)&(struct sockaddr_un){AF_UNIX, "others/socket"}, sizeof(struct sockaddr_un));
  listen(listening, 8);
  keep(listening);
  keep(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  keep(epoll_create1(0));
  keep(eventfd(1, EFD_NONBLOCK));
  keep(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  keep(open("/dev/null", O_RDWR));
  keep(open("/dev/zero", O_RDWR));
  keep(open("/dev/full", O_RDWR));
  master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  grantpt(master);
  unlockpt(master);
  keep(open(ptsname(master), O_RDWR | O_NOCTTY | O_NONBLOCK));
  keep(master);
  keep(open("/proc/self/status", O_RDONLY));
  keep(open("/proc/self", O_RDONLY));
  int nameless = open("others/nameless", O_RDWR | O_CREAT, 0600);
  unlink("others/nameless");
  keep(nameless);
}

/* What one case does to a descriptor the next shall not see. */
static void reset_descriptors(void) {
  for (int fd = FIRST; fd < FIRST + OPENED; fd++) {
    lseek(fd, 0, SEEK_SET);
    flock(fd, LOCK_UN);
  }
}

/* Numbers of processes: not 0 and not -1, which mean many. */
static const int PROCESSES[] = {999999, -999999, 2147483647, -2147483647};
enum { PROCESS_VARIANTS = sizeof PROCESSES / sizeof *PROCESSES };
static long bend_process(long was) { return PROCESSES[variant]; }
static void label_process(char *to) { sprintf(to, "= %d", PROCESSES[variant]); }

/* Other numbers: whole ones, then the old one with one bit turned. */
static const long NUMBERS[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 255, 256, 1000, 1023, 1024, 4095, 4096, 65535, 65536,
                               1L << 20, 2147483647, 2147483648, 4294967295, 4294967296, 1L << 47, 1L << 62, 0x7fffffffffffffff, -1, -2, -100, -4096, -2147483648};
enum { WHOLE = sizeof NUMBERS / sizeof *NUMBERS, NUMBER_VARIANTS = WHOLE + 34 };
static long bend_number(long was) { return variant < WHOLE ? NUMBERS[variant] : was ^ 1L << (variant - WHOLE); }
static void label_number(char *to) {
  if (variant < WHOLE) sprintf(to, "= %ld", NUMBERS[variant]);
  else sprintf(to, "with bit %d turned", variant - WHOLE);
}

static const struct bending { char kind; int variants; long (*bend)(long); void (*label)(char *); } BENDINGS[] = {
    {'p', POINTER_VARIANTS, bend_pointer, label_pointer},
    {'s', POINTER_VARIANTS, bend_pointer, label_pointer},
    {'s', PATH_VARIANTS, bend_path, label_path},
    {'d', DESCRIPTOR_VARIANTS, bend_descriptor, label_descriptor},
    {'i', PROCESS_VARIANTS, bend_process, label_process},
    {'n', NUMBER_VARIANTS, bend_number, label_number},
};

/* Situations. */
static long as_nobody(long unused) {
  setgid(1000);
  setuid(1000);
}
static long without_descriptors(long unused) {
  while (dup(0) >= 0) {}
}
static long on_a_full_disk(long unused) {
  static char block[65536];
  int fd = open("others/full", O_WRONLY | O_APPEND);
  while (write(fd, block, sizeof block) > 0) {}
  close(fd);
}
static long on_a_read_only_disk(long unused) { chdir("others/read-only"); }
static long in_a_removed_folder(long unused) {
  mkdir("pictures", 0700);
  chdir("pictures");
  rmdir("../pictures");
}
static long in_a_folder_of_another(long unused) {
  mkdir("pictures", 0700);
  chdir("pictures");
  as_nobody(0);
}
static const struct { const char *label; long (*enter)(long); } SITUATIONS[] = {
    {"as another user", as_nobody},
    {"without free descriptors", without_descriptors},
    {"on a full disk", on_a_full_disk},
    {"on a read-only disk", on_a_read_only_disk},
    {"in a removed folder", in_a_removed_folder},
    {"in a closed folder", in_a_folder_of_another},
};

static void prepare_bends(void) {
  edge = low_pages(2, PROT_READ | PROT_WRITE);
  munmap(edge + 4096, 4096);
  fixed = low_pages(1, PROT_READ);
  closed = low_pages(1, PROT_NONE);
  memset(long_name, 'n', 256);
  for (int i = 0; i < 4998; i += 2) memcpy(long_path + i, "./", 2);
  for (int i = 0; i < 4094; i += 2) memcpy(longest_path + i, "./", 2);
  strcat(longest_path, "x");
  mkdir("others", 0777);
  close(open("others/file", O_CREAT | O_WRONLY, 0666));
  truncate("others/file", 100);
  mkdir("others/read-only", 0777);
  mount("tmpfs", "others/read-only", "tmpfs", 0, 0);
  close(open("others/read-only/file", O_CREAT | O_WRONLY, 0666));
  close(open("others/read-only/notes.txt", O_CREAT | O_WRONLY, 0666));
  mkdir("others/read-only/letters", 0777);
  mount(0, "others/read-only", 0, MS_REMOUNT | MS_RDONLY, 0);
  symlink("file", "others/link");
  symlink("nowhere", "others/dangling");
  symlink("loop", "others/loop");
  symlink("../letters", "others/to-letters");
  mkfifo("others/fifo", 0666);
  mknod("others/null", S_IFCHR | 0666, makedev(1, 3));
  mkdir("others/sticky", 01777);
  close(open("others/sticky/file", O_CREAT | O_WRONLY, 0666));
  open_all();
}

/* Whether the next case is in the sample. */
static int is_chosen(unsigned stride, unsigned seed) {
  static unsigned number;
  unsigned mixed = ++number * 0x45d9f3bu;
  return (mixed ^ mixed >> 16) % stride == seed;
}

/* The words of the command: how large the sample is, and which. */
static unsigned stride, seed;

static void bend_all(const struct example *of, int door, const struct bending *bending) {
  for (int which = 0; of->kinds[which]; which++)
    for (variant = 0; of->kinds[which] == bending->kind && variant < bending->variants; variant++) {
      if (!is_chosen(stride, seed)) continue;
      char label[250];
      int length = sprintf(label, ", argument %d ", which + 1);
      bending->label(label + length);
      reset_descriptors();
      one(of, door, label, which, bending->bend);
    }
}

static void in_situations(const struct example *of, int door) {
  for (int n = 0; n < sizeof SITUATIONS / sizeof *SITUATIONS; n++) {
    if (!is_chosen(stride, seed)) continue;
    char label[250];
    sprintf(label, " %s", SITUATIONS[n].label);
    truncate("others/full", 0);
    one(of, door, label, -1, SITUATIONS[n].enter);
  }
}

/* What the program does: "examples"; "bends" KINDS or "situations", each with STRIDE SEED; or nothing, when an example has run it. */
static int run_all(const struct example *all, int count, int argc, char **argv) {
  if (argc < 2) return 0;
  int has_bends = !strcmp(argv[1], "bends"), has_situations = !strcmp(argv[1], "situations");
  stride = argc > 3 ? atoi(argv[argc - 2]) : 1;
  seed = argc > 3 ? atoi(argv[argc - 1]) % stride : 0;
  prepare();
  if (has_bends || has_situations) prepare_bends();
  for (int i = 0; i < count; i++) {
    for (int door = BY_SYSCALL; door <= BY_INT80; door++) {
      if ((door == BY_SYSCALL ? all[i].number : all[i].number32) < 0) continue;
      if (has_situations) in_situations(&all[i], door);
      else if (!has_bends) one(&all[i], door, "", -1, 0);
      else
        for (int n = 0; n < sizeof BENDINGS / sizeof *BENDINGS; n++)
          if (strchr(argv[2], BENDINGS[n].kind)) bend_all(&all[i], door, &BENDINGS[n]);
    }
  }
  return 0;
}
