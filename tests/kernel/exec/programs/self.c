/* What a program finds of itself in /proc: its auxiliary vector, its file, arguments, environment and name. */
#include "attempt.h"
#include <elf.h>

extern char **environ;

static void link_to(const char *path) {
  char text[512];
  int size = readlink(path, text, sizeof text - 1);
  text[size < 0 ? 0 : size] = 0;
  char *slash = strrchr(text, '/');
  printf("%s leads to %s\n", path, size < 0 ? "nothing" : slash ? slash : text);
}

static void tell(const char *path) {
  char text[4096];
  int fd = open(path, O_RDONLY), size = read(fd, text, sizeof text);
  printf("%s: %d ", path, size);
  for (int i = 0; i < size; i++) putchar(text[i] ? text[i] : '|');
  puts("");
  close(fd);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    char vector[2048];
    char **p = environ;
    while (*p) p++;
    int fd = open("/proc/self/auxv", O_RDONLY), size = read(fd, vector, sizeof vector), length = 16;
    for (Elf64_auxv_t *a = (void *)(p + 1); a->a_type; a++) length += 16;
    printf("auxv in /proc is as long as on the stack or longer: %d, and begins so: %d\n", size >= length, !memcmp(vector, p + 1, length));
    close(fd);
    tell("/proc/self/cmdline"), tell("/proc/self/environ"), tell("/proc/self/comm");
    link_to("/proc/self/exe");
    unlink("self"), link_to("/proc/self/exe");
    fd = open("/proc/self/exe", O_RDONLY);
    char start[4];
    printf("the lost file is still read: %d %.3s\n", (int)read(fd, start, 4), start + 1);
    rename("script", "moved"), link_to("/proc/self/exe");
    return 0;
  }
  char *arguments[] = {"other name", "one", "", "two", 0}, *variables[] = {"A=1", "B=", 0};
  copy_self("self");
  puts_file("script", "#!./self -x\n");
  fflush(stdout);
  int pid = fork();
  if (!pid) execve("./self", arguments, variables);
  waited(pid);
  copy_self("self");
  pid = fork();
  if (!pid) execve("./script", arguments, variables);
  waited(pid);
  copy_self("self");
  rename("self", "a very long file name indeed");
  pid = fork();
  if (!pid) execve("./a very long file name indeed", arguments, variables);
  waited(pid);
  return 0;
}
