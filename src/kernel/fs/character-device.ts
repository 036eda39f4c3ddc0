/**
 * What all character devices have in common: the number of the device that they stand for.
 */
import { deviceNumber, S_IFCHR } from "../abi/file-modes.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";

export abstract class CharacterDevice extends Inode {
  private readonly standsFor: number;

  constructor(system: FileSystem, permissions: number, major: number, minor: number) {
    super(system, S_IFCHR | permissions);
    this.standsFor = deviceNumber(major, minor);
    system.devices.set(`${S_IFCHR}:${this.standsFor}`, this);
  }

  override get represents(): number {
    return this.standsFor;
  }
}
