/** The I/O ports: which device answers at which number. An address where nobody answers reads as ones. */
import type { Ports } from "../cpu/cpu.js";

/** A device with registers at ports, one byte each. */
export interface PortDevice {
  readPort(port: number): number;
  writePort(port: number, value: number): void;
}

export class PortBus implements Ports {
  private readonly devices = new Map<number, PortDevice>();

  /** Connects `count` ports from `first` on. */
  connect(device: PortDevice, first: number, count: number): void {
    for (let port = first; port < first + count; port++) this.devices.set(port, device);
  }

  /** A wide access is one access to each byte's port, low byte first. */
  read(port: number, size: 1 | 2 | 4): number {
    let value = 0;
    for (let n = 0; n < size; n++)
      value |= (this.devices.get(port + n)?.readPort(port + n) ?? 0xff) << (8 * n);
    return value >>> 0;
  }

  write(port: number, size: 1 | 2 | 4, value: number): void {
    for (let n = 0; n < size; n++)
      this.devices.get(port + n)?.writePort(port + n, (value >>> (8 * n)) & 0xff);
  }
}
