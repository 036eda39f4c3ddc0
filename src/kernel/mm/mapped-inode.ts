/** A file as the source of mapped pages. */
import type { Inode } from "../fs/inode.js";
import { RegularFile } from "../fs/regular-file.js";
import type { MappedFile } from "./vma.js";

/** What a mapping of `inode` reads from; undefined when it is nothing that can be mapped. */
export function inodeAsMappedFile(inode: Inode): MappedFile | undefined {
  return inode instanceof RegularFile ? inode : undefined;
}
