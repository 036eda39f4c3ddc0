/**
 * The file system by which formats of programs are registered, at /proc/sys/fs/binfmt_misc:
 *
 *     register     takes lines like :name:M::\x7fABC::/interpreter:     (see exec/misc-entry.ts)
 *     status       enabled or disabled; takes 1, 0, and -1, which forgets all entries
 *     name         an entry for each line: tells it; takes 1, 0, and -1, which forgets it
 *
 * Models Linux 6.18, fs/binfmt_misc.c. Leaves out: an instance for each user namespace.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { S_IFREG } from "../abi/file-modes.js";
import { type MiscEntry, parseMiscEntry } from "../exec/binfmt-misc-entry.js";
import { MiscRegistry } from "../exec/binfmt-misc-registry.js";
import { openInterpreter } from "../exec/program-reference.js";
import { refused } from "../exec/refusal.js";
import type { Blocking } from "./blocking.js";
import { fromBytes, toBytes } from "./byte-string.js";
import type { Dentry } from "./dentry.js";
import { Directory } from "./directory.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import { cover, MS_NODEV, MS_NOEXEC, MS_NOSUID } from "./mounts.js";
import type { OpenFile } from "./open-file.js";

const LONGEST_NAME = 255;

/** The root directory. */
class MiscDirectory extends Directory {
  readonly registry = new MiscRegistry();

  constructor(system: FileSystem) {
    super(system, 0o755, system.newDevice());
    this.isFixed = true;
  }

  override get size(): number {
    return 0;
  }

  override get blocks(): number {
    return 0;
  }

  /** The fixed files come with the first name. */
  override place(dentry: Dentry): Dentry {
    const isFirst = !this.hasName;
    super.place(dentry);
    if (isFirst) {
      this.add("register", new RegisterFile(this.system, this, 0o200));
      this.add("status", new StatusFile(this.system, this, 0o644));
    }
    return dentry;
  }

  /** Takes a new entry; EEXIST when its name is taken. */
  enterEntry(entry: MiscEntry): Result<0> {
    if (entry.name.length > LONGEST_NAME) return E.ENAMETOOLONG;
    if (this.child(entry.name)) return E.EEXIST;
    this.add(entry.name, new EntryFile(this.system, this, entry));
    this.registry.add(entry);
    return 0;
  }

  removeEntry(entry: MiscEntry): void {
    const dentry = this.child(entry.name);
    if (!(dentry?.inode instanceof EntryFile) || dentry.inode.entry !== entry) return;
    this.remove(dentry);
    dentry.deleted = true;
    dentry.inode.links = 0;
    this.registry.remove(entry);
  }

  removeAll(): void {
    for (const entry of this.registry.list) this.removeEntry(entry);
  }
}

/** A file whose text is made anew at each read. */
abstract class MiscFile extends Inode {
  constructor(
    system: FileSystem,
    protected readonly directory: MiscDirectory,
    permissions: number,
  ) {
    super(system, S_IFREG | permissions, directory.device);
  }

  protected abstract text(): string;

  override get seekable(): boolean {
    return true;
  }

  override read(_file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    const part = toBytes(this.text()).subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }
}

/** What "0", "1" and "-1" ask for. */
type Command = "disable" | "enable" | "remove" | "nothing";

function commandIn(bytes: Uint8Array): Result<Command> {
  const word = bytes.length > 3 ? undefined : fromBytes(bytes).replace(/\n$/, "");
  const known: Readonly<Record<string, Command>> = { 0: "disable", 1: "enable", "-1": "remove" };
  return bytes.length === 0 ? "nothing" : (known[word ?? ""] ?? E.EINVAL);
}

class EntryFile extends MiscFile {
  constructor(
    system: FileSystem,
    directory: MiscDirectory,
    readonly entry: MiscEntry,
  ) {
    super(system, directory, 0o644);
  }

  protected override text(): string {
    return this.entry.text;
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    const command = commandIn(bytes);
    if (failed(command)) return command;
    if (command === "remove") this.directory.removeEntry(this.entry);
    else if (command !== "nothing") this.entry.enabled = command === "enable";
    return bytes.length;
  }
}

class StatusFile extends MiscFile {
  protected override text(): string {
    return this.directory.registry.enabled ? "enabled\n" : "disabled\n";
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    const command = commandIn(bytes);
    if (failed(command)) return command;
    if (command === "remove") this.directory.removeAll();
    else if (command !== "nothing") this.directory.registry.enabled = command === "enable";
    return bytes.length;
  }
}

class RegisterFile extends MiscFile {
  protected override text(): string {
    return "";
  }

  override read(): Blocking<number> {
    return E.EINVAL;
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    const entry = parseMiscEntry(fromBytes(bytes));
    if (failed(entry)) return entry;
    const opened = entry.flags.openFile ? this.openNow(entry) : 0;
    const entered = opened || this.directory.enterEntry(entry);
    if (entered) entry.interpreterFile?.release();
    return entered || bytes.length;
  }

  /** Flag F: opens the interpreter as whoever writes sees it. */
  private openNow(entry: MiscEntry): Result<0> {
    const { processes } = this.system;
    const files = processes?.files(processes.current()?.process ?? 0);
    if (!files) return E.ENOENT;
    const file = openInterpreter(files, entry.interpreter);
    if (refused(file)) return file.errno;
    entry.interpreterFile = file;
    return 0;
  }
}

/** Makes the file system and, where there is a /proc, mounts it there. What is registered in it. */
export function mountBinfmtMisc(system: FileSystem): MiscRegistry {
  const root = new MiscDirectory(system);
  system.kernelTrees.set("binfmt_misc", root);
  if (system.find("/proc/sys/fs")) {
    const point = system.directory("/proc/sys/fs/binfmt_misc", 0o555).dentry;
    const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    cover(system, point, root, { source: "binfmt_misc", type: "binfmt_misc", flags, options: "" });
  }
  return root.registry;
}
