/**
 * PCI configuration space, by mechanism 1, as far as a driver needs it to find the disk's bus master: the bridges of an Intel
 * 440FX board and the IDE function of its PIIX3. Sources: PCI local bus specification 2.1, chapter 6; Intel 82371SB data sheet.
 * Leaves out: other functions, interrupt routing, devices in memory. At reset it is as firmware leaves it.
 *
 *     CF8h (32 bits only)   31 enable   23:16 bus   15:11 device   10:8 function   7:2 register        CFCh–CFFh  its bytes
 */
import { PCI_ADDRESS, PCI_COMMAND } from "./pci-registers.js";
import type { PortDevice } from "./ports.js";

/** A register of 32 bits: what it holds at reset, and which bits software may change. */
type Entry = readonly [offset: number, value: number, writable?: number];

interface PciFunction {
  readonly device: number;
  readonly number: number;
  readonly entries: readonly Entry[];
}

const BUS_MASTER_BASE = 0xc000;
/** Offsets in the header. */
const COMMAND = 0x04;
const BAR4 = 0x20;
/** Bit 0 of a base address: it is one of ports. */
const IO_SPACE = 1;

const IDE: PciFunction = {
  device: 1,
  number: 1,
  entries: [
    [0x00, 0x70108086],
    [COMMAND, 0x02800001, PCI_COMMAND.mask.IO | PCI_COMMAND.mask.MASTER],
    // Mass storage, IDE, a bus master at the ports of old.
    [0x08, 0x01018000],
    [0x0c, 0, 0xff00],
    [BAR4, BUS_MASTER_BASE | IO_SPACE, 0xfff0],
    [0x3c, 0, 0xff],
    [0x40, 0x80008000, 0xffffffff],
  ],
};

const FUNCTIONS: readonly PciFunction[] = [
  {
    device: 0,
    number: 0,
    entries: [
      [0x00, 0x12378086],
      [COMMAND, 0x02800006, 0x0106],
      [0x08, 0x06000002],
    ],
  },
  {
    device: 1,
    number: 0,
    entries: [
      [0x00, 0x70008086],
      [COMMAND, 0x02800007, 0x0008],
      [0x08, 0x06010000],
      [0x0c, 0x00800000],
    ],
  },
  IDE,
];

/** All registers of all functions. */
const REGISTERS = FUNCTIONS.flatMap((owner) => owner.entries.map((entry) => ({ owner, entry })));

/** Place of a function's register; -1 when it has none such. */
const placeOf = (owner: PciFunction, offset: number): number =>
  REGISTERS.findIndex((one) => one.owner === owner && one.entry[0] === offset);

export class PciConfiguration implements PortDevice {
  /** `values`: what the registers hold, in the order of `REGISTERS`. */
  state = { address: 0, values: Uint32Array.from(REGISTERS, ({ entry }) => entry[1]) };

  /** First port of the IDE bus master; undefined while the function does not answer at ports. */
  readonly busMasterBase = (): number | undefined => {
    const base = this.ideRegister(BAR4) & ~0xf;
    return PCI_COMMAND.has("IO", this.ideRegister(COMMAND)) && base !== 0 ? base : undefined;
  };

  /** The IDE function may use memory. */
  readonly ideMayMaster = (): boolean => PCI_COMMAND.has("MASTER", this.ideRegister(COMMAND));

  private ideRegister(offset: number): number {
    return this.state.values[placeOf(IDE, offset)]!;
  }

  readPort(port: number): number {
    if (port < PCI_ADDRESS.at + 4) return 0xff;
    return (this.read() >>> (8 * (port & 3))) & 0xff;
  }

  writePort(port: number, value: number): void {
    if (port < PCI_ADDRESS.at + 4) return;
    const shift = 8 * (port & 3);
    this.write((value << shift) >>> 0, (0xff << shift) >>> 0);
  }

  readWide(port: number, size: 2 | 4): number | undefined {
    return port === PCI_ADDRESS.at && size === 4 ? this.state.address : undefined;
  }

  writeWide(port: number, size: 2 | 4, value: number): boolean {
    if (port !== PCI_ADDRESS.at || size !== 4) return false;
    this.state.address = (value & 0x80fffffc) >>> 0;
    return true;
  }

  /** Place of the register that the address names: -1 when its function lacks it, undefined when there is no such function. */
  private chosen(): number | undefined {
    const { address } = this.state;
    if (!PCI_ADDRESS.has("ENABLE", address) || PCI_ADDRESS.get("BUS", address) !== 0) return undefined;
    const device = PCI_ADDRESS.get("DEVICE", address);
    const number = PCI_ADDRESS.get("FUNCTION", address);
    const owner = FUNCTIONS.find((one) => one.device === device && one.number === number);
    return owner && placeOf(owner, 4 * PCI_ADDRESS.get("REGISTER", address));
  }

  /** Where there is no function all bits are ones; a register that a function lacks is zeros. */
  private read(): number {
    const place = this.chosen();
    return place === undefined ? 0xffffffff : (this.state.values[place] ?? 0);
  }

  private write(value: number, mask: number): void {
    const place = this.chosen() ?? -1;
    const register = REGISTERS[place];
    if (!register) return;
    const { values } = this.state;
    const writable = mask & (register.entry[2] ?? 0);
    values[place] = (values[place]! & ~writable) | (value & writable);
  }
}
