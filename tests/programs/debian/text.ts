/** sed, grep, awks, bc, dc, ed, m4, make, diff and patch, jq. */
import { type CommandLine, lines } from "./command-line.js";

export const TEXT: readonly CommandLine[] = [
  ...lines(
    "/bin/sh",
    "printf 'hello world\\n' | sed 's/o/0/g; s/\\(h\\)\\(e\\)/\\2\\1/'",
    "seq 5 | sed -n '2,4{p;=}'; seq 3 | sed '2d'; seq 3 | sed '$!N;s/\\n/+/'; sed --bad 2>&1 | head -2",
    "echo old > f; sed -i.bak s/old/new/ f; cat f f.bak; ls",
    "printf 'foo\\nbar\\nbaz\\n' | grep -n ba; echo $?; echo abc | grep -o b; echo x | grep y; echo $?; grep x nothing; echo $?",
    "printf 'a1\\nb22\\n' | grep -E '[0-9]{2}'; printf 'a.b\\n' | grep -F .; echo 'x=1' | grep -P '(?<=x=)\\d'; grep -rc root /etc/passwd",
    "printf '1 2\\n3 4\\n' | gawk '{ s += $1 * $2 } END { print s, NR, FILENAME }'",
    'gawk \'BEGIN { n = split("a:b:c", x, ":"); for (i = n; i; i--) printf "%s ", x[i]; print toupper("abc"), sprintf("%.3f", 3.14159), length("hé") }\'',
    'gawk \'BEGIN { PROCINFO["sorted_in"] = "@ind_str_asc"; a["y"]; a["x"]; for (k in a) print k; "echo sub" | getline v; print v; print strftime("%Y", 0, 1); exit 3 }\'; echo $?',
    "printf 'a b\\nc d\\n' | mawk '{ print $2; next } END { print sin(0), int(7.9), index(\"abc\", \"c\") }'",
    'mawk \'BEGIN { while (i++ < 3) print i | "cat 1>&2"; close("cat 1>&2"); printf "%c%s\\n", 65, substr("hello", 2) }\'',
    "echo '2^100; scale = 20; 1 / 3; sqrt(2)' | bc; echo 'define f(n) { if (n < 2) return 1; return n * f(n - 1) }; f(30)' | bc",
    "echo 's(1); e(1); ibase = 16; FF' | bc -l; echo '1/0' | bc",
    "echo '3 4 + p 2 k 1 3 / p [hi]P 10 o 16 o 255 p' | dc; dc -e '100 [d 1 - d 0 <x] sx p'",
    "printf 'a\\nhello\\nworld\\n.\\n,s/o/0/g\\nw f\\nq\\n' | ed -s; cat f; printf 'nonsense\\nh\\nQ\\n' | ed -s; echo $?",
    "echo 'define(`x'\\'', `$1 and $1'\\'')x(one) eval(2 ** 10) len(`abc'\\'') ifelse(a, a, yes, no)' | m4",
    "printf 'all: a b\\n\\t@echo all $^\\na b:\\n\\t@echo $@ > $@; echo made $@\\nbad:\\n\\tfalse\\n' > Makefile; make; make bad; make nothing; echo $?",
    "printf 'X := $(shell echo 42)\\nall: ; @echo $(X) $(patsubst %%.c,%%.o,a.c b.c)\\n' > Makefile; make -s; make -j2; make --version | head -1",
    "printf '1\\n2\\n3\\n' > a; printf '1\\nx\\n3\\n' > b; diff -u --label a --label b a b > p; cat p; patch a p; cmp a b; diff3 a b a; sdiff -w 20 a b",
    "echo '{\"a\": [1, 2, {\"b\": null}], \"c\": \"x\"}' | jq -c '.a[2], (.a | length), .c'; echo '[3,1,2]' | jq -c 'sort, add, map(. * 2)'; echo '{' | jq .; echo $?",
    "file /bin/dash | cut -d, -f1; echo text > t; file t; printf '\\211PNG' > p; file p",
  ),
  { line: "sed -e 1i\\\\top -e '$a end' | tr a-z A-Z", input: "middle\n" },
  { line: "sort -t: -k3n f | cut -d: -f1 | head -3", files: { f: "b:x:10\na:x:2\nc:x:1\n" } },
];
