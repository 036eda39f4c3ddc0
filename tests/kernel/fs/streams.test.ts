import { describe, expect, it } from "vitest";
import { E } from "../../../src/kernel/abi/errno.js";
import { IOCTL, ioctlEntry } from "../../../src/kernel/abi/ioctls.js";
import {
  AT_FDCWD,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from "../../../src/kernel/abi/open-flags.js";
import { POLLIN } from "../../../src/kernel/abi/poll-events.js";
import { SIGNAL } from "../../../src/kernel/abi/signals.js";
import { TERMIOS, WINSIZE } from "../../../src/kernel/abi/structs.js";
import { ECHO, ICANON } from "../../../src/kernel/abi/termios-flags.js";
import { Blocked, type Blocking, type Sleeper, type WaitQueue } from "../../../src/kernel/fs/blocking.js";
import { close, controlDevice, makePipe, openOutsideTree } from "../../../src/kernel/fs/descriptors.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Files } from "../../../src/kernel/fs/files.js";
import { HostStream } from "../../../src/kernel/fs/host-stream.js";
import { FullDevice, NullDevice, ZeroDevice } from "../../../src/kernel/fs/memory-devices.js";
import { makeNode } from "../../../src/kernel/fs/names.js";
import { openAt } from "../../../src/kernel/fs/open.js";
import { OutputLog } from "../../../src/kernel/fs/output-log.js";
import { pollBlocked, readiness } from "../../../src/kernel/fs/poll.js";
import { read, write } from "../../../src/kernel/fs/read-write.js";
import { Terminal } from "../../../src/kernel/fs/terminal.js";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (array: Uint8Array): string => String.fromCharCode(...array);

/** A task that notes what woke it. */
class Task implements Sleeper {
  readonly woken: string[] = [];

  wake(queue: WaitQueue): void {
    this.woken.push(queue.name);
  }

  sleepOn(result: Blocking<unknown>): Blocked {
    if (!(result instanceof Blocked)) throw new Error(`did not block: ${result}`);
    for (const queue of result.queues) queue.add(this);
    return result;
  }
}

function readText(files: Files, fd: number, count = 100): string | Blocking<number> {
  const into = new Uint8Array(count);
  const result = read(files, fd, into);
  return typeof result === "number" && result >= 0 ? text(into.subarray(0, result)) : result;
}

function pipe(): { files: Files; reading: number; writing: number } {
  const files = new Files(new FileSystem());
  const ends = makePipe(files, 0);
  if (typeof ends === "number") throw new Error("no pipe");
  return { files, reading: ends[0], writing: ends[1] };
}

describe("a pipe", () => {
  it("lets a reader wait until something is written", () => {
    const { files, reading, writing } = pipe();
    const task = new Task();
    task.sleepOn(read(files, reading, new Uint8Array(10)));
    expect(write(files, writing, bytes("hi"))).toBe(2);
    expect(task.woken).toHaveLength(1);
    expect(readText(files, reading)).toBe("hi");
  });

  it("wakes the reader with the end when the last writer closes", () => {
    const { files, reading, writing } = pipe();
    const child = files.fork();
    const task = new Task();
    task.sleepOn(read(files, reading, new Uint8Array(10)));
    close(files, writing);
    expect(task.woken).toHaveLength(0);
    close(child, writing);
    expect(task.woken).toHaveLength(1);
    expect(readText(files, reading)).toBe("");
  });

  it("takes a write that is larger than itself in several parts, each byte once", () => {
    const { files, reading, writing } = pipe();
    const sent = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) & 0xff);
    const received: number[] = [];
    const writer = new Task();
    let result = write(files, writing, sent);
    while (result instanceof Blocked) {
      const { progress } = writer.sleepOn(result);
      const into = new Uint8Array(50_000);
      const count = read(files, reading, into);
      if (typeof count === "number") received.push(...into.subarray(0, count));
      result = write(files, writing, sent, progress);
    }
    expect(result).toBe(sent.length);
    for (let rest = new Uint8Array(100_000), n = read(files, reading, rest); n !== 0; n = 0) {
      if (typeof n === "number") received.push(...rest.subarray(0, n));
    }
    expect(Uint8Array.from(received)).toEqual(sent);
  });

  it("tells a writer who waited how much went in before the reader left", () => {
    const { files, reading, writing } = pipe();
    const result = write(files, writing, new Uint8Array(70_000));
    if (!(result instanceof Blocked)) throw new Error("did not block");
    expect(result.progress.done).toBe(65536);
    close(files, reading);
    expect(write(files, writing, new Uint8Array(70_000), result.progress)).toBe(65536);
    expect(write(files, writing, bytes("x"))).toBe(E.EPIPE);
  });

  it("never divides a write of up to 4096 bytes", () => {
    const { files, reading, writing } = pipe();
    write(files, writing, new Uint8Array(65536 - 100));
    const task = new Task();
    expect(task.sleepOn(write(files, writing, new Uint8Array(200))).progress.done).toBe(0);
    read(files, reading, new Uint8Array(99));
    expect(write(files, writing, new Uint8Array(200))).toBeInstanceOf(Blocked);
    read(files, reading, new Uint8Array(1));
    expect(write(files, writing, new Uint8Array(200))).toBe(200);
  });

  it("forgets a task that gave up waiting", () => {
    const { files, reading, writing } = pipe();
    const task = new Task();
    const { queues } = task.sleepOn(read(files, reading, new Uint8Array(1)));
    for (const queue of queues) queue.remove(task);
    write(files, writing, bytes("x"));
    expect(task.woken).toEqual([]);
  });
});

