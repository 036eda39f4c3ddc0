/**
 * Running another program: execve, execveat. What they do is in `exec/execve.ts`.
 * Models Linux fs/exec.c.
 */
import { E } from "../abi/errno.js";
import { AT_EMPTY_PATH, AT_EXECVE_CHECK, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "../abi/open-flags.js";
import { UserArguments } from "../exec/argument-list.js";
import { execveat as executeAt } from "../exec/execve.js";
import { Refusal, refused } from "../exec/refusal.js";
import { Execution } from "../exec/stages.js";
import {
  type ArgumentKind,
  type Call,
  flags,
  type Outcome,
  quote,
  type SystemCall,
  size,
  systemCall,
  text,
  unsignedInt,
} from "./definition.js";
import { directoryFd } from "./file-arguments.js";

/** A pointer to a list of texts that ends with NULL. */
const textList: ArgumentKind<number> = {
  type: "char *const *",
  convert: size.convert,
  format(at, call) {
    const list = textsAt(call, at);
    return list ? `[${list.map(quote).join(", ")}]` : `0x${at.toString(16)}`;
  },
};

/** The environment, shown as a count as strace does. */
const environment: ArgumentKind<number> = {
  ...textList,
  format(at, call) {
    const count = listAt(call, at).count();
    return count < 0 ? `0x${at.toString(16)}` : `0x${at.toString(16)} /* ${count} vars */`;
  },
};

const listAt = (call: Call, at: number): UserArguments =>
  new UserArguments(call.memory, at, call.abi === "i386" ? 4 : 8);

/** The texts of a list, as far as a trace can show them; undefined when it is none. */
function textsAt(call: Call, at: number): string[] | undefined {
  const list = listAt(call, at);
  const count = list.count();
  if (count < 0 || count > MOST_SHOWN) return undefined;
  const texts = Array.from({ length: count }, (_, n) => list.text(n));
  return texts.every((one) => typeof one === "string") ? texts : undefined;
}

const MOST_SHOWN = 4096;

/** The file named by a path, or by a descriptor with AT_EMPTY_PATH, becomes the program. */
function run(call: Call, at: number, pathname: number, argv: number, envp: number, bits: number): Outcome {
  const execution = new Execution(call.kernel, call.task);
  const path = execution.pass("getname", () => nameAt(call, pathname, bits));
  if (refused(path)) return path.errno;
  const [args, variables] = [listAt(call, argv), listAt(call, envp)];
  const failure = executeAt(execution, { at, path, flags: bits, argv: args, envp: variables });
  if (failure) return failure.isFatal ? "gone" : failure.errno;
  return bits & AT_EXECVE_CHECK ? 0 : "gone";
}

function nameAt(call: Call, at: number, bits: number): string | Refusal {
  const path = call.memory.readString(at);
  if (typeof path === "number")
    return new Refusal(path as Refusal["errno"], "", "the path cannot be read", "check the pointer");
  if (path === "" && !(bits & AT_EMPTY_PATH))
    return new Refusal(E.ENOENT, "", "the path is empty", "name a program");
  return path;
}

const execve = systemCall(
  "execve",
  "Replaces the program of the process by another one.",
  { pathname: text, argv: textList, envp: environment },
  (call, { pathname, argv, envp }) => run(call, AT_FDCWD, pathname, argv, envp, 0),
);

const execveat = systemCall(
  "execveat",
  "Replaces the program of the process by one that a descriptor leads to.",
  {
    dirfd: directoryFd,
    pathname: text,
    argv: textList,
    envp: environment,
    flags: flags({ AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, AT_EXECVE_CHECK }),
  },
  (call, { dirfd, pathname, argv, envp, flags: bits }) => run(call, dirfd, pathname, argv, envp, bits),
);

const TELL = 0xffffffff;
const personality = systemCall(
  "personality",
  "Sets how programs are run from now on, and tells how they were.",
  { persona: unsignedInt },
  (call, { persona }) => {
    const old = call.task.personality;
    if (persona !== TELL) call.task.personality = persona;
    return old;
  },
  "all but ADDR_NO_RANDOMIZE and READ_IMPLIES_EXEC is remembered without effect",
);

export const EXECUTION_CALLS: readonly SystemCall[] = [execve, execveat, personality];
