/**
 * A disk, or a part of one, as a file: bytes from 0 to its size, of which those never written are zeros and take no room.
 * Models block/fops.c and block/ioctl.c of Linux. Leaves out: queues, partition tables, direct I/O; a transfer takes no time here.
 */
import { E } from "../abi/errno.js";
import { deviceNumber, S_IFBLK } from "../abi/file-modes.js";
import { IOCTL } from "../abi/ioctls.js";
import type { Blocking } from "./blocking.js";
import { FileContent } from "./file-content.js";
import type { FileSystem } from "./file-system.js";
import { Inode, type Status } from "./inode.js";
import type { OpenFile } from "./open-file.js";
import { Space } from "./space.js";

const SECTOR = 512;
const BLOCK = 4096;

export class BlockDevice extends Inode {
  private readonly standsFor: number;
  private readonly content: FileContent;
  /** A swap area in use lies here. */
  isSwap = false;

  /** @param bytes its size, a multiple of 512 */
  constructor(system: FileSystem, major: number, minor: number, bytes: number) {
    super(system, S_IFBLK | 0o660);
    this.standsFor = deviceNumber(major, minor);
    this.content = new FileContent(new Space(Math.ceil(bytes / BLOCK) * BLOCK));
    this.content.resize(bytes);
    system.devices.set(`${S_IFBLK}:${this.standsFor}`, this);
  }

  override get represents(): number {
    return this.standsFor;
  }

  override get size(): number {
    return this.content.size;
  }

  override get seekable(): boolean {
    return true;
  }

  override get pollable(): boolean {
    return false;
  }

  /** Only seeking knows the size; stat says 0. */
  override status(): Status {
    return { ...super.status(), size: 0 };
  }

  override read(_file: OpenFile, into: Uint8Array, position: number): Blocking<number> {
    return this.content.read(into, position);
  }

  override write(_file: OpenFile, bytes: Uint8Array, position: number): Blocking<number> {
    if (bytes.length === 0) return 0;
    const room = this.size - position;
    return room <= 0 ? E.ENOSPC : this.content.write(bytes.subarray(0, room), position);
  }

  /** Up to `length` bytes from `offset` on, fewer at the end. */
  readAt(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.content.read(bytes, offset));
  }

  /** The kernel's own writing; it never goes beyond the end. */
  writeBack(offset: number, bytes: Uint8Array): void {
    this.content.write(bytes, offset);
  }

  override control(_file: OpenFile, request: number, data: Uint8Array): number {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    switch (request) {
      case IOCTL.BLKGETSIZE64:
        view.setBigUint64(0, BigInt(this.size), true);
        return 0;
      case IOCTL.BLKGETSIZE:
        view.setBigUint64(0, BigInt(this.size / SECTOR), true);
        return 0;
      case IOCTL.BLKSSZGET:
      case IOCTL.BLKPBSZGET:
      case IOCTL.BLKIOMIN:
        view.setUint32(0, SECTOR, true);
        return 0;
      case IOCTL.BLKBSZGET:
        view.setUint32(0, BLOCK, true);
        return 0;
      case IOCTL.BLKROGET:
      case IOCTL.BLKIOOPT:
      case IOCTL.BLKALIGNOFF:
      case IOCTL.BLKFLSBUF:
        return 0;
      default:
        return E.ENOTTY;
    }
  }
}
