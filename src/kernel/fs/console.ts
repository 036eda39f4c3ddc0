/**
 * /dev/console: the terminal on which the kernel itself would write. It never becomes anybody's controlling terminal by being
 * opened, and whoever has it reads and writes as if in the foreground.
 * Models tty_open and redirected_tty_write (Linux drivers/tty/tty_io.c, n_tty.c).
 */
import type { Blocking, Progress, WaitQueue } from "./blocking.js";
import { CharacterDevice } from "./character-device.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";
import type { Terminal } from "./terminal.js";

export class Console extends CharacterDevice {
  constructor(
    system: FileSystem,
    private readonly terminal: Terminal,
  ) {
    super(system, 0o600, 5, 1);
  }

  override open(file: OpenFile): Blocking<0> {
    return this.terminal.attach(file);
  }

  override release(file: OpenFile): void {
    this.terminal.release(file);
  }

  override read(file: OpenFile, into: Uint8Array, _position: number, progress?: Progress): Blocking<number> {
    return this.terminal.take(file, into, progress);
  }

  override write(
    file: OpenFile,
    bytes: Uint8Array,
    _position: number,
    progress?: Progress,
  ): Blocking<number> {
    return this.terminal.show(file, bytes, progress?.done ?? 0);
  }

  override control(file: OpenFile, request: number, data: Uint8Array): Blocking<number> {
    return this.terminal.control(file, request, data);
  }

  override readiness(file: OpenFile): number {
    return this.terminal.readiness(file);
  }

  override queues(): readonly WaitQueue[] {
    return this.terminal.queues();
  }
}
