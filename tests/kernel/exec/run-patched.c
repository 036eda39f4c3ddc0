/*
 * Makes an ELF file from a base and patches, executes it, and prints what became of it: "errno N" from execve,
 * "exit N" or "signal N". Arguments: the base file, and where the patched file goes and what is executed, if that is another. Standard input: one case a line, pairs offset=byte in hexadecimal,
 * or cut=N for a file of N bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  static unsigned char base[65536], copy[65536];
  char line[4096];
  char *target = argc > 3 ? argv[2] : "patched", *program = argc > 3 ? argv[3] : "./patched";
  FILE *f = fopen(argv[1], "r");
  long size = fread(base, 1, sizeof base, f);
  fclose(f);
  setvbuf(stdout, 0, _IOLBF, 0);
  while (fgets(line, sizeof line, stdin)) {
    long length = size;
    memcpy(copy, base, size);
    for (char *w = strtok(line, " \n"); w; w = strtok(0, " \n")) {
      char *eq = strchr(w, '=');
      if (!strncmp(w, "cut", 3)) length = strtol(eq + 1, 0, 10);
      else copy[strtol(w, 0, 16)] = strtol(eq + 1, 0, 16);
    }
    int fd = open(target, O_CREAT | O_WRONLY | O_TRUNC, 0755);
    write(fd, copy, length);
    close(fd);
    int ends[2];
    pipe2(ends, O_CLOEXEC);
    pid_t child = fork();
    if (child == 0) {
      char *args[] = {"patched", 0};
      alarm(1);
      int null = open("/dev/null", O_RDWR);
      dup2(null, 0), dup2(null, 1), dup2(null, 2);
      execve(program, args, args + 1);
      int error = errno;
      write(ends[1], &error, sizeof error);
      _exit(0);
    }
    close(ends[1]);
    int error = 0, status;
    long got = read(ends[0], &error, sizeof error);
    close(ends[0]);
    waitpid(child, &status, 0);
    if (got == sizeof error) printf("errno %d\n", error);
    else if (WIFEXITED(status)) printf("exit %d\n", WEXITSTATUS(status));
    else printf("signal %d\n", WTERMSIG(status));
  }
  return 0;
}
