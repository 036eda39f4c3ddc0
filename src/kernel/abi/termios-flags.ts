/**
 * The bits of termios that the terminal obeys, and the places of its control characters.
 * Source: Linux 6.18, include/uapi/asm-generic/termbits.h, termbits-common.h.
 */
import type { FlagTable } from "./flag-names.js";

/** c_iflag: what happens to input. */
export const ISTRIP = 0x20;
export const INLCR = 0x40;
export const IGNCR = 0x80;
export const ICRNL = 0x100;
export const IUCLC = 0x200;
export const IXON = 0x400;
export const IXANY = 0x800;
export const IMAXBEL = 0x2000;
export const IUTF8 = 0x4000;

/** c_oflag: what happens to output. */
export const OPOST = 0x1;
export const OLCUC = 0x2;
export const ONLCR = 0x4;
export const OCRNL = 0x8;
export const ONOCR = 0x10;
export const ONLRET = 0x20;
/** Both bits: tabs become spaces. */
export const XTABS = 0x1800;

/** c_cflag: 38400 baud, 8 bits, receiver on; of meaning only to a real line. */
export const B38400 = 0xf;
export const CSIZE = 0x30;
export const CS8 = 0x30;
export const CREAD = 0x80;
export const PARENB = 0x100;

/** c_lflag: how lines are edited and keys become signals. */
export const ISIG = 0x1;
export const ICANON = 0x2;
export const ECHO = 0x8;
export const ECHOE = 0x10;
export const ECHOK = 0x20;
export const ECHONL = 0x40;
export const NOFLSH = 0x80;
export const TOSTOP = 0x100;
export const ECHOCTL = 0x200;
export const ECHOPRT = 0x400;
export const ECHOKE = 0x800;
export const IEXTEN = 0x8000;
export const EXTPROC = 0x10000;

export const LOCAL_MODES: FlagTable = {
  ISIG,
  ICANON,
  ECHO,
  ECHOE,
  ECHOK,
  ECHONL,
  NOFLSH,
  TOSTOP,
  ECHOCTL,
  ECHOKE,
  IEXTEN,
};

/** Places in c_cc. */
export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const VSTART = 8;
export const VSTOP = 9;
export const VSUSP = 10;
export const VREPRINT = 12;
export const VEOL = 11;
export const VWERASE = 14;
export const VLNEXT = 15;
export const VEOL2 = 16;

/** The control characters of a fresh terminal: ^C ^\ DEL ^U ^D 0 1 0 ^Q ^S ^Z 0 ^R ^O ^W ^V 0. */
export const INITIAL_CONTROL_CHARACTERS: readonly number[] = [
  3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0,
];
