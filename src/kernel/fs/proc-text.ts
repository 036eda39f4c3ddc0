/**
 * Files whose text is made when somebody begins to read them, as those of /proc and /sys.
 * Models seq_file (Linux fs/seq_file.c). Leaves out: writing.
 */
import { E } from "../abi/errno.js";
import { S_IFREG } from "../abi/file-modes.js";
import type { Blocking } from "./blocking.js";
import { toBytes } from "./byte-string.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";

/** A file whose text is made when its reading begins. */
export abstract class ProcText extends Inode {
  constructor(system: FileSystem, permissions = 0o444) {
    super(system, S_IFREG | permissions, system.procDevice);
  }

  /** The whole text; undefined when what it tells about is gone. */
  protected abstract text(): string | undefined;

  override get seekable(): boolean {
    return true;
  }

  /** Whether it is written at places, too; the files that Linux makes as sequences are not. */
  get takesPlaces(): boolean {
    return false;
  }

  override get hasEnd(): boolean {
    return false;
  }

  override get givesPages(): boolean {
    return false;
  }

  override read(file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    if (position === 0 || !file.generated) {
      const text = this.text();
      if (text === undefined) return E.ESRCH;
      file.generated = toBytes(text);
    }
    const part = file.generated.subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }
}

/** A text that is put together elsewhere. */
export class ComputedText extends ProcText {
  /** @param compute gives the whole text; undefined when what it tells about is gone */
  constructor(
    system: FileSystem,
    private readonly compute: () => string | undefined,
  ) {
    super(system);
  }

  protected override text(): string | undefined {
    return this.compute();
  }
}

/** A text that never changes. */
export class FixedText extends ProcText {
  constructor(
    system: FileSystem,
    private readonly content: string,
  ) {
    super(system);
  }

  protected override text(): string {
    return this.content;
  }
}
