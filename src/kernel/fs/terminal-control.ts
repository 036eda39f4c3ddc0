/**
 * The control requests of terminals: settings, size, queues, flow, and to whom they belong.
 * Models drivers/tty/tty_ioctl.c and the switch of tty_ioctl (Linux drivers/tty/tty_io.c).
 */
import { E, type Result } from "../abi/errno.js";
import { IOCTL } from "../abi/ioctls.js";
import { SIGNAL } from "../abi/signals.js";
import { TERMIO, TERMIOS, TERMIOS2, WINSIZE } from "../abi/structs.js";
import type { Blocking } from "./blocking.js";
import type { OpenFile } from "./open-file.js";
import type { Termios } from "./output-processing.js";
import type { Terminal } from "./terminal.js";

/** Arguments of TCXONC: output stops, goes on; the other end is asked to stop, to go on. */
const [TCOOFF, TCOON, TCIOFF, TCION] = [0, 1, 2, 3] as const;
/** Arguments of TCFLSH: what was typed, what is to be shown, both. */
const [TCIFLUSH, TCOFLUSH, TCIOFLUSH] = [0, 1, 2] as const;

/** The usual line discipline, and the speed that nothing depends on. */
const N_TTY = 0;
const SPEED = 38400;

/** @param asMaster the other end of a pair asks: it need not belong to the terminal's session */
export function controlTerminal(
  terminal: Terminal,
  file: OpenFile,
  request: number,
  data: Uint8Array,
  asMaster = false,
): Blocking<number> {
  if (terminal.isDead(file)) return request === IOCTL.TIOCSPGRP ? E.ENOTTY : E.EIO;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (request) {
    case IOCTL.TCGETS:
      TERMIOS.write(view, 0, terminal.discipline.settings);
      return 0;
    case IOCTL.TCGETA:
      TERMIO.write(view, 0, { ...terminal.discipline.settings, padding: 0 });
      return 0;
    case IOCTL.TIOCGLCKTRMIOS:
      TERMIOS.write(view, 0, terminal.lockedSettings);
      return 0;
    case IOCTL.TIOCSLCKTRMIOS:
      if (!terminal.isCallerPrivileged) return E.EPERM;
      terminal.lockedSettings = TERMIOS.read(view, 0);
      return 0;
    case IOCTL.TCGETS2:
      TERMIOS2.write(view, 0, { ...terminal.discipline.settings, c_ispeed: SPEED, c_ospeed: SPEED });
      return 0;
    case IOCTL.TCSETA:
    case IOCTL.TCSETAW:
    case IOCTL.TCSETAF:
    case IOCTL.TCSETS:
    case IOCTL.TCSETSW:
    case IOCTL.TCSETSF:
    case IOCTL.TCSETS2:
    case IOCTL.TCSETSW2:
    case IOCTL.TCSETSF2:
    case IOCTL.TCFLSH:
    case IOCTL.TCSBRK:
    case IOCTL.TCSBRKP:
    case IOCTL.TCXONC:
      return terminal.owner.check(SIGNAL.SIGTTOU) || change(terminal, request, view);
    case IOCTL.TIOCGWINSZ:
      WINSIZE.write(view, 0, terminal.screenSize);
      return 0;
    case IOCTL.TIOCSWINSZ: {
      const { ws_row, ws_col, ws_xpixel, ws_ypixel } = WINSIZE.read(view, 0);
      terminal.resize(ws_row, ws_col, ws_xpixel, ws_ypixel);
      return 0;
    }
    case IOCTL.FIONREAD:
      view.setInt32(0, terminal.discipline.available, true);
      return 0;
    case IOCTL.TIOCOUTQ:
      view.setInt32(0, terminal.output.length, true);
      return 0;
    case IOCTL.TIOCEXCL:
    case IOCTL.TIOCNXCL:
      terminal.isExclusive = request === IOCTL.TIOCEXCL;
      return 0;
    case IOCTL.TIOCGEXCL:
      view.setInt32(0, terminal.isExclusive ? 1 : 0, true);
      return 0;
    case IOCTL.TIOCGETD:
      view.setInt32(0, N_TTY, true);
      return 0;
    case IOCTL.TIOCSETD:
      return view.getInt32(0, true) === N_TTY ? 0 : E.EINVAL;
    case IOCTL.TIOCSTI:
      return terminal.isCallerPrivileged || terminal.isOfCaller ? pressFor(terminal, data) : E.EPERM;
    case IOCTL.TIOCGPTPEER:
      return E.EIO;
    case IOCTL.TIOCVHANGUP:
      return terminal.isCallerPrivileged ? hangUp(terminal) : E.EPERM;
    default:
      return controlSession(terminal, file, request, view, asMaster);
  }
}

