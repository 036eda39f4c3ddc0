/** Inputs of a run as short lists that JSON can write, and back; what comes back is judged. */
import { KEY_CODES, type KeyCode } from "../../machine/devices/scan-codes.js";
import type { InputKind, WorldInput } from "../../trace/input.js";
import type { Reference } from "../../trace/reference.js";
import { formatReference, parseReference } from "../../trace/reference-text.js";
import { bytesToText, textToBytes } from "./base64.js";

type Json = string | number | boolean;

/** An input's kind and details. */
export function writeInput(input: WorldInput): Json[] {
  switch (input.kind) {
    case "key":
      return ["key", input.key, input.down];
    case "terminal":
    case "serial":
      return [input.kind, bytesToText(input.bytes)];
    case "window-size":
      return ["window-size", input.rows, input.columns];
    case "bytes":
      return ["bytes", formatReference(input.place), bytesToText(input.bytes)];
    case "value":
      return ["value", formatReference(input.place), input.value.toString(16)];
    case "parameter":
      return ["parameter", input.name, input.value];
    default:
      return [input.kind];
  }
}

/** What `writeInput` wrote, or undefined for anything else. */
export function readInput(written: readonly unknown[]): WorldInput | undefined {
  const [kind, first, second] = written;
  return typeof kind === "string" && Object.hasOwn(READERS, kind)
    ? READERS[kind as InputKind](first, second)
    : undefined;
}

type Reader = (first: unknown, second: unknown) => WorldInput | undefined;

const ofBytes =
  (kind: "terminal" | "serial"): Reader =>
  (text) => {
    const bytes = bytesOf(text);
    return bytes && { kind, bytes };
  };

const READERS: Readonly<Record<InputKind, Reader>> = {
  key: (key, down) =>
    KEY_CODES.includes(key as KeyCode) && typeof down === "boolean"
      ? { kind: "key", key: key as KeyCode, down }
      : undefined,
  terminal: ofBytes("terminal"),
  serial: ofBytes("serial"),
  "window-size": (rows, columns) =>
    typeof rows === "number" && typeof columns === "number"
      ? { kind: "window-size", rows, columns }
      : undefined,
  "end-of-input": () => ({ kind: "end-of-input" }),
  nmi: () => ({ kind: "nmi" }),
  bytes(text, bytesText) {
    const [place, bytes] = [placeOf(text), bytesOf(bytesText)];
    return place && bytes && { kind: "bytes", place, bytes };
  },
  value(text, digits) {
    const place = placeOf(text);
    const isNumber = typeof digits === "string" && /^[\da-f]{1,32}$/.test(digits);
    return place && isNumber ? { kind: "value", place, value: BigInt(`0x${digits}`) } : undefined;
  },
  parameter: (name, value) =>
    typeof name === "string" && (typeof value === "string" || Number.isFinite(value))
      ? { kind: "parameter", name, value: value as string | number }
      : undefined,
};

const placeOf = (text: unknown): Reference | undefined =>
  typeof text === "string" ? parseReference(text) : undefined;

const bytesOf = (text: unknown): Uint8Array | undefined =>
  typeof text === "string" ? textToBytes(text) : undefined;