describe("a FIFO", () => {
  it("lets each end's opening wait for the other", () => {
    const files = new Files(new FileSystem());
    const other = files.fork();
    makeNode(files, AT_FDCWD, "/fifo", 0o010644);
    const task = new Task();
    const { progress } = task.sleepOn(openAt(files, AT_FDCWD, "/fifo", O_RDONLY, 0));
    expect(openAt(other, AT_FDCWD, "/fifo", O_WRONLY, 0)).toBe(0);
    expect(task.woken).toHaveLength(1);
    expect(openAt(files, AT_FDCWD, "/fifo", O_RDONLY, 0, progress)).toBe(0);
    write(other, 0, bytes("through"));
    expect(readText(files, 0)).toBe("through");
  });

  it("has no reader any more when a waiting opener was killed", () => {
    const files = new Files(new FileSystem());
    makeNode(files, AT_FDCWD, "/fifo", 0o010644);
    const { progress } = new Task().sleepOn(openAt(files, AT_FDCWD, "/fifo", O_RDONLY, 0));
    progress.opening?.release();
    expect(openAt(files, AT_FDCWD, "/fifo", O_WRONLY | O_NONBLOCK, 0)).toBe(E.ENXIO);
  });
});

describe("a stream of the host", () => {
  it("gives what was fed, waits for more, and ends when it was ended", () => {
    const files = new Files(new FileSystem());
    const stream = new HostStream(files.system, "standard input");
    openOutsideTree(files, stream, O_RDONLY);
    const task = new Task();
    task.sleepOn(read(files, 0, new Uint8Array(5)));
    stream.feed(bytes("abcdef"));
    expect(task.woken).toEqual(["data on standard input"]);
    expect([readText(files, 0, 4), readText(files, 0)]).toEqual(["abcd", "ef"]);
    stream.endInput();
    expect(readText(files, 0)).toBe("");
  });

  it("collects what is written, with the stream's name, until somebody drains it", () => {
    const files = new Files(new FileSystem());
    const log = new OutputLog();
    openOutsideTree(files, new HostStream(files.system, "standard output", log), O_WRONLY);
    openOutsideTree(files, new HostStream(files.system, "standard error", log), O_WRONLY);
    write(files, 0, bytes("one "));
    write(files, 1, bytes("two"));
    const pieces = log.drain().map((piece) => [piece.stream, text(piece.bytes)]);
    expect(pieces).toEqual([
      ["standard output", "one "],
      ["standard error", "two"],
    ]);
    expect(log.length).toBe(0);
  });

  it("lets a writer wait while the log is full", () => {
    const files = new Files(new FileSystem());
    const log = new OutputLog(4);
    openOutsideTree(files, new HostStream(files.system, "standard output", log), O_WRONLY);
    const task = new Task();
    const { progress } = task.sleepOn(write(files, 0, bytes("abcdef")));
    expect(progress.done).toBe(4);
    log.drain();
    expect(task.woken).toHaveLength(1);
    expect(write(files, 0, bytes("abcdef"), progress)).toBe(6);
    expect(log.drain().map((piece) => text(piece.bytes))).toEqual(["ef"]);
  });
});

