/**
 * C programs that make one system call after the other and print what came: the same on the real kernel, in an empty folder of
 * a tmpfs, and on ours.
 */
import { describe, expect, it } from "vitest";
import { canAskInMemory } from "../abi/native.js";
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
      const { real, ours } = compareInMemory(name);
      expect(ours).toEqual(real);
    });
  },
);
