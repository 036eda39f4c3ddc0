/**
 * /dev/tty: whatever terminal the process's session has.
 * Models tty_open_current_tty (Linux drivers/tty/tty_io.c).
 */
import { E } from "../abi/errno.js";
import type { Blocking, Progress, WaitQueue } from "./blocking.js";
import { CharacterDevice } from "./character-device.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";
import type { Terminal } from "./terminal.js";

export class ControllingTerminal extends CharacterDevice {
  /** The terminal that each description was opened on. */
  private readonly terminals = new Map<OpenFile, Terminal>();

  /** @param console what sessions have that were given no other */
  constructor(
    system: FileSystem,
    private readonly console: Terminal,
  ) {
    super(system, 0o666, 5, 0);
  }

  private find(): Terminal | undefined {
    const session = this.system.jobs?.current()?.session;
    return session === undefined ? this.console : this.system.terminalOf(session);
  }

  private of(file: OpenFile): Terminal {
    return this.terminals.get(file) ?? this.console;
  }

  override open(file: OpenFile): Blocking<0> {
    const terminal = this.find();
    if (!terminal) return E.ENXIO;
    this.terminals.set(file, terminal);
    return 0;
  }

  override release(file: OpenFile): void {
    this.terminals.delete(file);
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    return this.of(file).read(file, into);
  }

  override write(file: OpenFile, bytes: Uint8Array, position: number, progress?: Progress): Blocking<number> {
    return this.of(file).write(file, bytes, position, progress);
  }

  override control(file: OpenFile, request: number, data: Uint8Array): number {
    return this.of(file).control(file, request, data);
  }

  override readiness(file: OpenFile): number {
    return this.of(file).readiness(file);
  }

  override queues(file: OpenFile): readonly WaitQueue[] {
    return this.of(file).queues();
  }
}
