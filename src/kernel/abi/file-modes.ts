/**
 * The mode of a file: what it is and who may do what.
 *
 *     15..12  kind: 1 fifo, 2 character device, 4 directory, 6 block device, 8 regular, 10 symbolic link, 12 socket
 *     11 10 9 set-user-id, set-group-id, sticky
 *      8 7 6  owner's r w x        5 4 3  group's        2 1 0  the others'
 *
 * Source: Linux 6.18, include/uapi/linux/stat.h; include/linux/fs_types.h (d_type = kind).
 */
import { type FlagTable, nameOf } from "./flag-names.js";

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;

export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;

export const FILE_KINDS: FlagTable = { S_IFSOCK, S_IFLNK, S_IFREG, S_IFBLK, S_IFDIR, S_IFCHR, S_IFIFO };

/** The kind in a directory entry: DT_REG is 8 because S_IFREG is 8 << 12. */
export function directoryEntryType(mode: number): number {
  return (mode & S_IFMT) >> 12;
}

/** A mode in strace's form: "S_IFREG|0644". */
export function formatMode(mode: number): string {
  const permissions = `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;
  const kind = nameOf(FILE_KINDS, mode & S_IFMT);
  return kind ? `${kind}|${permissions}` : permissions;
}

/** A mode as `ls -l` prints it: "drwxr-xr-x". */
export function formatModeAsListed(mode: number): string {
  const kind = "?pc?d?b?-?l?s???"[(mode & S_IFMT) >> 12] ?? "?";
  const owner = formatTriple(mode >> 6, (mode & S_ISUID) !== 0, "s");
  const group = formatTriple(mode >> 3, (mode & S_ISGID) !== 0, "s");
  const others = formatTriple(mode, (mode & S_ISVTX) !== 0, "t");
  return kind + owner + group + others;
}

function formatTriple(bits: number, special: boolean, letter: string): string {
  const read = bits & 4 ? "r" : "-";
  const write = bits & 2 ? "w" : "-";
  if (!special) return read + write + (bits & 1 ? "x" : "-");
  return read + write + (bits & 1 ? letter : letter.toUpperCase());
}

/** A device number as stat reports it, from its two parts (the low 20 bits of the minor are split in the middle). */
export function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8)) + (minor >>> 8) * 0x100000;
}

/** The major and minor part of a device number below 2^32. */
export function deviceParts(device: number): readonly [major: number, minor: number] {
  return [(device >>> 8) & 0xfff, (device & 0xff) | ((device >>> 12) & 0xfff00)];
}
