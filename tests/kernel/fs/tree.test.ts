import { describe, expect, it } from "vitest";
import { E } from "../../../src/kernel/abi/errno.js";
import {
  AT_FDCWD,
  O_CLOEXEC,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from "../../../src/kernel/abi/open-flags.js";
import { fromBytes, fromText, toBytes } from "../../../src/kernel/fs/byte-string.js";
import { Directory } from "../../../src/kernel/fs/directory.js";
import type { FileSource, SourceStatus } from "../../../src/kernel/fs/file-source.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Files } from "../../../src/kernel/fs/files.js";
import { readLink, unlink } from "../../../src/kernel/fs/names.js";
import { openAt } from "../../../src/kernel/fs/open.js";
import type { ProcessInformation } from "../../../src/kernel/fs/process-information.js";
import { RandomPool } from "../../../src/kernel/fs/random-pool.js";
import { read, write, writeAt } from "../../../src/kernel/fs/read-write.js";
import { RegularFile } from "../../../src/kernel/fs/regular-file.js";
import { rename } from "../../../src/kernel/fs/rename.js";
import { addStandardTree } from "../../../src/kernel/fs/standard-tree.js";
import { changeTimes, statusAt } from "../../../src/kernel/fs/status.js";
import { currentDirectory } from "../../../src/kernel/fs/working-directory.js";
import { RLIMIT } from "../../../src/kernel/resource-limits.js";

const NAME = { release: "6.18.0", version: "#1 SMP", hostname: "book" };

function contentsAt(files: Files, path: string): string | number {
  const fd = openAt(files, AT_FDCWD, path, O_RDONLY, 0);
  if (typeof fd !== "number" || fd < 0) return Number(fd);
  const into = new Uint8Array(1000);
  const count = Number(read(files, fd, into));
  files.descriptors.close(fd);
  return count < 0 ? count : fromBytes(into.subarray(0, count));
}

/** A folder outside that counts what is asked of it. */
class Folder implements FileSource {
  readonly immutable = true;
  readonly asked: string[] = [];
  readonly files: Readonly<Record<string, string>> = {
    "bin/tool": "program",
    "etc/motd": "welcome\n",
    "etc/big": "0123456789".repeat(1000),
  };

  list(path: string): readonly string[] {
    this.asked.push(`list ${path}`);
    const prefix = path === "" ? "" : `${path}/`;
    const below = Object.keys(this.files).filter((name) => name.startsWith(prefix));
    return [...new Set(below.map((name) => name.slice(prefix.length).split("/")[0] ?? ""))];
  }

  stat(path: string): SourceStatus | undefined {
    this.asked.push(`stat ${path}`);
    const modified = 1_000_000_000n;
    const content = this.files[path];
    if (content !== undefined) return { kind: "file", mode: 0o755, size: content.length, modified };
    if (path === "link") return { kind: "symlink", mode: 0o777, size: 8, modified, target: "etc/motd" };
    const isDirectory = Object.keys(this.files).some((name) => name.startsWith(`${path}/`));
    return isDirectory ? { kind: "directory", mode: 0o755, size: 0, modified } : undefined;
  }

  read(path: string): Uint8Array | undefined {
    this.asked.push(`read ${path}`);
    const content = this.files[path];
    return content === undefined ? undefined : toBytes(content);
  }
}

function overFolder(): { folder: Folder; files: Files } {
  const folder = new Folder();
  return { folder, files: new Files(new FileSystem({ source: folder })) };
}

describe("a folder from outside", () => {
  it("is asked only for what is looked at", () => {
    const { folder, files } = overFolder();
    statusAt(files, AT_FDCWD, "/etc/big", 0);
    expect(folder.asked).toEqual(["stat etc", "stat etc/big"]);
    expect(contentsAt(files, "/link")).toBe("welcome\n");
    expect(contentsAt(files, "/etc/motd")).toBe("welcome\n");
    expect(folder.asked.filter((line) => line === "read etc/motd")).toHaveLength(1);
  });

  it("keeps its bytes when the guest writes", () => {
    const { files, folder } = overFolder();
    const fd = Number(openAt(files, AT_FDCWD, "/etc/big", O_RDWR, 0));
    writeAt(files, fd, toBytes("XY"), 5000);
    const into = new Uint8Array(6);
    read(files, fd, into);
    expect(fromBytes(into)).toBe("012345");
    expect(fromBytes(files.system.contents("/etc/big")?.subarray(4998, 5004) ?? new Uint8Array())).toBe(
      "89XY23",
    );
    expect(folder.files["etc/big"]?.slice(5000, 5002)).toBe("01");
  });

  it("does not show again what the guest removed or renamed", () => {
    const { files } = overFolder();
    expect(unlink(files, AT_FDCWD, "/etc/motd")).toBe(0);
    expect(rename(files, AT_FDCWD, "/bin/tool", AT_FDCWD, "/etc/tool")).toBe(0);
    expect(contentsAt(files, "/etc/motd")).toBe(E.ENOENT);
    expect(contentsAt(files, "/bin/tool")).toBe(E.ENOENT);
    const etc = files.system.directory("/etc");
    expect(
      etc
        .list()
        .map(({ dentry }) => dentry.name)
        .sort(),
    ).toEqual(["big", "tool"]);
    expect(contentsAt(files, "/etc/tool")).toBe("program");
  });
});

describe("the content of a file", () => {
  it("reads zeros where nothing was written, also where the file was once longer", () => {
    const files = new Files(new FileSystem());
    const file = files.system.putFile("/f", new Uint8Array(10_000).fill(7));
    file.truncate(3);
    file.truncate(6000);
    const bytes = file.readAt(0, 10_000);
    expect(bytes.length).toBe(6000);
    expect([...bytes.subarray(0, 4)]).toEqual([7, 7, 7, 0]);
    expect(bytes.subarray(3).every((byte) => byte === 0)).toBe(true);
  });

  it("takes space only where it was written, and gives it back with the last name and description", () => {
    const files = new Files(new FileSystem());
    const { space } = files.system;
    const fd = Number(openAt(files, AT_FDCWD, "/sparse", O_WRONLY | O_CREAT, 0o644));
    writeAt(files, fd, toBytes("end"), 1_000_000);
    expect(space.used).toBe(4096);
    unlink(files, AT_FDCWD, "/sparse");
    expect(space.used).toBe(4096);
    files.descriptors.close(fd);
    expect(space.used).toBe(0);
  });

  it("is cut short when the disk is full, and then refuses with ENOSPC", () => {
    const files = new Files(new FileSystem({ capacity: 8192 }));
    const fd = Number(openAt(files, AT_FDCWD, "/f", O_WRONLY | O_CREAT, 0o644));
    expect(write(files, fd, new Uint8Array(10_000))).toBe(8192);
    expect(write(files, fd, new Uint8Array(1))).toBe(E.ENOSPC);
  });

  it("cannot be changed while it is executed", () => {
    const files = new Files(new FileSystem());
    const program = files.system.putFile("/program", toBytes("code"), 0o755);
    program.executing++;
    expect(openAt(files, AT_FDCWD, "/program", O_WRONLY, 0)).toBe(E.ETXTBSY);
    expect(openAt(files, AT_FDCWD, "/program", O_RDONLY, 0)).toBe(0);
  });
});

describe("descriptors", () => {
  it("share their position after fork, and part at exec by close-on-exec", () => {
    const parent = new Files(new FileSystem());
    parent.system.putFile("/f", toBytes("abcdef"));
    openAt(parent, AT_FDCWD, "/f", O_RDONLY, 0);
    openAt(parent, AT_FDCWD, "/f", O_RDONLY | O_CLOEXEC, 0);
    const child = parent.fork();
    const into = new Uint8Array(3);
    read(child, 0, into);
    read(parent, 0, into);
    expect(fromBytes(into)).toBe("def");
    child.descriptors.closeOnExec();
    expect([child.descriptors.numbers(), parent.descriptors.numbers()]).toEqual([[0], [0, 1]]);
  });

  it("are refused beyond the limit", () => {
    const files = new Files(new FileSystem());
    files.system.putFile("/f", toBytes(""));
    files.limits.set(RLIMIT.NOFILE, { soft: 2n, hard: 2n });
    const opened = Array.from({ length: 3 }, () => openAt(files, AT_FDCWD, "/f", O_RDONLY, 0));
    expect(opened).toEqual([0, 1, E.EMFILE]);
  });
});

describe("paths", () => {
  it("follow a directory that is renamed while somebody stands in it", () => {
    const files = new Files(new FileSystem());
    files.system.directory("/a/b");
    files.place.current = files.system.find("/a/b") ?? files.place.current;
    rename(files, AT_FDCWD, "/a", AT_FDCWD, "/z");
    expect(currentDirectory(files)).toBe("/z/b");
  });

  it("keep any byte, and hold UTF-8 as bytes", () => {
    expect(fromText("é")).toBe("\xc3\xa9");
    const files = new Files(new FileSystem());
    openAt(files, AT_FDCWD, "/\xff\xfe", O_WRONLY | O_CREAT, 0o644);
    expect(files.system.rootDirectory.list().map(({ dentry }) => dentry.name)).toEqual(["\xff\xfe"]);
  });
});

describe("times", () => {
  it("are those that the kernel's clock showed, or that the program sets", () => {
    const files = new Files(new FileSystem({ now: 5n }));
    files.system.putFile("/f", toBytes("x"));
    files.system.now = 77n;
    contentsAt(files, "/f");
    expect(statusAt(files, AT_FDCWD, "/f", 0)).toMatchObject({ accessed: 77n, modified: 5n });
    const time = { seconds: 3n, nanoseconds: 9 };
    changeTimes(files, AT_FDCWD, "/f", [time, time], 0);
    expect(statusAt(files, AT_FDCWD, "/f", 0)).toMatchObject({ accessed: 3_000_000_009n, changed: 77n });
  });
});

describe("the standard tree", () => {
  const system = new FileSystem({ seed: 7 });
  addStandardTree(system, NAME);
  const files = new Files(system);
  const information: ProcessInformation = {
    processes: () => [1, 42],
    current: () => ({ process: 42, thread: 42 }),
    threads: (process) => [process],
    exists: (task) => task === 1 || task === 42,
    children: () => "",
    executable: () => system.find("/bin/program"),
    files: () => files,
    write: () => E.EINVAL,
    text: (process, name) => (name === "cmdline" ? `program\0${process}\0` : undefined),
    systemText: () => undefined,
    mayInspect: () => true,
    memory: () => undefined,
  };
  system.processes = information;
  system.putFile("/bin/program", toBytes("code"), 0o755);

  it("has devices, temporary folders and the users' names", () => {
    expect(statusAt(files, AT_FDCWD, "/tmp", 0)).toMatchObject({ mode: 0o041777 });
    expect(statusAt(files, AT_FDCWD, "/dev/null", 0)).toMatchObject({ mode: 0o020666, represents: 0x103 });
    expect(contentsAt(files, "/etc/passwd")).toMatch(/^root:x:0:0:/);
  });

  it("tells each process about itself in /proc/self", () => {
    expect(readLink(files, AT_FDCWD, "/proc/self")).toBe("42");
    expect(readLink(files, AT_FDCWD, "/proc/self/exe")).toBe("/bin/program");
    expect(contentsAt(files, "/proc/self/exe")).toBe("code");
    expect(contentsAt(files, "/proc/1/cmdline")).toBe("program\x001\0");
    expect(contentsAt(files, "/proc/sys/kernel/osrelease")).toBe("6.18.0\n");
    expect(contentsAt(files, "/proc/7/exe")).toBe(E.ENOENT);
  });

  it("leads from /dev/stdin to the very description's file", () => {
    const fd = Number(openAt(files, AT_FDCWD, "/etc/hosts", O_RDONLY, 0));
    expect(contentsAt(files, `/dev/fd/${fd}`)).toMatch(/localhost/);
    files.descriptors.close(fd);
  });

  it("lists processes beside the system's texts, and lets nobody add to them", () => {
    const proc = system.directory("/proc");
    const names = proc.list().map(({ dentry }) => dentry.name);
    expect(names).toEqual(expect.arrayContaining(["self", "meminfo", "version", "1", "42"]));
    expect(openAt(files, AT_FDCWD, "/proc/new", O_WRONLY | O_CREAT, 0o644)).toBe(E.EACCES);
  });

  it("keeps the path of an executable that was removed", () => {
    unlink(files, AT_FDCWD, "/bin/program");
    const gone = system.putFile("/bin/other", toBytes(""));
    expect(gone).toBeInstanceOf(RegularFile);
    expect(readLink(files, AT_FDCWD, "/proc/self/exe")).toBe(E.ENOENT);
  });

  it("adds to a folder from outside only what it lacks", () => {
    const { files: over } = overFolder();
    addStandardTree(over.system, NAME);
    expect(contentsAt(over, "/etc/motd")).toBe("welcome\n");
    expect(contentsAt(over, "/etc/passwd")).toMatch(/^root/);
    expect(over.system.find("/bin")?.inode).toBeInstanceOf(Directory);
    expect(contentsAt(over, "/bin/tool")).toBe("program");
  });
});

describe("random bytes", () => {
  it("are the same for the same seed, and others for another", () => {
    const first = new RandomPool(1).take(1000);
    expect(new RandomPool(1).take(1000)).toEqual(first);
    expect(new RandomPool(2).take(1000)).not.toEqual(first);
  });

  it("do not prefer any value much", () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of new RandomPool(3).take(256_000)) counts[byte] = (counts[byte] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });
});
