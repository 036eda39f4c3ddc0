/**
 * Directories of /proc: their entries are computed when somebody looks, as the processes are then.
 * Models proc_fill_cache and proc_readfd_common (Linux fs/proc/base.c, fs/proc/fd.c).
 */
import { Dentry } from "./dentry.js";
import { Directory, type Entry } from "./directory.js";
import type { FileSystem } from "./file-system.js";
import type { Inode } from "./inode.js";

/** Marks of processes and descriptors begin here (FIRST_PROCESS_ENTRY). */
const FIRST_NUMBER = 256;

/** Numbers come and go while somebody lists them, so their marks come of nothing but themselves. */
const markOf = (name: string, place: number): number =>
  /^\d+$/.test(name) ? FIRST_NUMBER + Number(name) : place + 3;

/** A directory whose entries are computed. Each has the same inode for as long as somebody may hold it. */
export abstract class ProcDirectory extends Directory {
  private readonly known = new Map<string, Dentry>();

  constructor(system: FileSystem) {
    super(system, 0o555, system.procDevice);
    this.isFixed = true;
  }

  /** The names that exist now, in listing order. */
  protected abstract names(): readonly string[];
  /** Whether a name leads somewhere; some do that are not listed. */
  protected has(name: string): boolean {
    return this.names().includes(name);
  }

  /** Makes the inode of a name that exists. */
  protected abstract make(name: string): Inode;

  override get size(): number {
    return 0;
  }

  override child(name: string): Dentry | undefined {
    const fixed = super.child(name);
    if (fixed) return fixed;
    if (!this.has(name)) {
      this.known.delete(name);
      return undefined;
    }
    return this.known.get(name) ?? this.enterComputed(name);
  }

  private enterComputed(name: string): Dentry {
    const inode = this.make(name);
    const dentry = new Dentry(name, this.dentry, inode);
    if (inode instanceof Directory) inode.place(dentry);
    this.known.set(name, dentry);
    return dentry;
  }

  override list(after = 0): readonly Entry[] {
    const fixed = super.list();
    const computed = this.names().flatMap((name) => this.child(name) ?? []);
    return [...fixed.map((entry) => entry.dentry), ...computed]
      .map((dentry, i) => ({ dentry, mark: markOf(dentry.name, i) }))
      .filter((entry) => entry.mark > after);
  }
}
