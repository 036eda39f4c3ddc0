/* #! lines of every kind, towers of scripts, and what becomes of argv. */
#include "attempt.h"

static void line(const char *label, const char *bytes, int size) {
  put("script", bytes, size, 0755);
  try(label, "./script");
}

/* A line "#!./echo " and filler up to the newline at `at`. */
static void newline_at(int at, const char *start) {
  char text[1024], label[64];
  memset(text, 'x', sizeof text);
  memcpy(text, start, strlen(start));
  text[at] = '\n';
  sprintf(label, "newline at %d after %s", at, start);
  line(label, text, sizeof text);
}

static unsigned seed = 1;
static unsigned below(unsigned n) { return (seed = seed * 1103515245 + 12345) / 65536 % n; }

static void random_line(int number) {
  static const char *words[] = {"./echo", " ", "\t", "  \t ", "\n", "-a", "b c", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                "                                                                                                    ", "\r", "/", "#!"};
  char text[2048], label[32];
  int size = 2;
  memcpy(text, "#!", 2);
  if (below(3)) size += sprintf(text + size, "%*s./echo", below(4), "");
  for (int n = below(9); n > 0; n--) {
    if (below(12) == 0) text[size++] = 0;
    else size += sprintf(text + size, "%s", words[below(12)]);
  }
  sprintf(label, "random %d", number);
  line(label, text, size);
}

int main(int argc, char **argv) {
  if (shown(argc, argv)) return 0;
  copy_self("echo");
#define LINE(text) line(#text, text, sizeof text - 1)
  LINE("#!./echo\n");
  LINE("#!./echo");
  LINE("#! \t ./echo \t \n");
  LINE("#!./echo one   two  three  \n");
  LINE("#!./echo\0hidden\nmore");
  LINE("#!./echo x\0hidden\nmore");
  LINE("#!./echo x \0\n");
  LINE("#!./echo\r\n");
  LINE("#!");
  LINE("#!\n");
  LINE("#!   \n");
  LINE("#!\0\0\0");
  LINE("#!\0./echo\n");
  LINE("#! ");
  LINE(" #!./echo\n");
  LINE("#");
  LINE("");
  LINE("#!./missing\n");
  LINE("#!.\n");
  LINE("#!./echo/\n");
  LINE("#!./script\n");
  LINE("text\n");
  static const int places[] = {126, 127, 128, 129, 254, 255, 256, 257, 300};
  for (int i = 0; i < 9; i++) newline_at(places[i], "#!./echo "), newline_at(places[i], "#!./"), newline_at(places[i], "#!./echo");
  char blanks[400];
  memset(blanks, ' ', sizeof blanks);
  memcpy(blanks, "#!", 2);
  line("blanks", blanks, sizeof blanks);
  for (int at = 246; at < 258; at++) {
    char label[32];
    memset(blanks, ' ', sizeof blanks);
    memcpy(blanks, "#!", 2), memcpy(blanks + at, "./echo Q", 8);
    sprintf(label, "echo at %d", at);
    line(label, blanks, sizeof blanks);
    memset(blanks, ' ', sizeof blanks);
    memcpy(blanks, "#!./echo", 8), memcpy(blanks + at, "Q", 1);
    sprintf(label, "Q at %d", at);
    line(label, blanks, sizeof blanks);
  }
  for (int n = 0; n < 150; n++) random_line(n);
  puts_file("s1", "#!./echo a1\n");
  for (int n = 2; n < 8; n++) {
    char name[8], text[32];
    sprintf(name, "s%d", n), sprintf(text, "#!./s%d a%d\n", n - 1, n);
    puts_file(name, text);
    sprintf(text, "tower of %d", n);
    sprintf(name, "./s%d", n);
    try(text, name);
  }
  return 0;
}
