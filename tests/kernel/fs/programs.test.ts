/**
 * C programs that make one system call after the other and print what came: the same on the real kernel, in an empty folder of
 * a tmpfs, and on ours.
 */
import { describe, it } from "vitest";
import { canAskInMemory } from "../abi/native.js";
import { expectAnswerOf } from "../compare-program.js";
import { compareInMemory } from "./compare-in-memory.js";

describe.skipIf(!canAskInMemory)(
  "a program that prints the results of its calls prints what it does on a real kernel",
  () => {
    it.each([
      "inotify.c",
      "transfers.c",
      "waiting.c",
      "fifo.c",
      "locks.c",
      "sockets.c",
      "socket-timeouts.c",
      "names.c",
      "mounts.c",
      "scopes.c",
      "pty.c",
      "tty-modes.c",
      "retries.c",
    ])("%s", (name) => {
      compareInMemory(name, ({ ours, ask }) => expectAnswerOf(ours, ask));
    });
  },
);
