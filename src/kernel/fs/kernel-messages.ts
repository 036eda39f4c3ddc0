/**
 * /dev/kmsg: the kernel's log, one line a read, and lines of programs into it.
 * Models devkmsg_read and devkmsg_write (Linux kernel/printk/printk.c; Documentation/ABI/testing/dev-kmsg).
 * Leaves out: waiting for the next line (EAGAIN instead), seeking, dictionaries.
 */
import { E } from "../abi/errno.js";
import type { KernelLog } from "../log.js";
import type { Blocking } from "./blocking.js";
import { fromBytes, toBytes } from "./byte-string.js";
import { CharacterDevice } from "./character-device.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";

const LONGEST = 1024;
/** What programs write is marked as not the kernel's: facility 1, level "warning". */
const OF_PROGRAMS = 8;
const WARNING = 4;

export class KernelMessages extends CharacterDevice {
  constructor(
    system: FileSystem,
    private readonly log: KernelLog,
    private readonly clock: { readonly uptime: number },
  ) {
    super(system, 0o644, 1, 11);
  }

  override open(file: OpenFile): Blocking<0> {
    file.position = this.log.cleared;
    return 0;
  }

  /** "6,12,1234567,-;text\n": priority, number, microseconds. The description's position counts lines. */
  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    const line = this.log.from(file.position);
    if (!line) return E.EAGAIN;
    const isGap = line.sequence > file.position && file.position > 0;
    file.position = line.sequence;
    if (isGap) return E.EPIPE;
    const bytes = toBytes(`${line.level},${line.sequence},${line.time},-;${escaped(line.text)}\n`);
    if (bytes.length > into.length) return E.EINVAL;
    into.set(bytes);
    file.position++;
    return bytes.length;
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    if (bytes.length > LONGEST) return E.EINVAL;
    const [, priority, text] = /^(?:<(\d{1,4})>)?(.*?)\n?$/s.exec(fromBytes(bytes)) ?? [];
    const level = priority === undefined ? OF_PROGRAMS | WARNING : Number(priority);
    this.log.add(
      level < OF_PROGRAMS ? level | OF_PROGRAMS : level,
      text ?? "",
      Math.floor(this.clock.uptime * 1e6),
    );
    return bytes.length;
  }
}

/** One line, whatever was written. */
function escaped(text: string): string {
  const code = (char: string) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return text.replace(/[^ -~]|\\/g, code);
}
