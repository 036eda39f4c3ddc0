/* Nests of directories and links: deeper than any path, links that double, links in a circle, very long names. */
#include "bystander.h"
#include <dirent.h>

#define TELL(call) do { errno = 0; long r = (call); printf("  %s = %ld %s\n", #call, r < 0 ? r : r > 0, r < 0 ? strerrorname_np(errno) : ""); } while (0)
static char here[64];

static void fresh(void) {
  strcpy(here, "/dev/shm/nestXXXXXX");
  if (!mkdtemp(here) || chdir(here)) perror("nest");
}

/* Removes what is in the folder, and it. */
static void sweep(void) {
  DIR *folder = opendir(here);
  for (struct dirent *entry; (entry = readdir(folder));) if (unlink(entry->d_name)) rmdir(entry->d_name);
  closedir(folder);
  chdir("/");
  TELL(rmdir(here));
}

static void deep(void) {
  static char name[256], path[70000];
  fresh();
  memset(name, 'd', 100);
  int depth = 0;
  for (; depth < 1500; depth++) if (mkdir(name, 0755) || chdir(name)) { perror("deeper"); break; }
  printf("  %d deep\n", depth);
  errno = 0;
  printf("  getcwd %ld", syscall(SYS_getcwd, path, sizeof path));
  printf(" %s\n", strerrorname_np(errno));
  TELL(syscall(SYS_getcwd, path, 10));
  TELL(open("file", O_CREAT | O_RDWR, 0600));
  TELL(readlink("/proc/self/cwd", path, sizeof path) > 0);
  others_go_on();
  TELL(rename("file", "../file"));
  TELL(rename(".", "x"));
  TELL(rename("..", "x"));
  unlink("../file");
  int gone = 0;
  while (gone < depth && !chdir("..") && !rmdir(name)) gone++;
  printf("  %d gone\n", gone);
  chdir("/");
  TELL(rmdir(here));
}

static void long_paths(void) {
  static char path[9000];
  fresh();
  mkdir("a", 0755);
  for (int length = 4090; length < 4100; length++) {
    for (int n = 0; n < length; n++) path[n] = n % 2 ? '/' : '.';
    path[length] = 0;
    errno = 0;
    int r = access(path, F_OK);
    printf("  %d: %d %s\n", length, r, r ? strerrorname_np(errno) : "");
  }
  memset(path, 'n', 300);
  for (int length = 253; length < 258; length++) {
    path[length] = 0;
    errno = 0;
    int r = mkdir(path, 0755);
    printf("  name of %d: %d %s\n", length, r, r ? strerrorname_np(errno) : "");
    if (!r) rmdir(path);
    path[length] = 'n';
  }
  memset(path, '/', 4095);
  path[4095] = 0;
  TELL(access(path, F_OK));
  sweep();
}

static void links(void) {
  char from[32], to[64];
  fresh();
  mkdir("end", 0755);
  symlink("end", "l0");
  for (int n = 1; n < 45; n++) {
    sprintf(from, "l%d", n - 1), sprintf(to, "l%d", n);
    symlink(from, to);
  }
  for (int n = 37; n < 45; n++) {
    sprintf(to, "l%d", n);
    errno = 0;
    int r = access(to, F_OK);
    printf("  %d links: %d %s\n", n + 1, r, r ? strerrorname_np(errno) : "");
  }
  /* Each follows the one before it twice. */
  symlink(".", "d0");
  for (int n = 1; n < 40; n++) {
    sprintf(from, "d%d/d%d", n - 1, n - 1), sprintf(to, "d%d", n);
    symlink(from, to);
  }
  for (int n = 0; n < 40; n += n < 8 ? 1 : 10) {
    sprintf(to, "d%d", n);
    errno = 0;
    int r = access(to, F_OK);
    printf("  doubled %d times: %d %s\n", n, r, r ? strerrorname_np(errno) : "");
  }
  symlink("circle", "circle");
  symlink("round/x", "about");
  symlink("about/y", "round");
  TELL(access("circle", F_OK));
  TELL(access("about", F_OK));
  TELL(open("circle", O_CREAT | O_RDWR, 0600));
  TELL(mkdir("circle", 0755));
  TELL(rename("circle", "circle2"));
  TELL(unlink("circle2"));
  TELL(chdir("about"));
  TELL(open("l0", O_NOFOLLOW));
  TELL(symlink("", "empty"));
  static char target[5000];
  memset(target, 't', 4999);
  TELL(symlink(target, "long"));
  target[4095] = 0;
  TELL(symlink(target, "long"));
  TELL(access("long", F_OK));
  others_go_on();
  sweep();
}

static void many_names(void) {
  char name[32];
  fresh();
  int fd = open("one", O_CREAT | O_RDWR, 0600), made = 0;
  for (int n = 0; n < 3000; n++) { sprintf(name, "n%d", n); made += link("one", name) == 0; }
  struct stat s;
  fstat(fd, &s);
  printf("  %d links, %ld counted\n", made, (long)s.st_nlink);
  others_go_on();
  for (int n = 0; n < 3000; n++) { sprintf(name, "n%d", n); made -= unlink(name) == 0; }
  unlink("one");
  fstat(fd, &s);
  printf("  %d left, %ld counted\n", made, (long)s.st_nlink);
  chdir("/");
  TELL(rmdir(here));
}

static void under_feet(void) {
  fresh();
  mkdir("gone", 0755), chdir("gone"), rmdir("../gone");
  char path[100];
  TELL(syscall(SYS_getcwd, path, sizeof path));
  TELL(open("x", O_CREAT | O_RDWR, 0600));
  TELL(mkdir("x", 0755));
  TELL(access(".", F_OK));
  TELL(chdir(".."));
  TELL(rmdir(here));
}

int main(void) {
  begin();
  attempt("1 500 directories, one in the other", deep);
  attempt("paths at the limit", long_paths);
  attempt("links", links);
  attempt("3 000 names of a file", many_names);
  attempt("a directory that is gone", under_feet);
  return end();
}
