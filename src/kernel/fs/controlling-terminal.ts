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

  /** @param console what whoever asks from outside sees */
  constructor(
    system: FileSystem,
    private readonly console: Terminal,
  ) {
    super(system, 0o666, 5, 0);
  }

  private find(): Terminal | undefined {
    const caller = this.system.jobs?.current();
    return caller ? caller.terminal : this.console;
  }

  private of(file: OpenFile): Terminal {
    return this.terminals.get(file) ?? this.console;
  }

  override open(file: OpenFile): Blocking<0> {
    const terminal = this.find();
    if (!terminal) return E.ENXIO;
    const attached = terminal.attach(file);
    if (attached === 0) this.terminals.set(file, terminal);
    return attached;
  }

  override release(file: OpenFile): void {
    this.of(file).release(file);
    this.terminals.delete(file);
  }

  override read(file: OpenFile, into: Uint8Array, position: number, progress?: Progress): Blocking<number> {
    return this.of(file).read(file, into, position, progress);
  }

  override write(file: OpenFile, bytes: Uint8Array, position: number, progress?: Progress): Blocking<number> {
    return this.of(file).write(file, bytes, position, progress);
  }

  override control(file: OpenFile, request: number, data: Uint8Array): Blocking<number> {
    return this.of(file).control(file, request, data);
  }

  override readiness(file: OpenFile): number {
    return this.of(file).readiness(file);
  }

  override queues(file: OpenFile): readonly WaitQueue[] {
    return this.of(file).queues();
  }
}
