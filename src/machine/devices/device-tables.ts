/** The register tables of all devices, for views and the reference. */
import { BUS_MASTER_TABLE } from "./bus-master-registers.js";
import { DISK_TABLE } from "./disk-registers.js";
import { INTERRUPT_CONTROLLER_TABLE } from "./interrupt-controller-registers.js";
import { INTERVAL_TIMER_TABLE } from "./interval-timer-registers.js";
import { KEYBOARD_CONTROLLER_TABLE } from "./keyboard-controller-registers.js";
import { PCI_TABLE } from "./pci-registers.js";
import type { RegisterTable } from "./register-table.js";
import { SERIAL_PORT_TABLE } from "./serial-port-registers.js";

export const DEVICE_TABLES: readonly RegisterTable[] = [
  INTERRUPT_CONTROLLER_TABLE,
  INTERVAL_TIMER_TABLE,
  SERIAL_PORT_TABLE,
  KEYBOARD_CONTROLLER_TABLE,
  DISK_TABLE,
  BUS_MASTER_TABLE,
  PCI_TABLE,
];
