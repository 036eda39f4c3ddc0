/**
 * Makes the inode for an entry of a folder outside the machine.
 */
import { Directory } from "./directory.js";
import type { SourcePlace } from "./file-source.js";
import type { FileSystem } from "./file-system.js";
import type { Inode } from "./inode.js";
import { RegularFile } from "./regular-file.js";
import { SymbolicLink } from "./symbolic-link.js";

/** The entry as an inode, or undefined when the source has nothing there. */
export function inodeFromSource(system: FileSystem, place: SourcePlace): Inode | undefined {
  const status = place.source.stat(place.path);
  if (!status) return undefined;
  const inode = {
    file: () => RegularFile.from(system, place, status),
    directory: () => Directory.from(system, place, status.mode),
    symlink: () => new SymbolicLink(system, status.target ?? ""),
  }[status.kind]();
  inode.uid = status.uid ?? 0;
  inode.gid = status.gid ?? 0;
  inode.accessed = inode.modified = inode.changed = status.modified;
  return inode;
}
