/*
 * Sits before a terminal as a person would: runs a program on a pseudo-terminal, waits for what it shows, types, and prints all
 * that was shown. Orders come from standard input, one a line: "wait TEXT", "type KEYS" (\r, \n, \t, \\, \xHH, \cX for Ctrl-X),
 * "size ROWS COLUMNS", "pause MILLISECONDS", "hangup". After the last one it waits for the program's end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int master;
static char shown[1 << 20];
static size_t length, seen;

/* Reads what is shown; 0 when the program is gone. */
static int look(int milliseconds) {
  struct pollfd p = {master, POLLIN};
  if (poll(&p, 1, milliseconds) <= 0) return 1;
  ssize_t n = read(master, shown + length, sizeof shown - length - 1);
  if (n <= 0) return 0;
  length += n;
  return 1;
}

static void give_up(const char *text) {
  printf("%.*s\n<%s did not come>\n", (int)length, shown, text);
  exit(1);
}

static void wait_for(const char *text) {
  for (int tries = 0; tries < 400; tries++) {
    char *at = memmem(shown + seen, length - seen, text, strlen(text));
    if (at) { seen = at + strlen(text) - shown; return; }
    if (!look(25)) break;
  }
  give_up(text);
}

static size_t unescape(char *text) {
  char *to = text;
  for (char *from = text; *from; from++) {
    if (*from != '\\') { *to++ = *from; continue; }
    switch (*++from) {
      case 'r': *to++ = '\r'; break;
      case 'n': *to++ = '\n'; break;
      case 't': *to++ = '\t'; break;
      case 'c': *to++ = *++from & 0x1f; break;
      case 'x': { char digits[3] = {from[1], from[2]}; *to++ = strtol(digits, 0, 16); from += 2; break; }
      default: *to++ = *from;
    }
  }
  *to = 0;
  return to - text;
}

int main(int argc, char **argv) {
  struct winsize size = {24, 80};
  char line[4096];
  pid_t program = forkpty(&master, 0, 0, &size);
  if (program == 0) {
    setenv("TERM", "dumb", 1);
    setenv("PS1", "$ ", 1);
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    char *rest = strchr(line, ' ');
    if (rest) *rest++ = 0;
    if (!strcmp(line, "wait")) wait_for((unescape(rest), rest));
    else if (!strcmp(line, "type")) { size_t n = unescape(rest); if (write(master, rest, n) < 0) give_up("room for keys"); }
    else if (!strcmp(line, "pause")) { for (int n = atoi(rest) / 5; n > 0; n--) { look(0); usleep(5000); } }
    else if (!strcmp(line, "hangup")) { close(master); master = -1; break; }
    else if (!strcmp(line, "size")) { sscanf(rest, "%hu %hu", &size.ws_row, &size.ws_col); ioctl(master, TIOCSWINSZ, &size); }
  }
  for (int tries = 0; master >= 0 && look(25); tries++) if (tries == 400) give_up("the end");
  int status = 0;
  waitpid(program, &status, 0);
  fwrite(shown, 1, length, stdout);
  if (WIFSIGNALED(status)) printf("<killed by %d>\n", WTERMSIG(status));
  else printf("<exit %d>\n", WEXITSTATUS(status));
  return 0;
}
