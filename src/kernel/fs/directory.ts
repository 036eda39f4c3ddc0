/**
 * A directory: names and where they lead. One that comes from outside asks its source name by name, and for the whole list
 * only when it is listed.
 * Models fs/libfs.c (simple directories with stable offsets) and a read-only lower layer as in overlayfs.
 */
import { E } from "../abi/errno.js";
import { S_IFDIR } from "../abi/file-modes.js";
import type { Blocking } from "./blocking.js";
import { Dentry } from "./dentry.js";
import type { SourcePlace } from "./file-source.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import { inodeFromSource } from "./source-inode.js";

/** An entry with its mark: the position at which a listing goes on behind it. */
export interface Entry {
  readonly dentry: Dentry;
  readonly mark: number;
}

/** Marks of "." and "..". */
const FIRST_MARK = 3;

export class Directory extends Inode {
  /** Programs can neither add nor remove names. */
  isFixed = false;
  private readonly entries = new Map<string, Entry>();
  private nextMark = FIRST_MARK;
  /** Names of the source that were removed or replaced here. */
  private readonly hidden = new Set<string>();
  private listed = false;
  private origin: SourcePlace | undefined;
  private ownName: Dentry | undefined;

  constructor(system: FileSystem, permissions: number, device?: number) {
    super(system, S_IFDIR | permissions, device);
    this.links = 2;
  }

  /** A directory whose first contents lie outside. */
  static from(system: FileSystem, place: SourcePlace, permissions: number): Directory {
    const directory = new Directory(system, permissions);
    directory.origin = place;
    return directory;
  }

  /** The one name that leads here. */
  get dentry(): Dentry {
    if (!this.ownName) throw new Error("a directory was used before it got its name");
    return this.ownName;
  }

  /** Whether `place` was called. */
  get hasName(): boolean {
    return this.ownName !== undefined;
  }

  /** Gives the directory its name; the root and those outside the tree have no parent. */
  place(dentry: Dentry): Dentry {
    this.ownName = dentry;
    return dentry;
  }

  override get givesPages(): boolean {
    return false;
  }

  override get size(): number {
    return 4096;
  }

  override get blocks(): number {
    return 8;
  }

  override get seekable(): boolean {
    return true;
  }

  override read(): Blocking<number> {
    return E.EISDIR;
  }

  /** What `name` leads to. */
  child(name: string): Dentry | undefined {
    return this.entries.get(name)?.dentry ?? this.fetch(name);
  }

  private fetch(name: string): Dentry | undefined {
    if (!this.origin || this.hidden.has(name)) return undefined;
    const inode = inodeFromSource(this.system, this.origin.child(name));
    return inode ? this.enter(name, inode) : undefined;
  }

  /** The source's entry of this name shall not show again. */
  private hide(name: string): void {
    if (this.origin) this.hidden.add(name);
  }

  private enter(name: string, inode: Inode): Dentry {
    const dentry = new Dentry(name, this.dentry, inode);
    if (inode instanceof Directory) {
      inode.place(dentry);
      this.links++;
    }
    this.entries.set(name, { dentry, mark: this.nextMark++ });
    return dentry;
  }

  /** Enters a new name, which must be free. */
  add(name: string, inode: Inode): Dentry {
    if (this.entries.has(name)) throw new Error(`${name} is entered twice`);
    this.hide(name);
    this.noteModification();
    return this.enter(name, inode);
  }

  /** Takes a name out. What it leads to keeps its count of names; the caller sees to that. */
  remove(dentry: Dentry): void {
    this.entries.delete(dentry.name);
    this.hide(dentry.name);
    if (dentry.inode.isDirectory) this.links--;
    this.noteModification();
  }

  /** Takes in a name that `rename` brings from elsewhere; the name must be free. */
  adopt(dentry: Dentry, name: string): void {
    dentry.name = name;
    dentry.parent = this.dentry;
    this.hide(name);
    if (dentry.inode.isDirectory) this.links++;
    this.entries.set(name, { dentry, mark: this.nextMark++ });
    this.noteModification();
  }

  /** How many names there are here and below. */
  nameCount(): number {
    return this.list().reduce(
      (sum, { dentry: { inode } }) => sum + 1 + (inode instanceof Directory ? inode.nameCount() : 0),
      0,
    );
  }

  get isEmpty(): boolean {
    return this.list().length === 0;
  }

  /** Entries behind the mark `after`, in the order in which they were made. "." and ".." are not among them. */
  list(after = 0): readonly Entry[] {
    this.fetchAll();
    return [...this.entries.values()].filter((entry) => entry.mark > after);
  }

  private fetchAll(): void {
    if (!this.origin || this.listed) return;
    this.listed = true;
    for (const name of [...this.origin.source.list(this.origin.path)].sort()) {
      if (!this.entries.has(name)) this.fetch(name);
    }
  }
}
