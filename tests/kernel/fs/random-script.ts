/**
 * Makes scripts of file operations for `replay.ts` and `replay.c` from a seed: few names, so that operations meet.
 */
import { RandomPool } from "../../../src/kernel/fs/random-pool.js";

const NAMES = ["a", "b", "c", "d", "l", "m"];
const MODES = ["755", "644", "600", "700", "777", "0", "1777", "2775", "4755", "444", "555"];
const OPEN_FLAGS = [
  "creat",
  "creat",
  "creat",
  "excl",
  "trunc",
  "append",
  "dir",
  "nofollow",
  "cloexec",
  "path",
];

/** A script of `length` lines. */
export function randomScript(seed: number, length: number): string {
  const pool = new RandomPool(seed);
  const below = (n: number): number => pool.next() % n;
  const choose = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const path = (): string => {
    if (below(25) === 0) return choose([".", "..", "/", "''", "./.", "//a//"]);
    const parts = Array.from({ length: choose([1, 1, 1, 2, 2, 3]) }, () =>
      below(7) === 0 ? choose([".", ".."]) : choose(NAMES),
    );
    return `${below(6) === 0 ? "/" : ""}${parts.join("/")}${below(8) === 0 ? "/" : ""}`;
  };
  const fd = (): number => 3 + below(7);
  const mode = (): string => choose(MODES);
  const flags = (): string =>
    [choose(["r", "w", "rw", "rw"]), ...OPEN_FLAGS.filter(() => below(6) === 0), "nonblock"].join("|");
  const bytes = (): string => `${choose(["x", "y", "z"])}{${1 + below(30)}}`;
  const operations: readonly (() => string)[] = [
    ...repeat(8, () => `mkdir ${path()} ${mode()}`),
    ...repeat(3, () => `rmdir ${path()}`),
    ...repeat(3, () => `unlink ${path()}`),
    ...repeat(8, () => `open ${path()} ${flags()} ${mode()}`),
    ...repeat(4, () => `close ${fd()}`),
    ...repeat(3, () => `read ${fd()} ${below(20)}`),
    ...repeat(4, () => `write ${fd()} ${bytes()}`),
    () => `pwrite ${fd()} ${bytes()} ${choose([0, 5, 100, 5000, -1])}`,
    () => `pread ${fd()} 10 ${choose([0, 5, 100, 5000])}`,
    ...repeat(2, () => `lseek ${fd()} ${below(50) - 5} ${below(3)}`),
    ...repeat(4, () => `stat ${path()}`),
    ...repeat(4, () => `lstat ${path()}`),
    ...repeat(3, () => `fstat ${fd()}`),
    ...repeat(3, () => `link ${path()} ${path()}`),
    ...repeat(4, () => `symlink ${path().replace(/(.)\/$/, "$1")} ${path()}`),
    ...repeat(2, () => `readlink ${path()}`),
    ...repeat(6, () => `rename ${path()} ${path()}`),
    ...repeat(2, () => `renameat2 ${path()} ${path()} ${choose(["noreplace", "exchange"])}`),
    () => `truncate ${path()} ${choose([0, 3, 10000])}`,
    () => `ftruncate ${fd()} ${choose([0, 3, 10000])}`,
    ...repeat(2, () => `chmod ${path()} ${mode()}`),
    () => `chown ${path()} ${choose([-1, 0, 1000, 1001])} ${choose([-1, 0, 1000])}`,
    () => `access ${path()} ${below(8)}`,
    () => `chdir ${path()}`,
    () => `fchdir ${fd()}`,
    () => "getcwd",
    ...repeat(2, () => `dup2 ${fd()} ${fd()}`),
    () => `dup ${fd()}`,
    () => `list ${fd()}`,
    () => `user ${choose([0, 0, 1000, 1001])}`,
    () => `mkfifo ${path()} ${mode()}`,
    ...repeat(2, () => `openat ${fd()} ${path()} ${flags()} ${mode()}`),
    () => `unlinkat ${fd()} ${path()} ${choose(["r", "remove"])}`,
    () => `fstatat ${fd()} ${path()} ${choose(["r", "lnofollow", "empty"])}`,
    () => `umask ${choose(["0", "22", "77"])}`,
    () => `fcntl ${fd()} ${choose([1, 3])} 0`,
    () => `poll ${fd()}`,
    () => `fionread ${fd()}`,
  ];
  return Array.from({ length }, () => choose(operations)()).join("\n");
}

function repeat<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}
