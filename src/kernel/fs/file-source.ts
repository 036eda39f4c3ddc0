/**
 * A folder outside the machine that appears in its tree: a directory of the host, or an archive. It is read only when
 * the guest looks, and never written: what the guest changes stays in the machine.
 * Paths are byte strings relative to the folder, "" for the folder itself, parts joined by "/".
 */

/** What a source says about one of its entries. */
export interface SourceStatus {
  readonly kind: "file" | "directory" | "symlink";
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  /** In bytes; for a link the length of its target. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  readonly uid?: number;
  readonly gid?: number;
  /** Where a link leads, as a byte string. */
  readonly target?: string;
}

/** Given by whoever starts the machine. Its answers must not change during a run, or the run cannot be repeated. */
export interface FileSource {
  /** A snapshot of the machine shares the source instead of copying it. */
  readonly immutable: true;
  /** Names in a directory, without "." and "..", in any order. */
  list(path: string): readonly string[];
  /** Does not follow links; undefined when there is nothing, or something that cannot be shown (sockets, devices). */
  stat(path: string): SourceStatus | undefined;
  /** All bytes of a file; undefined when it cannot be read. */
  read(path: string): Uint8Array | undefined;
}

/** One entry of a source. */
export class SourcePlace {
  constructor(
    readonly source: FileSource,
    readonly path: string,
  ) {}

  /** The entry of this name in a directory. */
  child(name: string): SourcePlace {
    return new SourcePlace(this.source, this.path === "" ? name : `${this.path}/${name}`);
  }
}
