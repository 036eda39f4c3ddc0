/* binfmt_misc: what register takes, what entries tell and obey, and how registered files run. */
#include "attempt.h"

static void registers_bytes(const char *bytes, int size) {
  int fd = open("bm/register", O_WRONLY);
  errno = 0;
  int done = write(fd, bytes, size);
  printf("register "), quote(bytes), printf(": %s errno %d\n", done == size ? "taken" : done < 0 ? "refused" : "partly", errno);
  close(fd);
}
static void registers(const char *line) { registers_bytes(line, strlen(line)); }

static void tell(const char *path) {
  char text[4096];
  int fd = open(path, O_RDONLY);
  if (fd < 0) { printf("%s: errno %d\n", path, errno); return; }
  int size = read(fd, text, sizeof text - 1);
  text[size < 0 ? 0 : size] = 0;
  printf("%s says %d: %s", path, size, text);
  close(fd);
}

static void order(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  errno = 0;
  int done = write(fd, text, strlen(text));
  printf("write "), quote(text), printf(" to %s: %d errno %d\n", path, done, errno);
  close(fd);
}

static void forget(void) {
  int fd = open("bm/status", O_WRONLY);
  write(fd, "-1", 2);
  close(fd);
}

static void lines(void) {
  static const char *tries[] = {
      ":a:M::abc::./echo:", ":a:M::abc::./echo:", ":b:M:0:abc::./echo:\n", ":c:M:1:a\\x62c::./echo:P", ",d,M,,abc,,./echo,",
      ":e:E::foo::./echo:POCF", ":f:E:ignored:foo:ignored too:./echo:C", ":g:M:::: ./echo:", ":h:M::abc:\\xff\\xff\\xff:./echo:O",
      ":i:M::abc:\\xff:./echo:", ":j:M::abc::./echo:X", ":k:M::abc::./echo:PX", ":l:M::abc::./echo", ":m:X::abc::./echo:",
      ":n:MM::abc::./echo:", "::M::abc::./echo:", ":.:M::abc::./echo:", ":..:M::abc::./echo:", ":a/b:M::abc::./echo:",
      ":o:M::abc:::", ":p:M:-1:abc::./echo:", ":q:M:x:abc::./echo:", ":r:M:+3:abc::./echo:", ":s:M: 3:abc::./echo:", ":t:M:3 :abc::./echo:",
      ":u:M:99999999999:abc::./echo:", ":v:M::a\\xg::./echo:", ":w:M::a\\x1::./echo:", ":x:M::\\\\x41::./echo:", ":y:M::a\\q::./echo:",
      ":z:M::\\x00abc::./echo:", ":A:E::a/b::./echo:", ":B:E::::./echo:", ":C:E::foo::./echo:\n\n", ":register:E::foo::./echo:",
      ":status:E::foo::./echo:", ":D:E::foo::./missing:F", ":E:E::foo::./missing:", ":F:E::foo::bm:F", "short", "", ":G:M:256:a::./echo:",
      ":H:M:255:a::./echo:", ":I:M:249:abcdefg::./echo:", ":J:M:250:abcdefg::./echo:", ":K:M:0x10:a::./echo:", ":L:M:010:a::./echo:", ":L2:M:2147483647:a::./echo:",
      ":with space:E::foo::./echo:", ":N:E::foo::./echo:PPP", "aXaMaaabcaa./echoa", ":O:M::abc:\\x0f\\xf0\\xff:./echo:F", ":P:M:0\n:abc::./echo:", ":Q:M:-0:abc::./echo:"};
  for (unsigned i = 0; i < sizeof tries / sizeof *tries; i++) registers(tries[i]);
  registers_bytes(":n1:M::ab\0cd::./echo:", 22);
  registers_bytes(":n2:M::abcd:\xff\xff\0\xff:./echo:", 25);
  registers_bytes(":n\0003:M::abcd::./echo:", 22);
  registers_bytes(":n4:E::ab\0cd::./echo:", 22);
  char longest[3000];
  memset(longest, 'y', sizeof longest);
  memcpy(longest, ":long:E::", 9), memcpy(longest + 1900, "::./echo:", 9);
  for (int size = 1909; size < 1922; size += 11) memcpy(longest + size - 9, "::./echo:", 9), registers_bytes(longest, size), longest[1] ^= 1;
  char name[400] = ":";
  for (int size = 255; size < 257; size++) memset(name + 1, 'n', size), strcpy(name + 1 + size, ":E::foo::./echo:"), registers(name);
  static const char *names[] = {"a", "b", "c", "d", "e", "f", "h", "o", "r", "w", "x", "y", "z", "H", "I", "L", "N", "O", "P", "Q", "n1", "n2", "with space"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    char path[64];
    sprintf(path, "bm/%s", names[i]);
    tell(path);
  }
  forget();
  tell("bm/a");
}

