/**
 * Device files that programs make (mknod): a number, behind which the kernel finds a device when it is opened.
 * Models init_special_inode and chrdev_open (Linux fs/inode.c, fs/char_dev.c). Leaves out: block devices have no driver (ENXIO).
 */
import { E } from "../abi/errno.js";
import type { Blocking, Progress, WaitQueue } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";

/** A file that stands for the device of its number; whatever it does, the device does. */
export class DeviceNode extends Inode {
  /** @param mode kind and permissions */
  constructor(
    system: FileSystem,
    mode: number,
    private readonly standsFor: number,
    device?: number,
  ) {
    super(system, mode, device);
  }

  private get behind(): Inode | undefined {
    return this.system.devices.get(`${this.kind}:${this.standsFor}`);
  }

  override get represents(): number {
    return this.standsFor;
  }

  override get seekable(): boolean {
    return this.behind?.seekable ?? false;
  }

  override get pollable(): boolean {
    return this.behind?.pollable ?? false;
  }

  override open(file: OpenFile, progress?: Progress): Blocking<0> {
    return this.behind?.open(file, progress) ?? E.ENXIO;
  }

  override release(file: OpenFile): void {
    this.behind?.release(file);
  }

  override read(file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    return this.behind?.read(file, into, position) ?? E.ENXIO;
  }

  override write(file: OpenFile, bytes: Uint8Array, position: number, progress?: Progress): Blocking<number> {
    return this.behind?.write(file, bytes, position, progress) ?? E.ENXIO;
  }

  override control(file: OpenFile, request: number, data: Uint8Array): Blocking<number> {
    return this.behind?.control(file, request, data) ?? E.ENOTTY;
  }

  override readiness(file: OpenFile): number {
    return this.behind?.readiness(file) ?? 0;
  }

  override queues(file: OpenFile): readonly WaitQueue[] {
    return this.behind?.queues(file) ?? [];
  }
}
