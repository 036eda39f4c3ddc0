/** Debian's busybox-static, unmodified, against itself on the machine under us. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./oracles.js";
import { runGuest } from "./run-guest.js";

const BUSYBOX = "/bin/busybox";

/** The same folder of links to busybox, natively and in the guest, so that shell lines find its tools in PATH. */
const BIN = "/tmp/you-in-cpu-busybox";
const TOOLS =
  "awk cat cut dd env expr grep gzip head ls md5sum mkdir od printf pwd rm sed seq sh sleep sort touch tr uniq wc xargs yes".split(
    " ",
  );

/** Arguments, and standard input if any. */
const LINES: readonly (readonly [argv: readonly string[], input?: string])[] = [
  [["echo", "hello", "world"]],
  [["echo", "-n", "no newline"]],
  [["sha256sum"], "The quick brown fox\n"],
  [["md5sum"], "x".repeat(10_000)],
  [["sort"], "pear\napple\nfig\n"],
  [["sort", "-n", "-r"], "3\n10\n2\n"],
  [["awk", "{ s += $1 * $2 } END { print s, s / 7 }"], "1 2\n3 4\n5 6\n"],
  [
    [
      "awk",
      'BEGIN { printf "%.3f %s %d\\n", 3.14159, "text", 42; print length("abc"), substr("hello", 2, 3) }',
    ],
  ],
  [["sh", "-c", "for i in 1 2 3; do echo $i; done"]],
  [["sh", "-c", "seq 1 100 | grep 7 | wc -l"]],
  [["sh", "-c", 'x=$(echo inner | tr a-z A-Z); echo "got $x"']],
  [["sh", "-c", "i=0; while [ $i -lt 5 ]; do i=$((i+1)); done; echo $i; exit $i"]],
  [["sh", "-c", "f() { echo in f $1; return 3; }; f arg; echo $?"]],
  [["sh", "-c", "echo one > a; cat a; echo two >> a; wc -l < a; rm a; ls a 2>&1; echo $?"]],
  [["sh", "-c", "cat <<end\nhere $((6*7))\nend"]],
  [["sh", "-c", "(exit 4); echo $?; true && echo yes || echo no; ! true; echo $?"]],
  [["sh", "-c", "trap 'echo trapped' EXIT; echo body"]],
  [["sh", "-c", "sleep 0.01 & wait; echo waited"]],
  [["sh", "-c", "kill -9 $$"]],
  [["sh", "-c", "case abc in a*) echo match;; *) echo none;; esac; echo ${HOME:-unset}"]],
  [["sh", "-c", "mkdir d; cd d; pwd; touch x y; ls; cd ..; rm -r d"]],
  [["sh", "-c", "yes | head -n 3"]],
  [["sh"], "echo from standard input\nexit 7\n"],
  [["grep", "-n", "b"], "abc\nxyz\nbcd\n"],
  [["sed", "s/o/0/g;2d"], "foo\nbar\nboo\n"],
  [["cut", "-d:", "-f2"], "a:b:c\n1:2:3\n"],
  [["tr", "a-z", "A-Z"], "shout\n"],
  [["od", "-c"], "bytes\u0000\n"],
  [["gzip", "-c", "-n"], "compress me ".repeat(50)],
  [["printf", "%5d|%-5s|%x\\n", "42", "ab", "255"]],
  [["expr", "6", "*", "7"]],
  [["seq", "3", "-1", "1"]],
  [["basename", "/usr/lib/file.c", ".c"]],
  [["cat", "/nonexistent"]],
  [["false"]],
  [["env"]],
  [["dd", "bs=4", "count=2"], "0123456789"],
  [["xargs", "echo"], "a b\nc\n"],
  [["uniq", "-c"], "a\na\nb\n"],
];

const ENVIRONMENT = { PATH: BIN, LANG: "C" };

describe.skipIf(!hasCommand(BUSYBOX))("busybox", () => {
  beforeAll(() => {
    rmSync(BIN, { recursive: true, force: true });
    mkdirSync(BIN);
    for (const tool of TOOLS) symlinkSync(BUSYBOX, `${BIN}/${tool}`);
  });
  afterAll(() => rmSync(BIN, { recursive: true, force: true }));

  const cases = LINES.map(([argv, input = ""]): [readonly string[], string] => [argv, input]);

  it.each(cases)("does the same here as natively: %j", (argv, input) => {
    const native = spawnSync(BUSYBOX, argv, { cwd: "/tmp", env: ENVIRONMENT, input });
    const guest = runGuest({
      files: { [BUSYBOX]: readFileSync(BUSYBOX) },
      links: Object.fromEntries(TOOLS.map((tool) => [`${BIN}/${tool}`, BUSYBOX])),
      path: "/bin/busybox",
      argv: [BUSYBOX, ...argv],
      environment: Object.entries(ENVIRONMENT).map(([key, value]) => `${key}=${value}`),
      input: Buffer.from(input),
    });
    const status = native.status ?? (native.signal === "SIGKILL" ? 137 : native.signal);
    expect({ stdout: guest.stdout, stderr: guest.stderr, status: guest.status }).toEqual({
      stdout: native.stdout.toString("utf8"),
      stderr: native.stderr.toString("utf8"),
      status,
    });
  });
});
