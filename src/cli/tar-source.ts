/**
 * A tar archive as the guest's root. Reads ustar with GNU long names, pax records, and sparse files of both (`tar-sparse.ts`).
 * Source: POSIX.1-2017, pax "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
 * Leaves out: devices and FIFOs (they are skipped), compressed archives.
 */
import type { FileSource, SourceStatus } from "../kernel/fs/file-source.js";
import { number, text } from "./tar-fields.js";
import { expandSparse, sparseHeaderLength } from "./tar-sparse.js";

interface Entry {
  status: SourceStatus;
  bytes: Uint8Array | undefined;
  names: Set<string>;
}

const BLOCK = 512;

export class TarSource implements FileSource {
  readonly immutable = true as const;
  private readonly entries = new Map<string, Entry>();

  /** Throws when the bytes are no tar archive. */
  constructor(archive: Uint8Array) {
    this.enter("", { kind: "directory", mode: 0o755, size: 0, modified: 0n });
    this.readAll(archive);
  }

  list(path: string): readonly string[] {
    return [...(this.entries.get(path)?.names ?? [])];
  }

  stat(path: string): SourceStatus | undefined {
    return this.entries.get(path)?.status;
  }

  read(path: string): Uint8Array | undefined {
    return this.entries.get(path)?.bytes;
  }

  private readAll(archive: Uint8Array): void {
    let longName: string | undefined;
    let longTarget: string | undefined;
    let records: ReadonlyMap<string, string> = new Map();
    for (let at = 0; at + BLOCK <= archive.length; ) {
      const header = archive.subarray(at, at + BLOCK);
      if (header.every((byte) => byte === 0)) break;
      if (!checksumFits(header))
        throw new Error(`no tar header at byte ${at}: is this an uncompressed tar archive?`);
      const size = Number(records.get("size") ?? number(header, 124, 12));
      const start = at + BLOCK + sparseHeaderLength(archive, at);
      const body = archive.subarray(start, start + size);
      const headers = archive.subarray(at, start);
      at = start + Math.ceil(size / BLOCK) * BLOCK;
      const type = String.fromCharCode(header[156] ?? 0);
      if (type === "L") longName = text(body, 0, size);
      else if (type === "K") longTarget = text(body, 0, size);
      else if (type === "x") {
        records = paxRecords(body);
        longName = records.get("GNU.sparse.name") ?? records.get("path") ?? longName;
        longTarget = records.get("linkpath") ?? longTarget;
      } else if (type !== "g") {
        const whole = expandSparse(headers, type, body, records);
        this.add(header, type === "S" ? "0" : type, whole, longName, longTarget, records);
        longName = longTarget = undefined;
        records = new Map();
      }
    }
  }

  private add(
    header: Uint8Array,
    type: string,
    body: Uint8Array,
    longName: string | undefined,
    longTarget: string | undefined,
    records: ReadonlyMap<string, string>,
  ): void {
    const prefix = text(header, 257, 6) === "ustar" ? text(header, 345, 155) : "";
    const name = longName ?? (prefix ? `${prefix}/` : "") + text(header, 0, 100);
    const path = name
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/");
    if (path.split("/").includes("..")) return;
    const common = {
      mode: number(header, 100, 8) & 0o7777,
      modified: momentOf(records.get("mtime")) ?? BigInt(number(header, 136, 12)) * 1_000_000_000n,
      uid: Number(records.get("uid") ?? number(header, 108, 8)),
      gid: Number(records.get("gid") ?? number(header, 116, 8)),
    };
    const target = longTarget ?? text(header, 157, 100);
    if (type === "5") this.enter(path, { ...common, kind: "directory", size: 0 });
    else if (type === "2") this.enter(path, { ...common, kind: "symlink", size: target.length, target });
    else if (type === "1") {
      const original = this.entries.get(
        target
          .split("/")
          .filter((part) => part !== "" && part !== ".")
          .join("/"),
      );
      if (original) this.enter(path, original.status, original.bytes);
    } else if (type === "0" || type === "\0")
      this.enter(path, { ...common, kind: "file", size: body.length }, body);
  }

  private enter(path: string, status: SourceStatus, bytes?: Uint8Array): void {
    const names = this.entries.get(path)?.names ?? new Set<string>();
    this.entries.set(path, { status, bytes, names });
    if (path === "") return;
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? "" : path.slice(0, slash);
    if (!this.entries.has(parent))
      this.enter(parent, { kind: "directory", mode: 0o755, size: 0, modified: 0n });
    this.entries.get(parent)!.names.add(path.slice(slash + 1));
  }
}

/** "seconds.fraction" of pax as nanoseconds. */
function momentOf(text: string | undefined): bigint | undefined {
  const [, seconds, fraction = ""] = /^(-?\d+)(?:\.(\d+))?$/.exec(text ?? "") ?? [];
  if (seconds === undefined) return undefined;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}

/** The sum of all bytes of the header, its own field counted as blanks. */
function checksumFits(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, n) => total + (n >= 148 && n < 156 ? 32 : byte), 0);
  return sum === number(header, 148, 8);
}

/** "LENGTH key=value\n" records. */
function paxRecords(body: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const length = Number.parseInt(text(body, at, 20), 10);
    if (!(length > 0)) break;
    const record = Buffer.from(body.subarray(at, at + length - 1)).toString("latin1");
    const [, key, value] = /^\d+ ([^=]*)=(.*)$/s.exec(record) ?? [];
    if (key !== undefined && value !== undefined) records.set(key, value);
    at += length;
  }
  return records;
}