static void orders(void) {
  puts_file("one.foo", "a foo\n");
  registers(":foo:E::foo::./echo:");
  try("registered", "./one.foo");
  order("bm/foo", "0"), tell("bm/foo"), try("disabled", "./one.foo");
  order("bm/foo", "1\n"), try("enabled", "./one.foo");
  order("bm/status", "0\n"), tell("bm/status"), tell("bm/foo"), try("all disabled", "./one.foo");
  order("bm/status", "1"), tell("bm/status"), try("all enabled", "./one.foo");
  static const char *bad[] = {"2", "", "\n", "-1\n\n", "01", "1 ", "-2", "true", "-1 "};
  for (int i = 0; i < 9; i++) order("bm/foo", bad[i]), order("bm/status", bad[i]);
  order("bm/foo", "-1\n"), tell("bm/foo"), try("forgotten", "./one.foo");
  int fd = open("bm/register", O_RDONLY);
  char c;
  printf("register can be opened for reading: %d", fd >= 0), printf(" read %d", (int)read(fd, &c, 1)), printf(" errno %d\n", errno);
  printf("unlink %d", unlink("bm/status")), printf(" errno %d\n", errno);
  printf("create %d", open("bm/new", O_CREAT | O_WRONLY, 0644)), printf(" errno %d\n", errno);
  printf("mkdir %d", mkdir("bm/new", 0755)), printf(" errno %d\n", errno);
  static const char *names[] = {"bm", "bm/register", "bm/status"};
  for (int i = 0; i < 3; i++) {
    struct stat s;
    stat(names[i], &s), printf("%s mode %o links %ld size %ld\n", names[i], s.st_mode, (long)s.st_nlink, (long)s.st_size);
  }
}

static void runs(void) {
  puts_file("magic", "..abcdef rest\n"), puts_file("text.bar", "text\n"), puts_file("bar", "text\n"), puts_file("a.b.bar", "text\n"), puts_file("x.bar.c", "t\n");
  registers(":m:M:2:abc::./echo:"), try("magic", "./magic");
  registers(":m2:M:2:abx:\\xff\\xff\\x00:./echo:P"), try("masked, newer first, argv[0] kept", "./magic");
  registers(":bar:E::bar::./echo:O"), try("extension with descriptor", "./text.bar"), try("no dot", "./bar"), try("two dots", "./a.b.bar"), try("other", "./x.bar.c");
  symlink("text.bar", "tobar"), symlink("magic", "to.bar"), try("link to the extension", "./tobar"), try("link with the extension", "./to.bar");
  registers(":s:M::#!::./echo:");
  puts_file("script", "#!./nothing\n"), try("scripts claimed", "./script");
  forget();
  puts_file("inter", "#!./echo -i\n");
  registers(":bar:E::bar::./inter:"), try("interpreter is a script", "./text.bar");
  forget(), registers(":bar:E::bar::./inter:P"), try("interpreter is a script, P", "./text.bar");
  forget(), registers(":bar:E::bar::./inter:O"), try("interpreter is a script, O", "./text.bar");
  puts_file("bybar", "#!./text.bar arg\n"), try("a script's interpreter is registered", "./bybar");
  forget(), registers(":a:E::a::./x.b:"), registers(":b:E::b::./x.c:"), registers(":c:E::c::./echo:"), puts_file("x.a", "x"), puts_file("x.b", "x"), puts_file("x.c", "x");
  try("chain of three", "./x.a");
  forget(), registers(":a:E::a::./x.b:O"), registers(":b:E::b::./echo:O"), try("two want to pass it on", "./x.a");
  forget(), registers(":self:E::a::./x.a:"), try("its own interpreter", "./x.a");
  forget(), registers(":miss:E::a::./missing:"), try("no interpreter", "./x.a");
  forget(), registers(":dir:E::a::bm:"), try("a directory", "./x.a");
  forget(), registers(":fixed:E::a::./inter2:"), try("not yet there", "./x.a"), puts_file("inter2", "#!./echo 2\n"), try("there", "./x.a");
  forget(), registers(":fixed:E::a::./inter2:F"), rename("inter2", "moved"), try("opened before, then renamed", "./x.a");
  printf("write it: %d", open("moved", O_WRONLY)), printf(" errno %d\n", errno);
  forget(), printf("write it: %s\n", open("moved", O_WRONLY) < 0 ? "no" : "yes");
  registers(":elf:M::\\x7fELF::./echo:"), try("all of ELF", "./echo"), forget(), try("no more", "./echo");
  registers(":bar:E::bar::./echo:");
  int fd = open("text.bar", O_RDONLY), lost = open("text.bar", O_RDONLY | O_CLOEXEC), dir = open(".", O_RDONLY | O_CLOEXEC);
  try_at("by descriptor", fd, "", AT_EMPTY_PATH), try_at("by close-on-exec directory", dir, "text.bar", 0);
  forget(), registers(":t:M::text::./echo:"), try_at("magic by descriptor", fd, "", AT_EMPTY_PATH), try_at("magic by close-on-exec descriptor", lost, "", AT_EMPTY_PATH);
  put("nox.bar", "text\n", 5, 0644), try("without x", "./nox.bar");
  forget();
}

int main(int argc, char **argv) {
  if (shown(argc, argv)) return 0;
  mkdir("bm", 0755);
  if (mount("binfmt_misc", "bm", "binfmt_misc", 0, "")) perror("mount");
  copy_self("echo");
  lines(), orders(), runs();
  return 0;
}
