/**
 * A number under /proc/sys that programs may read and change.
 * Models proc_dointvec (Linux kernel/sysctl.c) for one number.
 */
import { E } from "../abi/errno.js";
import { S_IFREG } from "../abi/file-modes.js";
import type { Blocking } from "./blocking.js";
import { fromBytes, toBytes } from "./byte-string.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";

const LARGEST = 2 ** 31;

export interface SettingRange {
  readonly least?: number;
  readonly most?: number;
}

export class SettingFile extends Inode {
  /**
   * @param setting holds the number that is shown and changed
   * @param range what it may be
   */
  constructor(
    system: FileSystem,
    private readonly setting: { value: number },
    private readonly range: SettingRange = {},
  ) {
    super(system, S_IFREG | 0o644, system.procDevice);
  }

  override get seekable(): boolean {
    return true;
  }

  override read(_file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    const part = toBytes(`${this.setting.value}\n`).subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }

  override write(_file: OpenFile, bytes: Uint8Array, position: number): Blocking<number> {
    // Only what is written at the beginning counts, as the kernel's strict mode has it.
    if (position > 0) return bytes.length;
    const [, digits] = /^[ \t\n\v\f\r]*(-?\d+)(?:[ \t\n\0]|$)/.exec(fromBytes(bytes)) ?? [];
    const value = Number(digits ?? Number.NaN);
    const { least = -LARGEST, most = LARGEST - 1 } = this.range;
    if (!(value >= least && value <= most)) return E.EINVAL;
    this.setting.value = value;
    return bytes.length;
  }
}
