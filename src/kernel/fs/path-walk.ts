/**
 * From a path to the place that it names.
 *
 *     /usr//bin/../lib/x/   →  parts usr, bin, .., lib, x; a slash at the end asks for a directory
 *
 * Every directory on the way must grant search (x). A symbolic link's text takes the place of its name; at the 41st
 * the walk ends with ELOOP. Whether a link in the last part is followed is up to the caller.
 * Models link_path_walk and step_into (Linux fs/namei.c). Leaves out: protected_symlinks.
 */
import { E, type Errno, failed, type Result } from "../abi/errno.js";
import {
  RESOLVE_BENEATH,
  RESOLVE_CACHED,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from "../abi/open-flags.js";
import { MAY_EXECUTE } from "./credentials.js";
import type { Dentry } from "./dentry.js";
import { Directory } from "./directory.js";
import type { Files } from "./files.js";

export const LONGEST_PATH = 4095;
const LONGEST_NAME = 255;
const MOST_LINKS = 40;

/** What the walk does with the last part: follow a link there, open the link itself, or leave the part alone. */
export type LastPart = "follow" | "no-follow" | "untouched";

/** Where a path ends. */
export interface Place {
  /** The directory of the last part. */
  readonly parent: Directory;
  /** The last part; "" when the path was only slashes. */
  readonly name: string;
  /** A slash at the end demands a directory. */
  readonly wantsDirectory: boolean;
  /** What is there; undefined when nothing is. */
  readonly found: Dentry | undefined;
}

/** True when the last part is a name, not ".", ".." or the root. */
export function isPlainName(place: Place): boolean {
  return place.name !== "" && place.name !== "." && place.name !== "..";
}

/**
 * Walks `path` from the directory of descriptor `at`. A missing last part is no error here.
 * @param scope RESOLVE_* of openat2: where the walk may not lead
 */
export function resolve(files: Files, at: number, path: string, last: LastPart, scope = 0): Result<Place> {
  if (path === "") return E.ENOENT;
  if (path.length > LONGEST_PATH) return E.ENAMETOOLONG;
  const isAbsolute = path.startsWith("/");
  if (isAbsolute && scope & RESOLVE_BENEATH) return E.EXDEV;
  const start = isAbsolute && !(scope & RESOLVE_IN_ROOT) ? files.place.root : files.startOf(at);
  if (failed(start)) return start;
  return new Walk(files, start, path, scope).run(last);
}

/** What a path names; ENOENT when nothing is there, ENOTDIR when a slash at the end asks for more than is there. */
export function lookUp(files: Files, at: number, path: string, last: "follow" | "no-follow"): Result<Dentry> {
  const place = resolve(files, at, path, last);
  if (failed(place)) return place;
  if (!place.found) return E.ENOENT;
  if (place.wantsDirectory && !place.found.inode.isDirectory) return E.ENOTDIR;
  return place.found;
}

class Walk {
  /** Parts still to go, the next one last. */
  private parts: string[] = [];
  private links = 0;
  private wantsDirectory: boolean;
  /** Above this nothing is. */
  private readonly top: Dentry;

  constructor(
    private readonly files: Files,
    private here: Dentry,
    path: string,
    private readonly scope: number,
  ) {
    this.top = scope & (RESOLVE_IN_ROOT | RESOLVE_BENEATH) ? here : files.place.root;
    this.wantsDirectory = path.endsWith("/");
    this.push(path);
  }

  private push(path: string): void {
    this.parts.push(...path.split("/").filter(Boolean).reverse());
  }

  run(last: LastPart): Result<Place> {
    for (;;) {
      const name = this.parts.pop();
      if (name === undefined) return this.arrive();
      const directory = this.here.inode;
      if (!(directory instanceof Directory)) return E.ENOTDIR;
      if (!this.files.credentials.may(directory, MAY_EXECUTE)) return E.EACCES;
      const found = this.step(directory, name);
      if (failed(found)) return found;
      const isLast = this.parts.length === 0;
      if (found?.inode.isSymbolicLink && (!isLast || this.followsLast(last))) {
        const error = this.follow(found, isLast);
        if (error) return error;
      } else if (isLast) {
        return { parent: directory, name, wantsDirectory: this.wantsDirectory, found };
      } else if (found) {
        this.here = found;
      } else {
        return E.ENOENT;
      }
    }
  }

  /** No part is left: the path was only slashes, or a link led straight to a place. */
  private arrive(): Place {
    return {
      parent: this.files.system.rootDirectory,
      name: "",
      wantsDirectory: this.wantsDirectory,
      found: this.here,
    };
  }

  private step(directory: Directory, name: string): Result<Dentry | undefined> {
    const here = directory.dentry;
    if (name === ".") return here;
    if (name === "..") return this.up(here);
    if (name.length > LONGEST_NAME) return E.ENAMETOOLONG;
    const child = directory.child(name);
    if (!child && this.scope & RESOLVE_CACHED) return E.EAGAIN;
    return child?.mounted && this.scope & RESOLVE_NO_XDEV ? E.EXDEV : child?.topmost;
  }

  private up(here: Dentry): Result<Dentry> {
    if (here === this.top) return this.scope & RESOLVE_BENEATH ? E.EXDEV : here;
    const { parent } = here;
    const isMounted = parent.inode instanceof Directory && parent.inode.child(here.name) !== here;
    return isMounted && this.scope & RESOLVE_NO_XDEV ? E.EXDEV : parent;
  }

  private followsLast(last: LastPart): boolean {
    return last === "follow" || (last === "no-follow" && this.wantsDirectory);
  }

  /** Goes on with the link's text from the directory that the link is in. */
  private follow(link: Dentry, isLast: boolean): Errno | undefined {
    this.links++;
    if (this.links > MOST_LINKS || this.scope & RESOLVE_NO_SYMLINKS) return E.ELOOP;
    const target = link.inode.follow();
    if (failed(target)) return target;
    if (typeof target !== "string") return this.jump(target);
    if (target === "") return E.ENOENT;
    if (target.startsWith("/")) {
      if (this.scope & RESOLVE_BENEATH) return E.EXDEV;
      const error = this.leaveFor(this.top);
      if (error) return error;
    }
    if (isLast && target.endsWith("/")) this.wantsDirectory = true;
    this.push(target);
    return undefined;
  }

  /** A link of /proc leads to the thing itself, wherever that is. */
  private jump(target: Dentry): Errno | undefined {
    if (this.scope & RESOLVE_NO_MAGICLINKS) return E.ELOOP;
    if (this.scope & RESOLVE_CACHED) return E.EAGAIN;
    return this.scope & (RESOLVE_BENEATH | RESOLVE_IN_ROOT) ? E.EXDEV : this.leaveFor(target);
  }

  private leaveFor(target: Dentry): Errno | undefined {
    if (this.scope & RESOLVE_NO_XDEV && target.inode.device !== this.here.inode.device) return E.EXDEV;
    this.here = target;
    return undefined;
  }
}
