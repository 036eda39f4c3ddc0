/**
 * The control requests of ioctl that this kernel knows: number, name and how many bytes go in and out at the pointer
 * that is the third argument (0 and 0 when it is a plain number: then its four bytes are what goes in). With this table the system call copies the argument, and
 * devices work on bytes.
 * Source: Linux 6.18, include/uapi/asm-generic/ioctls.h, include/uapi/linux/fs.h; sizes from drivers/tty/tty_ioctl.c.
 */
import { TERMIO, TERMIOS, TERMIOS2, WINSIZE } from "./structs.js";

const INT = 4;

const TABLE = [
  [0x5401, "TCGETS", 0, TERMIOS.size],
  [0x5402, "TCSETS", TERMIOS.size, 0],
  [0x5403, "TCSETSW", TERMIOS.size, 0],
  [0x5404, "TCSETSF", TERMIOS.size, 0],
  [0x5405, "TCGETA", 0, TERMIO.size],
  [0x5406, "TCSETA", TERMIO.size, 0],
  [0x5407, "TCSETAW", TERMIO.size, 0],
  [0x5408, "TCSETAF", TERMIO.size, 0],
  [0x5456, "TIOCGLCKTRMIOS", 0, TERMIOS.size],
  [0x5457, "TIOCSLCKTRMIOS", TERMIOS.size, 0],
  [0x802c542a, "TCGETS2", 0, TERMIOS2.size],
  [0x402c542b, "TCSETS2", TERMIOS2.size, 0],
  [0x402c542c, "TCSETSW2", TERMIOS2.size, 0],
  [0x402c542d, "TCSETSF2", TERMIOS2.size, 0],
  [0x5409, "TCSBRK", 0, 0],
  [0x5425, "TCSBRKP", 0, 0],
  [0x540a, "TCXONC", 0, 0],
  [0x540b, "TCFLSH", 0, 0],
  [0x540c, "TIOCEXCL", 0, 0],
  [0x540d, "TIOCNXCL", 0, 0],
  [0x80045440, "TIOCGEXCL", 0, INT],
  [0x540e, "TIOCSCTTY", 0, 0],
  [0x540f, "TIOCGPGRP", 0, INT],
  [0x5410, "TIOCSPGRP", INT, 0],
  [0x0002, "FIGETBSZ", 0, INT],
  [0x5411, "TIOCOUTQ", 0, INT],
  [0x5412, "TIOCSTI", 1, 0],
  [0x5413, "TIOCGWINSZ", 0, WINSIZE.size],
  [0x5414, "TIOCSWINSZ", WINSIZE.size, 0],
  [0x541b, "FIONREAD", 0, INT],
  [0x5421, "FIONBIO", INT, 0],
  [0x5420, "TIOCPKT", INT, 0],
  [0x80045438, "TIOCGPKT", 0, INT],
  [0x40045436, "TIOCSIG", 0, 0],
  [0x5441, "TIOCGPTPEER", 0, 0],
  [0x5422, "TIOCNOTTY", 0, 0],
  [0x5423, "TIOCSETD", INT, 0],
  [0x5424, "TIOCGETD", 0, INT],
  [0x5437, "TIOCVHANGUP", 0, 0],
  [0x5429, "TIOCGSID", 0, INT],
  [0x80045430, "TIOCGPTN", 0, INT],
  [0x40045431, "TIOCSPTLCK", INT, 0],
  [0x80045439, "TIOCGPTLCK", 0, INT],
  [0x125e, "BLKROGET", 0, INT],
  [0x1260, "BLKGETSIZE", 0, 8],
  [0x1261, "BLKFLSBUF", 0, 0],
  [0x1268, "BLKSSZGET", 0, INT],
  [0x80081270, "BLKBSZGET", 0, INT],
  [0x80081272, "BLKGETSIZE64", 0, 8],
  [0x1278, "BLKIOMIN", 0, INT],
  [0x1279, "BLKIOOPT", 0, INT],
  [0x127a, "BLKALIGNOFF", 0, INT],
  [0x127b, "BLKPBSZGET", 0, INT],
  [0x5450, "FIONCLEX", 0, 0],
  [0x5451, "FIOCLEX", 0, 0],
] as const;

/** The name of a control request. */
export type IoctlName = (typeof TABLE)[number][1];

/** Request numbers by name: `IOCTL.TIOCGWINSZ`. */
export const IOCTL = Object.fromEntries(TABLE.map(([number, name]) => [name, number])) as Readonly<
  Record<IoctlName, number>
>;

/** One row of the table. */
export interface IoctlEntry {
  readonly number: number;
  readonly name: IoctlName;
  /** Bytes that the kernel reads at the pointer before the call. */
  readonly bytesIn: number;
  /** Bytes that it writes there afterwards. */
  readonly bytesOut: number;
}

const BY_NUMBER = new Map<number, IoctlEntry>(
  TABLE.map(([number, name, bytesIn, bytesOut]) => [number, { number, name, bytesIn, bytesOut }]),
);

/** The row of a request, or undefined when this kernel knows none of that number. */
export function ioctlEntry(number: number): IoctlEntry | undefined {
  return BY_NUMBER.get(number);
}
