/** Puts what comes in from outside where it belongs in a machine, or says why it cannot be. */

import type { Kernel } from "../../kernel/kernel.js";
import { KEY_CODES } from "../../machine/devices/scan-codes.js";
import type { Machine } from "../../machine/machine.js";
import type { WorldInput } from "../input.js";
import { type Piece, placeOf } from "../place.js";
import { formatReference } from "../reference-text.js";
import { flagValue, registerValue, setFlag, setRegisterValue } from "../register-value.js";

/** A machine, perhaps with a kernel, that something comes into. */
export interface Receiver {
  readonly machine: Machine;
  readonly kernel?: Kernel | undefined;
}

/** Inputs that any machine takes. */
export type MachineWorldInput = Extract<WorldInput, { kind: "key" | "serial" | "nmi" | "bytes" | "value" }>;

export function isForMachine(input: WorldInput): input is MachineWorldInput {
  return ["key", "serial", "nmi", "bytes", "value"].includes(input.kind);
}

/** Undefined when `putInput` can do it now. */
export function inputProblem(input: MachineWorldInput, receiver: Receiver): string | undefined {
  switch (input.kind) {
    case "key":
      return KEY_CODES.includes(input.key) ? undefined : `there is no key ${input.key}`;
    case "bytes": {
      const place = piecesFor(input, receiver);
      return "problem" in place ? place.problem : undefined;
    }
    case "value":
      return valueProblem(input, receiver);
    default:
      return undefined;
  }
}

export function putInput(input: MachineWorldInput, receiver: Receiver): void {
  const { machine } = receiver;
  switch (input.kind) {
    case "key":
      machine.accept({ device: "keyboard", key: input.key, down: input.down });
      break;
    case "serial":
      machine.accept({ device: "serial", bytes: input.bytes });
      break;
    case "nmi":
      machine.accept({ device: "nmi" });
      break;
    case "bytes":
      putBytes(input, receiver);
      break;
    case "value":
      if (input.place.kind === "flag") setFlag(machine.cpu, input.place.name, input.value);
      if (input.place.kind === "register") setRegisterValue(machine.cpu, input.place.name, input.value);
  }
}

type Bytes = Extract<WorldInput, { kind: "bytes" }>;

/** Where the bytes go: from the beginning of the place on, and no further than its end. */
function piecesFor(
  { place, bytes }: Bytes,
  { machine, kernel }: Receiver,
): { pieces: readonly Piece[] } | { problem: string } {
  const found = placeOf(place, { cpu: machine.cpu, kernel });
  if (!found) return { problem: `${formatReference(place)} does not consist of bytes` };
  if ("problem" in found) return found;
  const room = found.pieces.reduce((sum, { length }) => sum + length, 0);
  if (bytes.length > room)
    return { problem: `${bytes.length} bytes do not fit into ${formatReference(place)}, which has ${room}` };
  return found;
}

function putBytes(input: Bytes, receiver: Receiver): void {
  const place = piecesFor(input, receiver);
  if ("problem" in place) return;
  const { memory, cpu } = receiver.machine;
  let done = 0;
  for (const { physical, length } of place.pieces) {
    memory.writeBytes(physical, input.bytes.subarray(done, done + length));
    done += length;
  }
  if (input.place.kind === "entry") cpu.pagingChanged();
}

function valueProblem(
  { place, value }: Extract<WorldInput, { kind: "value" }>,
  { machine }: Receiver,
): string | undefined {
  const { cpu } = machine;
  if (place.kind === "flag") {
    const now = flagValue(cpu, place.name);
    if (now === undefined) return `there is no flag ${place.name}`;
    return value >= 0n && value <= (place.name.toUpperCase() === "IOPL" ? 3n : 1n)
      ? undefined
      : `${place.name} cannot hold ${value}`;
  }
  if (place.kind !== "register") return `${formatReference(place)} is neither a register nor a flag`;
  if (registerValue(cpu, place.name) === undefined) return `there is no register ${place.name}`;
  return /^(?:cr[034]|[cdefgs]s|xmm\d+)$/i.test(place.name)
    ? `${place.name} cannot be set by hand`
    : undefined;
}
