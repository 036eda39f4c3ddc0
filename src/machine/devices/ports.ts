/** The I/O ports: which device answers at which number. An address where nobody answers reads as ones. */
import type { Ports } from "../cpu/cpu.js";

/** A device with registers at ports, one byte each; and perhaps wider ones. */
export interface PortDevice {
  readPort(port: number): number;
  writePort(port: number, value: number): void;
  /** One access of 2 or 4 bytes; undefined when the device wants single bytes there. */
  readWide?(port: number, size: 2 | 4): number | undefined;
  /** The same; false when the device wants single bytes. */
  writeWide?(port: number, size: 2 | 4, value: number): boolean;
}

/** A device whose ports lie where software puts them. */
interface Movable {
  readonly device: PortDevice;
  /** First port now; undefined while it answers nowhere. */
  readonly first: () => number | undefined;
  readonly count: number;
}

export class PortBus implements Ports {
  private readonly devices = new Map<number, PortDevice>();
  private readonly movable: Movable[] = [];

  /** Connects `count` ports from `first` on. */
  connect(device: PortDevice, first: number, count: number): void {
    for (let port = first; port < first + count; port++) this.devices.set(port, device);
  }

  /** Connects `count` ports from wherever `first` says at the time of an access. Fixed ports go before. */
  connectMovable(device: PortDevice, first: () => number | undefined, count: number): void {
    this.movable.push({ device, first, count });
  }

  /** A wide access is one access where the device has a wide register, else one to each byte's port, low byte first. */
  read(port: number, size: 1 | 2 | 4): number {
    if (size !== 1) {
      const whole = this.at(port)?.readWide?.(port, size);
      if (whole !== undefined) return whole;
    }
    let value = 0;
    for (let n = 0; n < size; n++) value |= (this.at(port + n)?.readPort(port + n) ?? 0xff) << (8 * n);
    return value >>> 0;
  }

  write(port: number, size: 1 | 2 | 4, value: number): void {
    if (size !== 1 && this.at(port)?.writeWide?.(port, size, value)) return;
    for (let n = 0; n < size; n++) this.at(port + n)?.writePort(port + n, (value >>> (8 * n)) & 0xff);
  }

  private at(port: number): PortDevice | undefined {
    return this.devices.get(port) ?? this.movable.find((one) => covers(one, port))?.device;
  }
}

function covers({ first, count }: Movable, port: number): boolean {
  const start = first();
  return start !== undefined && port >= start && port < start + count;
}