describe("a terminal", () => {
  function terminal(): { files: Files; tty: Terminal } {
    const files = new Files(new FileSystem());
    const tty = files.system.put("/console", new Terminal(files.system, "the console", 5, 1));
    openAt(files, AT_FDCWD, "/console", O_RDWR, 0);
    return { files, tty };
  }

  it("gives a line only when it is finished, and echoes it", () => {
    const { files, tty } = terminal();
    tty.type(bytes("hel"));
    expect(readText(files, 0)).toBeInstanceOf(Blocked);
    tty.type(bytes("lo\rmore\r"));
    expect(readText(files, 0)).toBe("hello\n");
    expect(readText(files, 0)).toBe("more\n");
    expect(text(tty.output.drain())).toBe("hello\r\nmore\r\n");
  });

  it("lets a line be corrected before it is read", () => {
    const { files, tty } = terminal();
    tty.type(bytes("abx\x7fc\r"));
    tty.type(bytes("gone\x15kept\r"));
    tty.type(bytes("one two\x17three\r"));
    expect([readText(files, 0), readText(files, 0), readText(files, 0)]).toEqual([
      "abc\n",
      "kept\n",
      "one three\n",
    ]);
    expect(text(tty.output.drain()).slice(0, 9)).toBe("abx\b \bc\r\n");
  });

  it("takes Ctrl-D for the end when nothing was typed, and for sending when something was", () => {
    const { files, tty } = terminal();
    tty.type(bytes("\x04"));
    expect(readText(files, 0)).toBe("");
    tty.type(bytes("ab\x04"));
    expect(readText(files, 0)).toBe("ab");
  });

  it("makes a signal of Ctrl-C, drops the line, and shows ^C", () => {
    const { files, tty } = terminal();
    tty.type(bytes("abc"));
    tty.type(bytes("\x03"));
    expect(tty.signals).toEqual([SIGNAL.SIGINT]);
    expect(text(tty.output.drain())).toBe("abc^C");
    // What comes together is shown together, and what is dropped is not.
    tty.type(bytes("abc\x03"));
    expect(text(tty.output.drain())).toBe("^C");
    tty.type(bytes("\r"));
    expect(readText(files, 0)).toBe("\n");
  });

  it("gives single keys once canonical mode is off", () => {
    const { files, tty } = terminal();
    const settings = new Uint8Array(ioctlEntry(IOCTL.TCGETS)?.bytesOut ?? 0);
    controlDevice(files, 0, IOCTL.TCGETS, settings);
    const raw = { ...TERMIOS.decode(settings), c_lflag: TERMIOS.decode(settings).c_lflag & ~(ICANON | ECHO) };
    controlDevice(files, 0, IOCTL.TCSETS, TERMIOS.encode(raw));
    tty.type(bytes("x\x7f"));
    expect(readText(files, 0)).toBe("x\x7f");
    expect(tty.output.length).toBe(0);
  });

  it("turns a line feed into carriage return and line feed on its way out", () => {
    const { files, tty } = terminal();
    write(files, 0, bytes("a\nb"));
    expect(text(tty.output.drain())).toBe("a\r\nb");
  });

  it("tells its size and reports a change of it", () => {
    const { files, tty } = terminal();
    tty.resize(50, 132);
    const size = new Uint8Array(8);
    expect(controlDevice(files, 0, IOCTL.TIOCGWINSZ, size)).toBe(0);
    expect(WINSIZE.decode(size)).toMatchObject({ ws_row: 50, ws_col: 132 });
    expect(tty.signals).toEqual([SIGNAL.SIGWINCH]);
  });
});

describe("poll", () => {
  it("names the queues of all descriptors and wakes on any", () => {
    const { files, reading } = pipe();
    const stream = new HostStream(files.system, "keys");
    const input = openOutsideTree(files, stream, O_RDONLY);
    const questions = [reading, input].map((fd) => ({ fd, events: POLLIN }));
    expect(readiness(files, questions)).toEqual([0, 0]);
    const task = new Task();
    task.sleepOn(pollBlocked(files, questions));
    stream.feed(bytes("k"));
    expect(task.woken).toEqual(["data on keys"]);
    expect(readiness(files, questions)).toEqual([0, POLLIN]);
  });
});

describe("the devices without hardware", () => {
  it("answer as /dev/null, zero and full do", () => {
    const files = new Files(new FileSystem());
    files.system.put("/null", new NullDevice(files.system));
    files.system.put("/zero", new ZeroDevice(files.system));
    files.system.put("/full", new FullDevice(files.system));
    const [nothing, zeros, full] = ["/null", "/zero", "/full"].map((path) =>
      Number(openAt(files, AT_FDCWD, path, O_RDWR | O_CREAT, 0)),
    ) as [number, number, number];
    expect([readText(files, nothing), readText(files, zeros, 3), readText(files, full, 2)]).toEqual([
      "",
      "\0\0\0",
      "\0\0",
    ]);
    expect([nothing, zeros, full].map((fd) => write(files, fd, bytes("abc")))).toEqual([3, 3, E.ENOSPC]);
  });
});
