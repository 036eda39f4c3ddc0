/**
 * To whom a terminal belongs: at most one session has it as its controlling terminal, and one process group of that session is
 * in the foreground. Keys' signals go there; who reads from the background, or changes the terminal's settings, is stopped.
 * Models Linux drivers/tty/tty_jobctrl.c.
 */
import { CAP } from "../abi/capabilities.js";
import { E, type Errno, type Result } from "../abi/errno.js";
import { SIGNAL } from "../abi/signals.js";
import { Blocked, type Blocking } from "./blocking.js";
import type { Caller } from "./job-control.js";
import type { OpenFile } from "./open-file.js";
import type { Terminal } from "./terminal.js";

export class TerminalSession {
  /** 0 for none. */
  session = 0;
  /** The process group in the foreground; 0 for none. */
  foreground = 0;

  constructor(private readonly terminal: Terminal) {}

  private get jobs() {
    return this.terminal.system.jobs;
  }

  /**
   * Whether the caller may do what only the foreground may: 0, EIO, or a wait that the signal ends which its whole group got.
   * Source: __tty_check_change.
   * @param signal SIGTTIN for reading, SIGTTOU for what changes the terminal
   */
  check(signal: number): Errno | 0 | Blocked {
    const caller = this.jobs?.current();
    if (!caller || caller.terminal !== this.terminal) return 0;
    if (this.foreground === 0 || this.foreground === caller.group) return 0;
    if (caller.ignores(signal)) return signal === SIGNAL.SIGTTIN ? E.EIO : 0;
    if (this.jobs?.isOrphaned(caller.group)) return E.EIO;
    this.jobs?.signalGroup(caller.group, signal);
    return new Blocked([]);
  }

  /** Opening without O_NOCTTY gives a terminal that nobody has to a session leader who has none. */
  offer(file: OpenFile): void {
    const caller = this.jobs?.current();
    if (caller?.leads && !caller.terminal && this.session === 0 && file.readable) this.giveTo(caller);
  }

  private giveTo(caller: Caller): void {
    this.session = caller.session;
    this.foreground = caller.group;
    caller.terminal = this.terminal;
  }

  /** TIOCSCTTY; with 1 user 0 takes it away from another session. */
  claim(file: OpenFile, force: number): Result<0> {
    const caller = this.jobs?.current();
    if (!caller || (caller.leads && caller.session === this.session)) return 0;
    if (!caller.leads || caller.terminal) return E.EPERM;
    if (this.session !== 0) {
      if (force !== 1 || !caller.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
      this.jobs?.takeTerminalFrom(this.session);
    }
    if (!file.readable && !caller.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
    this.giveTo(caller);
    return 0;
  }

  /** TIOCNOTTY: the caller gives its controlling terminal up; when it leads the session, the whole session does. */
  giveUp(): Result<0> {
    const caller = this.jobs?.current();
    if (caller && caller.terminal !== this.terminal) return E.ENOTTY;
    if (caller?.leads) this.leave("caller");
    if (caller) caller.terminal = undefined;
    return 0;
  }

  /** The session's leader has no use for the terminal any more: whoever is in front is told. */
  leave(source: "caller" | "exit"): void {
    const { session, foreground } = this;
    if (foreground > 0) {
      this.jobs?.signalGroup(foreground, SIGNAL.SIGHUP, source === "exit" ? "kernel" : "caller");
      if (source === "caller") this.jobs?.signalGroup(foreground, SIGNAL.SIGCONT, "caller");
    }
    this.session = this.foreground = 0;
    this.jobs?.takeTerminalFrom(session);
  }

  /** The line is gone. When the session ends with that, who is in front is told as well as the leader. */
  hangUp(sessionEnds: boolean): void {
    const { session, foreground } = this;
    if (session > 0) this.jobs?.hangUpSession(session, this.terminal, foreground);
    if (sessionEnds && foreground > 0) this.jobs?.signalGroup(foreground, SIGNAL.SIGHUP);
    this.session = this.foreground = 0;
  }

  /** @param asMaster the other end of a pair asks, which need not belong to the session */
  getForeground(asMaster: boolean): Result<number> {
    return asMaster || this.isCallers ? this.foreground : E.ENOTTY;
  }

  getSession(asMaster: boolean): Result<number> {
    if (!asMaster && !this.isCallers) return E.ENOTTY;
    return this.session === 0 && this.jobs ? E.ENOTTY : this.session;
  }

  /** TIOCSPGRP: another group of the caller's session comes to the front. */
  setForeground(group: number): Blocking<0> {
    const checked = this.check(SIGNAL.SIGTTOU);
    if (checked !== 0) return checked === E.EIO ? E.ENOTTY : checked;
    if (group < 0) return E.EINVAL;
    const caller = this.jobs?.current();
    if (caller && (!this.isCallers || caller.session !== this.session)) return E.ENOTTY;
    const session = caller && this.jobs?.sessionOf(group);
    if (caller && session === undefined) return E.ESRCH;
    if (caller && session !== caller.session) return E.EPERM;
    this.foreground = group;
    return 0;
  }

  private get isCallers(): boolean {
    const caller = this.jobs?.current();
    return !caller || caller.terminal === this.terminal;
  }
}
