/** A folder of the host as the guest's root: read when the guest looks, never written. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FileSource, SourceStatus } from "../kernel/fs/file-source.js";

export class HostFolder implements FileSource {
  readonly immutable = true as const;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  list(path: string): readonly string[] {
    try {
      return readdirSync(this.locate(path), "buffer").map((name) => name.toString("latin1"));
    } catch {
      return [];
    }
  }

  stat(path: string): SourceStatus | undefined {
    try {
      const found = lstatSync(this.locate(path), { bigint: true });
      const kind = found.isFile()
        ? "file"
        : found.isDirectory()
          ? "directory"
          : found.isSymbolicLink()
            ? "symlink"
            : undefined;
      if (!kind) return undefined;
      const common = {
        kind,
        mode: Number(found.mode) & 0o7777,
        size: Number(found.size),
        modified: found.mtimeNs,
        uid: 0,
        gid: 0,
      } as const;
      return kind === "symlink"
        ? { ...common, target: readlinkSync(this.locate(path), "buffer").toString("latin1") }
        : common;
    } catch {
      return undefined;
    }
  }

  read(path: string): Uint8Array | undefined {
    try {
      return readFileSync(this.locate(path));
    } catch {
      return undefined;
    }
  }

  /** Links are the guest's affair: it walks one component after the other, so no host link is followed on the way. */
  private locate(path: string): Buffer | string {
    return path === ""
      ? this.folder
      : Buffer.from(join(Buffer.from(this.folder).toString("latin1"), path), "latin1");
  }
}