/** A program presses a key. */
function pressFor(terminal: Terminal, key: Uint8Array): 0 {
  terminal.type(key);
  return 0;
}

function hangUp(terminal: Terminal): 0 {
  terminal.hangUp();
  return 0;
}

const FLUSHING: readonly number[] = [IOCTL.TCSETSF, IOCTL.TCSETSF2, IOCTL.TCSETAF];
const OF_SYSTEM_V: readonly number[] = [IOCTL.TCSETA, IOCTL.TCSETAW, IOCTL.TCSETAF];

/** The settings of System V are 16 bits each, and eight control characters; the rest stays. */
function merged(old: Termios, values: Omit<ReturnType<typeof TERMIO.read>, "padding">): Termios {
  const high = (word: number) => word & 0xffff0000;
  const c_cc = old.c_cc.slice();
  c_cc.set(values.c_cc);
  return {
    c_iflag: (high(old.c_iflag) | values.c_iflag) >>> 0,
    c_oflag: (high(old.c_oflag) | values.c_oflag) >>> 0,
    c_cflag: (high(old.c_cflag) | values.c_cflag) >>> 0,
    c_lflag: (high(old.c_lflag) | values.c_lflag) >>> 0,
    ...{ c_line: values.c_line, c_cc },
  };
}

/** What only the foreground may do. */
function change(terminal: Terminal, request: number, view: DataView): Result<number> {
  switch (request) {
    case IOCTL.TCFLSH:
      return flush(terminal, view.getInt32(0, true));
    case IOCTL.TCXONC:
      return controlFlow(terminal, view.getInt32(0, true));
    case IOCTL.TCSBRK:
    case IOCTL.TCSBRKP:
      return 0;
  }
  if (FLUSHING.includes(request)) terminal.flushInput();
  const isOld = OF_SYSTEM_V.includes(request);
  terminal.set(isOld ? merged(terminal.discipline.settings, TERMIO.read(view, 0)) : TERMIOS.read(view, 0));
  return 0;
}

function flush(terminal: Terminal, which: number): Result<0> {
  if (which !== TCIFLUSH && which !== TCOFLUSH && which !== TCIOFLUSH) return E.EINVAL;
  if (which !== TCOFLUSH) terminal.flushInput();
  if (which !== TCIFLUSH) terminal.flushOutput();
  return 0;
}

function controlFlow(terminal: Terminal, action: number): Result<0> {
  if (action === TCOOFF || action === TCOON) terminal.hold(action === TCOOFF);
  else if (action !== TCIOFF && action !== TCION) return E.EINVAL;
  return 0;
}

/** Requests on sessions and groups. */
function controlSession(
  { owner }: Terminal,
  file: OpenFile,
  request: number,
  view: DataView,
  asMaster: boolean,
): Blocking<number> {
  const answer = (result: Result<number>): Result<number> => {
    if (result < 0) return result;
    view.setInt32(0, result, true);
    return 0;
  };
  switch (request) {
    case IOCTL.TIOCSCTTY:
      return owner.claim(file, view.getInt32(0, true));
    case IOCTL.TIOCNOTTY:
      return owner.giveUp();
    case IOCTL.TIOCGPGRP:
      return answer(owner.getForeground(asMaster));
    case IOCTL.TIOCGSID:
      return answer(owner.getSession(asMaster));
    case IOCTL.TIOCSPGRP:
      return owner.setForeground(view.getInt32(0, true));
    default:
      return E.ENOTTY;
  }
}
