/**
 * What the hardware does, as events: deliveries through the IDT, SYSCALL, ways back to ring 3, writes to device registers,
 * bytes on the serial line. Devices' registers that programs only read are not told of, nor is what the kernel in TypeScript
 * writes to them.
 */
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";
import type { Source } from "../../machine/cpu/interrupts.js";
import type { Ports } from "../../machine/cpu/outside.js";
import { DEVICE_TABLES } from "../../machine/devices/device-tables.js";
import { COM1 } from "../../machine/devices/serial-port.js";
import type { Machine } from "../../machine/machine.js";
import type { EventTold } from "../event.js";
import type { OutputText } from "../output-text.js";

export interface MachineEventOptions {
  /** Deliveries of this vector are nobody's business. */
  readonly unrecorded?: number;
  /** INT n with this vector asks a kernel for something. */
  readonly callVector?: number;
  /** What the interrupt of a vector is called: "IRQ 0 timer". */
  vectorName?(vector: number): string | undefined;
  /** Takes what is sent over the serial line. */
  readonly written?: OutputText;
  /** The process that has the CPU. */
  pid?(): number | undefined;
}

/** Listens to the machine from now on. Whoever listened before goes on to hear. */
export function listenToMachine(
  machine: Machine,
  tell: (event: EventTold) => void,
  options: MachineEventOptions = {},
): void {
  const { cpu } = machine;
  const before = cpu.observer;
  const now = () => {
    const pid = options.pid?.();
    return pid === undefined ? { t: machine.time } : { t: machine.time, pid };
  };
  cpu.observer = {
    delivered: (vector, errorCode, source, detail) => {
      before.delivered?.(vector, errorCode, source, detail);
      if (vector === options.unrecorded) return;
      if (source === "software" && vector === options.callVector)
        tell({ ...now(), kind: "syscall-entry", door: "int", says: `int 0x${vector.toString(16)}` });
      else tell({ ...now(), ...delivery(vector, errorCode, source, detail, options) });
    },
    systemCall: () => {
      before.systemCall?.();
      tell({ ...now(), kind: "syscall-entry", door: "syscall", says: "syscall" });
    },
    returns: (to) => {
      before.returns?.(to);
      const { ring, rip } = to;
      const says = `back to ring ${ring}, at 0x${rip.toString(16)}`;
      tell({ ...now(), kind: "return", rip, says, reference: { kind: "instruction", address: rip } });
    },
  };
  cpu.ports = toldPorts(machine.ports, (port, size, value) =>
    tell({ ...now(), kind: "device", ...portWrite(port, size, value) }),
  );
  const send = machine.serialPort.output;
  machine.serialPort.output = (byte) => {
    send(byte);
    const bytes = Uint8Array.of(byte);
    options.written?.append(bytes);
    tell({
      ...now(),
      kind: "output",
      stream: "serial line",
      bytes,
      says: `serial line: ${printable(bytes)}`,
    });
  };
}

type Delivery = { reference: { kind: "gate"; vector: number }; says: string } & (
  | { kind: "interrupt"; vector: number; source: "external" | "software" }
  | { kind: "exception"; vector: number; errorCode?: number; detail?: string }
);

function delivery(
  vector: number,
  errorCode: number | undefined,
  source: Source,
  detail: string | undefined,
  options: MachineEventOptions,
): Delivery {
  const reference = { kind: "gate", vector } as const;
  if (source === "external") {
    const says = options.vectorName?.(vector) ?? `interrupt 0x${vector.toString(16)}`;
    return { kind: "interrupt", vector, source, says, reference };
  }
  const known = EXCEPTION_NAMES[vector];
  if (source === "software" && !(known && vector < 5))
    return { kind: "interrupt", vector, source, says: `int 0x${vector.toString(16)}`, reference };
  const [name, words] = known ?? [`exception ${vector}`, ""];
  const code = errorCode === undefined ? "" : `(${errorCode === 0 ? "0" : `0x${errorCode.toString(16)}`})`;
  return {
    ...{ kind: "exception", vector, says: `${name}${code} ${detail ?? words}`.trim(), reference },
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** The ports as the processor uses them; writes are told, but for bytes on the serial line. */
function toldPorts(ports: Ports, wrote: (port: number, size: 1 | 2 | 4, value: number) => void): Ports {
  return {
    read: (port, size) => ports.read(port, size),
    write: (port, size, value) => {
      ports.write(port, size, value);
      if (port !== COM1) wrote(port, size, value);
    },
  };
}

function portWrite(port: number, size: 1 | 2 | 4, value: number) {
  const table = DEVICE_TABLES.find(({ registers }) => registers.some(({ at }) => at === port));
  const register = table?.registers.find(({ at, access }) => at === port && access !== "r");
  const shown = `0x${(value >>> 0).toString(16).padStart(2 * size, "0")}`;
  const what = `${shown} to port 0x${port.toString(16)}`;
  const device = table?.device ?? "no device";
  const where = register ? `${device}, ${register.name}` : device;
  return { device, what, says: `${what} (${where})`, reference: { kind: "port", port } as const };
}

/** Bytes as text in quotes, shortened, with what cannot be printed as `\n` or `\x1b`. */
export function printable(bytes: Uint8Array, most = 40): string {
  let text = "";
  for (const byte of bytes.subarray(0, most)) {
    const escape = ({ 10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 92: "\\\\" } as Record<number, string>)[
      byte
    ];
    text +=
      escape ??
      (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
  }
  return `"${text}"${bytes.length > most ? "…" : ""}`;
}
