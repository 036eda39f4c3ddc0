/**
 * Calls that do what an older one does, and say more: in which folder, with which flags, by which descriptor. What brings an error
 * of the older call brings the same from them, so it is written once. Leaves out what only the younger ones know: that is written
 * with them.
 */
import { splitArguments } from "../system-call-examples.js";

/** From arguments of the older call to the younger one's; undefined where it has none that mean the same. */
type Step = (values: readonly string[]) => readonly string[] | undefined;

const and =
  (...more: readonly string[]): Step =>
  (values) => [...values, ...more];

/** With a folder before each of the paths, which are told by their places, and more at the end. */
const inFolder =
  (paths: readonly number[], ...more: readonly string[]): Step =>
  (values) => [
    ...values.flatMap((value, at) => (paths.includes(at) ? ["AT_FDCWD", value] : [value])),
    ...more,
  ];

const asItIs: Step = (values) => values;

/** For `notes.txt` alone: that is what `fd` is open for. */
const byDescriptor: Step = ([path, ...rest]) => (path === '"notes.txt"' ? ["fd", ...rest] : undefined);

/** Where -1 is no place, but the position of the description. */
const elsewhere: Step = (values) => (values[3] === "-1" ? undefined : and("0")(values));

const SIBLINGS: Readonly<Record<string, readonly [older: string, step: Step]>> = {
  openat: ["open", inFolder([0])],
  mkdirat: ["mkdir", inFolder([0])],
  mknodat: ["mknod", inFolder([0])],
  unlinkat: ["unlink", inFolder([0], "0")],
  renameat: ["rename", inFolder([0, 1])],
  renameat2: ["renameat", and("0")],
  linkat: ["link", inFolder([0, 1], "0")],
  symlinkat: ["symlink", inFolder([1])],
  readlinkat: ["readlink", inFolder([0])],
  faccessat: ["access", inFolder([0])],
  faccessat2: ["faccessat", and("0")],
  fchmodat: ["chmod", inFolder([0])],
  fchmodat2: ["fchmodat", and("0")],
  fchmod: ["chmod", byDescriptor],
  fchownat: ["chown", inFolder([0], "0")],
  fchown: ["chown", byDescriptor],
  lchown: ["chown", asItIs],
  futimesat: ["utimes", inFolder([0])],
  lsetxattr: ["setxattr", asItIs],
  fsetxattr: ["setxattr", byDescriptor],
  lgetxattr: ["getxattr", asItIs],
  fgetxattr: ["getxattr", byDescriptor],
  llistxattr: ["listxattr", asItIs],
  flistxattr: ["listxattr", byDescriptor],
  lremovexattr: ["removexattr", asItIs],
  fremovexattr: ["removexattr", byDescriptor],
  execveat: ["execve", inFolder([0], "0")],
  accept4: ["accept", and("0")],
  pipe2: ["pipe", and("0")],
  preadv2: ["preadv", elsewhere],
  pwritev2: ["pwritev", elsewhere],
  epoll_pwait: ["epoll_wait", and("NULL", "8")],
  eventfd2: ["eventfd", and("0")],
  signalfd4: ["signalfd", and("0")],
  inotify_init1: ["inotify_init", and("0")],
  pkey_mprotect: ["mprotect", and("-1")],
  mlock2: ["mlock", and("0")],
};

/** Of which call `name` is a younger sibling. */
export const olderSiblingOf = (name: string): string | undefined => SIBLINGS[name]?.[0];

/** Arguments of the sibling `name` which come to the same as `values` for the older call; undefined when it has none. */
export function siblingArguments(name: string, values: string): string | undefined {
  return SIBLINGS[name]?.[1](splitArguments(values))?.join(", ");
}
