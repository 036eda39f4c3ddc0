// What swapon and swapoff refuse, and in which order. Nothing here is ever taken into use.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; int r = call; printf("%s = %d %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)

static void make(const char *name, int version, int last, int bad, const char *signature) {
  char page[4096] = {0};
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  memcpy(page + 1024, &version, 4);
  memcpy(page + 1028, &last, 4);
  memcpy(page + 1032, &bad, 4);
  memcpy(page + 4086, signature, 10);
  write(fd, page, 4096);
  memset(page, 1, 4096);
  for (int i = 0; i < 9; i++) write(fd, page, 4096);
  close(fd);
}

int main(void) {
  TRY(swapon("missing", 0));
  TRY(swapon("missing", 0x80000));
  TRY(swapon("missing", -1));
  TRY(swapon((char *)8, 0));
  TRY(swapon("", 0));
  mkdir("folder", 0755);
  TRY(swapon("folder", 0));
  TRY(swapon("/dev/null", 0));
  make("plain", 1, 9, 0, "xxxxxxxxxx");
  TRY(swapon("plain", 0));
  TRY(swapon("plain/", 0));
  make("old", 1, 9, 0, "SWAP-SPACE");
  TRY(swapon("old", 0));
  make("version", 2, 9, 0, "SWAPSPACE2");
  TRY(swapon("version", 0));
  make("empty", 1, 0, 0, "SWAPSPACE2");
  TRY(swapon("empty", 0));
  make("short", 1, 10, 0, "SWAPSPACE2");
  TRY(swapon("short", 0));
  make("bad", 1, 9, 1, "SWAPSPACE2");
  TRY(swapon("bad", 0));
  close(open("nothing", O_RDWR | O_CREAT, 0600));
  TRY(swapon("nothing", 0));
  TRY(swapoff("missing"));
  TRY(swapoff("folder"));
  TRY(swapoff("plain"));
  TRY(swapoff("/dev/null"));
  TRY(swapoff((char *)8));
  fflush(stdout);
  if (!fork()) {
    setuid(65534);
    TRY(swapon("missing", 0));
    TRY(swapon("missing", 0x80000));
    TRY(swapoff("missing"));
    TRY(swapoff((char *)8));
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  return 0;
}
