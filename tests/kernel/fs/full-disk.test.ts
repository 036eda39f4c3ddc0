/** A disk that is full at the n-th page, for every n: a clean error, and nothing lost that was written and closed before. */
import { describe, expect, it } from "vitest";
import { E } from "../../../src/kernel/abi/errno.js";
import { AT_FDCWD, O_CREAT, O_RDWR, O_WRONLY } from "../../../src/kernel/abi/open-flags.js";
import { allocate } from "../../../src/kernel/fs/allocate.js";
import { copyRange } from "../../../src/kernel/fs/copies.js";
import { close } from "../../../src/kernel/fs/descriptors.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Files } from "../../../src/kernel/fs/files.js";
import { unlink } from "../../../src/kernel/fs/names.js";
import { openAt } from "../../../src/kernel/fs/open.js";
import { write, writeAt } from "../../../src/kernel/fs/read-write.js";
import { truncateOpen } from "../../../src/kernel/fs/status.js";

const PAGE = 4096;
const SIZES = [1, 5000, 12_288, 4096, 70_000, 3, 8191];
const PAGES_IN_ALL = SIZES.reduce((sum, size) => sum + Math.ceil(size / PAGE), 0);

const contentOf = (n: number, size: number) =>
  Uint8Array.from({ length: size }, (_, i) => (i * 7 + n) & 0xff);

/** Writes one file after the other in pieces; those that were closed without an error. */
function writeFiles(files: Files): number[] {
  const closed: number[] = [];
  SIZES.forEach((size, n) => {
    const fd = openAt(files, AT_FDCWD, `/file${n}`, O_CREAT | O_WRONLY, 0o644);
    if (typeof fd !== "number" || fd < 0) throw new Error("a file without bytes takes no room");
    const bytes = contentOf(n, size);
    let done = 0;
    while (done < size) {
      const wrote = write(files, fd, bytes.subarray(done, done + 3000));
      if (typeof wrote !== "number") throw new Error("a write to a file does not wait");
      if (wrote < 0) {
        expect(wrote).toBe(E.ENOSPC);
        break;
      }
      done += wrote;
    }
    expect(close(files, fd)).toBe(0);
    if (done === size) closed.push(n);
  });
  return closed;
}

describe("a disk that is full at the n-th page", () => {
  it.each(Array.from({ length: PAGES_IN_ALL + 1 }, (_, n) => n))(
    "n = %i: keeps what was written and closed",
    (pages) => {
      const system = new FileSystem({ capacity: pages * PAGE });
      const files = new Files(system);
      const closed = writeFiles(files);
      for (const n of closed) expect(system.contents(`/file${n}`)).toEqual(contentOf(n, SIZES[n]!));
      expect(closed.length === SIZES.length).toBe(pages === PAGES_IN_ALL);
      expect(system.space.used).toBeLessThanOrEqual(system.space.capacity);
    },
  );

  it("has all its room again when the files are gone", () => {
    const system = new FileSystem({ capacity: 9 * PAGE });
    const files = new Files(system);
    writeFiles(files);
    SIZES.forEach((_, n) => unlink(files, AT_FDCWD, `/file${n}`));
    expect(system.space.used).toBe(0);
  });

  it("refuses to allocate what it has not, and takes nothing then", () => {
    const system = new FileSystem({ capacity: 4 * PAGE });
    const files = new Files(system);
    const fd = openAt(files, AT_FDCWD, "/file", O_CREAT | O_RDWR, 0o644) as number;
    expect(allocate(files, fd, 0, 0, 5 * PAGE)).toBe(E.ENOSPC);
    expect(system.space.used).toBe(0);
    expect(allocate(files, fd, 0, 0, 4 * PAGE)).toBe(0);
    expect(writeAt(files, fd, Uint8Array.of(1), 4 * PAGE)).toBe(E.ENOSPC);
    expect(writeAt(files, fd, Uint8Array.of(1), 3 * PAGE)).toBe(1);
    expect(truncateOpen(files, fd, 0)).toBe(0);
    expect(system.space.used).toBe(0);
  });

  it("copies as much of a file as there is room for", () => {
    const system = new FileSystem({ capacity: 5 * PAGE });
    const files = new Files(system);
    const from = openAt(files, AT_FDCWD, "/from", O_CREAT | O_RDWR, 0o644) as number;
    const to = openAt(files, AT_FDCWD, "/to", O_CREAT | O_RDWR, 0o644) as number;
    writeAt(files, from, contentOf(1, 3 * PAGE), 0);
    expect(copyRange(files, from, 0, to, 0, 3 * PAGE)).toBe(2 * PAGE);
    expect(copyRange(files, from, 2 * PAGE, to, 2 * PAGE, PAGE)).toBe(E.ENOSPC);
    expect(system.contents("/to")).toEqual(contentOf(1, 2 * PAGE));
  });
});
