/**
 * The devices without hardware: /dev/null, zero, full, random and urandom.
 * Models drivers/char/mem.c and random.c. Leaves out: /dev/mem, kmsg; entropy estimates (random never waits).
 */
import { E } from "../abi/errno.js";
import type { Blocking } from "./blocking.js";
import { CharacterDevice } from "./character-device.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";

const MEMORY_DEVICES = 1;

/** Swallows everything; its end is at once. */
export class NullDevice extends CharacterDevice {
  constructor(system: FileSystem) {
    super(system, 0o666, MEMORY_DEVICES, 3);
  }

  override get seekable(): boolean {
    return true;
  }

  override get pollable(): boolean {
    return false;
  }

  override get givesPages(): boolean {
    return false;
  }

  override read(): Blocking<number> {
    return 0;
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    return bytes.length;
  }
}

/** Zeros without end. */
export class ZeroDevice extends CharacterDevice {
  constructor(system: FileSystem, minor = 5) {
    super(system, 0o666, MEMORY_DEVICES, minor);
  }

  /** mmap makes memory of it. */
  get mapsZeros(): boolean {
    return true;
  }

  override get seekable(): boolean {
    return true;
  }

  override get pollable(): boolean {
    return false;
  }

  override read(_file: OpenFile, into: Uint8Array): Blocking<number> {
    into.fill(0);
    return into.length;
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    return bytes.length;
  }
}

/** Zeros without end, and no room for a single byte. */
export class FullDevice extends ZeroDevice {
  constructor(system: FileSystem) {
    super(system, 7);
  }

  override get mapsZeros(): boolean {
    return false;
  }

  override get takesPages(): boolean {
    return false;
  }

  override write(): Blocking<number> {
    return E.ENOSPC;
  }
}

/** The machine's random bytes; writing to it changes nothing. */
export class RandomDevice extends CharacterDevice {
  /** @param minor 8 for /dev/random, 9 for /dev/urandom */
  constructor(system: FileSystem, minor: 8 | 9) {
    super(system, 0o666, MEMORY_DEVICES, minor);
  }

  override get seekable(): boolean {
    return true;
  }

  override read(_file: OpenFile, into: Uint8Array): Blocking<number> {
    this.system.random.fill(into);
    return into.length;
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    return bytes.length;
  }
}
