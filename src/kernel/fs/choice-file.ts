/**
 * A file that shows one of several words as chosen, "always [madvise] never", and takes another one.
 * Models what many files under /sys do (Linux mm/huge_memory.c, enabled_show and enabled_store).
 */
import { E } from "../abi/errno.js";
import { S_IFREG } from "../abi/file-modes.js";
import type { Blocking } from "./blocking.js";
import { fromBytes, toBytes } from "./byte-string.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";

export class ChoiceFile<Word extends string> extends Inode {
  constructor(
    system: FileSystem,
    private readonly words: readonly Word[],
    private readonly setting: { value: Word },
  ) {
    super(system, S_IFREG | 0o644, system.sysDevice);
  }

  override get seekable(): boolean {
    return true;
  }

  override read(_file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    const { value } = this.setting;
    const shown = this.words.map((word) => (word === value ? `[${word}]` : word)).join(" ");
    const part = toBytes(`${shown}\n`).subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    const text = fromBytes(bytes).replace(/\n$/, "");
    const chosen = this.words.find((word) => word === text);
    if (chosen === undefined) return E.EINVAL;
    this.setting.value = chosen;
    return bytes.length;
  }
}
