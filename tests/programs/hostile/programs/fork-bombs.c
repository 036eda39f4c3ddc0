/* Processes that multiply: until the user's limit, until it has a heap of zombies, and (told "memory") until nothing is left. */
#include "bystander.h"

/* Every process forks until it is refused, and waits then. */
static void multiply(void) {
  for (;;) {
    pid_t child = fork();
    if (child > 0) __sync_fetch_and_add(&shared->made, 1);
    else if (child < 0) {
      __sync_fetch_and_add(&shared->refused, 1);
      shared->spare[0] = errno;
      for (;;) pause();
    }
  }
}

static void limited(void) {
  become(54321);
  limit(RLIMIT_NPROC, 60);
  if (fork() == 0) multiply();
  while (shared->refused < 59) nap(500);
  others_go_on();
  printf("  %d made besides the first two, %s\n", shared->made, strerrorname_np(shared->spare[0]));
}

/* Who was refused tries again and again; children die at once. */
static void churning(void) {
  become(54322);
  limit(RLIMIT_NPROC, 20);
  for (int n = 0; n < 600;) {
    pid_t child = fork();
    if (child == 0) _exit(n & 255);
    if (child > 0) { n++; continue; }
    int status, gone = 0;
    while (waitpid(-1, &status, WNOHANG) > 0) gone++;
    if (!gone) waitpid(-1, &status, 0);
  }
  while (waitpid(-1, 0, 0) > 0) ;
  puts("  600 came and went");
}

static void zombies(void) {
  become(54323);
  limit(RLIMIT_NPROC, 200);
  int made = 0;
  while (made < 1000) {
    pid_t child = fork();
    if (child < 0) break;
    if (child == 0) _exit(0);
    made++;
  }
  printf("  %d zombies, then %s\n", made, strerrorname_np(errno));
  others_go_on();
  int gone = 0;
  while (waitpid(-1, 0, 0) > 0) gone++;
  pid_t again = fork();
  if (again == 0) _exit(0);
  printf("  %d waited for, and fork %s\n", gone, again < 0 ? "fails" : "works");
}

static void chain(void) {
  become(54324);
  limit(RLIMIT_NPROC, 100);
  int depth = 0;
  pid_t child;
  while ((child = fork()) == 0) depth++;
  if (child < 0) { shared->made = depth; shared->refused = errno; _exit(depth); }
  int status;
  waitpid(child, &status, 0);
  if (depth) _exit(WEXITSTATUS(status));
  printf("  the last of a chain is number %d, %s\n", WEXITSTATUS(status), strerrorname_np(shared->refused));
}

/* Nothing but memory and numbers bounds this one: not for a machine that others use. */
static void unlimited(void) {
  signal(SIGTERM, SIG_IGN);
  pid_t first = fork();
  if (first == 0) multiply();
  while (!shared->refused) { nap(2000); if (waitpid(first, 0, WNOHANG) > 0) break; }
  others_go_on();
}

int main(int argc, char **argv) {
  begin();
  if (argc > 1) attempt("a bomb without a limit", unlimited);
  else {
    attempt("a bomb", limited);
    attempt("children that die at once", churning);
    attempt("zombies", zombies);
    attempt("a chain", chain);
  }
  return end();
}
